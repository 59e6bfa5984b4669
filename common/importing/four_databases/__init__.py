"""Import the four SQLite files of a customer-orders aggregation API.

customer.db, product.db, order.db and order_line.db; `files` opens them, `reading` understands
their rows, and `importer` runs the import.
"""
