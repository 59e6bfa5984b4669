"""Import the invoices of an online shop: the file `Online Retail` of the UCI repository.

Daqing Chen, "Online Retail", UCI Machine Learning Repository, 2015, doi 10.24432/C5BW33;
and every file with its columns: InvoiceNo, StockCode, Description, Quantity, InvoiceDate,
UnitPrice, CustomerID, Country.

`source` reads the file, `lines` understands a line, `staging` sorts all lines on disk,
`plan` compares them with the shop, `write` writes what is new, `importer` runs them.
"""
