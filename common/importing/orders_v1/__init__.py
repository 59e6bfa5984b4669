"""Import the database of Order Management System v1, on PostgreSQL or SQLite.

`addresses` opens what a URL names, `postgresql` reads a server, `reading` understands the rows,
and `importer` runs the import.
"""
