"""The SQL of the staging database. KIND stands for the name of a table there."""

# `fate` is what becomes of a record: new; before: an earlier run brought it; gone: and it was
# deleted since; altered: and it is another one now; already: the shop has its customer. `id` is
# that of the shop's record, `same_as` the key of the customer that one is.
TABLES = """
CREATE TABLE customers (
    key INTEGER, name TEXT, address TEXT, email TEXT, created INTEGER, mailbox TEXT, digest TEXT,
    fate TEXT DEFAULT 'new', id INTEGER, same_as INTEGER);
CREATE TABLE products (
    key INTEGER, name TEXT, price INTEGER, level INTEGER, digest TEXT,
    fate TEXT DEFAULT 'new', id INTEGER);
CREATE TABLE orders (
    key INTEGER, customer INTEGER, moment INTEGER, label TEXT, total INTEGER, digest TEXT,
    fate TEXT DEFAULT 'new', id INTEGER);
CREATE TABLE lines (
    key INTEGER, parent INTEGER, product INTEGER, quantity INTEGER, price INTEGER, total INTEGER);
CREATE TABLE purchases (
    key INTEGER, customer INTEGER, name TEXT, quantity INTEGER, purchased INTEGER,
    updated INTEGER, digest TEXT, fate TEXT DEFAULT 'new', id INTEGER);
CREATE TABLE rejects (
    place INTEGER PRIMARY KEY, kind TEXT, shown TEXT, key INTEGER, parent INTEGER, reason TEXT);
CREATE TABLE refused (row INTEGER PRIMARY KEY);
"""

INSERTS = {
    "customers": "INSERT INTO customers VALUES (?1,?2,?3,?4,?5,fold(?4),?6,'new',NULL,NULL)",
    "products": "INSERT INTO products VALUES (?,?,?,?,?,'new',NULL)",
    "orders": "INSERT INTO orders VALUES (?,?,?,?,?,?,'new',NULL)",
    "lines": "INSERT INTO lines VALUES (?,?,?,?,?,?)",
    "purchases": "INSERT INTO purchases VALUES (?,?,?,?,?,?,?,'new',NULL)",
}
REJECT = "INSERT INTO rejects (kind, shown, key, parent, reason) VALUES (?,?,?,?,?)"

# Rows to be refused, each by one condition.
TWICE = """
INSERT INTO refused SELECT rowid FROM KIND WHERE key IN (
    SELECT key FROM (
        SELECT key FROM KIND UNION ALL
        SELECT key FROM rejects WHERE kind = 'KIND' AND key IS NOT NULL)
    GROUP BY key HAVING count(*) > 1)
"""
OF_NO_ORDER = """
INSERT INTO refused SELECT rowid FROM lines
WHERE parent NOT IN (SELECT key FROM orders) AND parent NOT IN (
    SELECT key FROM rejects WHERE kind = 'orders' AND key IS NOT NULL)
"""
OF_REJECTED_ORDERS = """
INSERT INTO refused SELECT rowid FROM lines WHERE parent NOT IN (SELECT key FROM orders)
"""
WITH_REJECTED_LINES = """
INSERT INTO refused SELECT rowid FROM orders WHERE key IN (
    SELECT parent FROM rejects WHERE kind = 'lines' AND parent IS NOT NULL)
"""
WITHOUT_LINES = """
INSERT INTO refused SELECT rowid FROM orders WHERE key NOT IN (SELECT parent FROM lines)
"""
TOO_LARGE = """
INSERT INTO refused SELECT o.rowid FROM orders o
JOIN (SELECT parent, sum(total) AS total FROM lines GROUP BY parent) l ON l.parent = o.key
WHERE l.total > :most
"""
OTHER_TOTALS = """
INSERT INTO refused SELECT o.rowid FROM orders o
JOIN (SELECT parent, sum(total) AS total FROM lines GROUP BY parent) l ON l.parent = o.key
WHERE abs(o.total - l.total) > :rounding
"""
ALTERED = "INSERT INTO refused SELECT rowid FROM KIND WHERE fate = 'altered'"
OF_GONE = """
INSERT INTO refused SELECT rowid FROM KIND WHERE fate = 'new'
AND customer IN (SELECT key FROM customers WHERE fate = 'gone')
"""
OF_REJECTED = """
INSERT INTO refused SELECT rowid FROM KIND WHERE fate = 'new'
AND customer NOT IN (SELECT key FROM customers)
AND customer IN (SELECT key FROM rejects WHERE kind = 'customers' AND key IS NOT NULL)
"""
OF_NOBODY = """
INSERT INTO refused SELECT rowid FROM KIND WHERE fate = 'new'
AND customer NOT IN (SELECT key FROM customers)
"""
_NEW_LINES = "parent IN (SELECT key FROM orders WHERE fate = 'new')"
GONE_PRODUCT = f"""
INSERT INTO refused SELECT rowid FROM lines WHERE {_NEW_LINES}
AND product IN (SELECT key FROM products WHERE fate = 'gone')
"""  # noqa: S608 # a piece of our own
REJECTED_PRODUCT = f"""
INSERT INTO refused SELECT rowid FROM lines WHERE {_NEW_LINES}
AND product NOT IN (SELECT key FROM products)
AND product IN (SELECT key FROM rejects WHERE kind = 'products' AND key IS NOT NULL)
"""  # noqa: S608 # a piece of our own
NO_PRODUCT = f"""
INSERT INTO refused SELECT rowid FROM lines WHERE {_NEW_LINES}
AND product NOT IN (SELECT key FROM products)
"""  # noqa: S608 # a piece of our own

# What is refused is told, and no longer there: but for a record that an earlier run brought and
# that has changed since, which others may still refer to.
TELL_REFUSED = """
INSERT INTO rejects (kind, shown, key, parent, reason)
SELECT 'KIND', key, key, PARENT, :reason FROM KIND WHERE rowid IN (SELECT row FROM refused)
"""
DROP_REFUSED = "DELETE FROM KIND WHERE rowid IN (SELECT row FROM refused)"

UNIQUE = """
CREATE UNIQUE INDEX customers_key ON customers (key);
CREATE UNIQUE INDEX products_key ON products (key);
CREATE UNIQUE INDEX orders_key ON orders (key);
CREATE UNIQUE INDEX lines_key ON lines (parent, key);
CREATE UNIQUE INDEX purchases_key ON purchases (key);
CREATE INDEX rejects_key ON rejects (kind, key);
CREATE INDEX rejects_parent ON rejects (kind, parent);
"""

SAID = """
SELECT o.key, o.customer, o.moment, o.label, o.total,
       l.key, l.product, l.quantity, l.price, l.total
FROM orders o JOIN lines l ON l.parent = o.key ORDER BY o.key, l.key
"""
DIGEST = "UPDATE orders SET digest = ? WHERE key = ?"

IDENTITIES = "SELECT key, digest FROM KIND WHERE key > ? ORDER BY key LIMIT ?"
MAILBOXES = """
SELECT key, mailbox FROM customers
WHERE fate = 'new' AND mailbox IS NOT NULL AND key > ? ORDER BY key LIMIT ?
"""
SETTLE_FATE = "UPDATE KIND SET fate = ?, id = ? WHERE key = ?"
ONE_MAILBOX = """
UPDATE customers SET fate = 'already', same_as = (
    SELECT min(key) FROM customers c WHERE c.fate = 'new' AND c.mailbox = customers.mailbox)
WHERE fate = 'new' AND key > (
    SELECT min(key) FROM customers c WHERE c.fate = 'new' AND c.mailbox = customers.mailbox)
"""
MAILBOX_INDEX = "CREATE INDEX customers_mailbox ON customers (mailbox)"

NEW_CUSTOMERS = """
SELECT key, digest, name, address, email, created FROM customers WHERE fate = 'new' ORDER BY key
"""
ALREADY_CUSTOMERS = """
SELECT c.key, c.digest, coalesce(c.id, s.id) FROM customers c
LEFT JOIN customers s ON s.key = c.same_as WHERE c.fate = 'already' ORDER BY c.key
"""
CUSTOMER_IDS = """
SELECT c.key, coalesce(c.id, s.id) FROM customers c LEFT JOIN customers s ON s.key = c.same_as
"""
NEW_PRODUCTS = """
SELECT key, digest, name, price, level FROM products WHERE fate = 'new' ORDER BY key
"""
NEW_PURCHASES = """
SELECT key, digest, customer, name, quantity, purchased, updated FROM purchases
WHERE fate = 'new' ORDER BY key
"""
NEW_ORDERS = """
SELECT o.key, o.digest, o.customer, o.moment, o.label,
       l.key, l.product, l.quantity, l.price, l.total
FROM orders o JOIN lines l ON l.parent = o.key WHERE o.fate = 'new' ORDER BY o.key, l.key
"""
# `nth` counts orders and lines in the order in which NEW_ORDERS gives them, from 0.
MOVEMENTS = """
SELECT product, quantity, moment, order_key, order_nth, line_key, line_nth FROM (
    SELECT l.product AS product, l.quantity AS quantity, o.moment AS moment,
           o.key AS order_key, dense_rank() OVER (ORDER BY o.key) - 1 AS order_nth,
           l.key AS line_key, row_number() OVER (ORDER BY o.key, l.key) - 1 AS line_nth
    FROM orders o JOIN lines l ON l.parent = o.key WHERE o.fate = 'new')
ORDER BY moment, order_key, line_key
"""
UNITS_TAKEN = """
SELECT l.product, sum(l.quantity) FROM orders o JOIN lines l ON l.parent = o.key
WHERE o.fate = 'new' GROUP BY l.product
"""
HELD_PRODUCTS = """
SELECT key, id FROM products WHERE fate IN ('before', 'altered') AND key IN (
    SELECT l.product FROM orders o JOIN lines l ON l.parent = o.key WHERE o.fate = 'new')
"""
OPENINGS = "SELECT key, level FROM products WHERE fate = 'new' AND level IS NOT NULL"

FIRST_MOMENT = "SELECT min(moment) FROM orders WHERE fate = 'new'"
NEW_LINES = """
SELECT count(*), coalesce(sum(l.total), 0) FROM orders o JOIN lines l ON l.parent = o.key
WHERE o.fate = 'new'
"""
FATES = "SELECT fate, count(*) FROM KIND GROUP BY fate"
LINE_FATES = (
    "SELECT o.fate, count(*) FROM orders o JOIN lines l ON l.parent = o.key GROUP BY o.fate"
)
REASONS = """
SELECT reason, count(*) FROM rejects WHERE kind = ? GROUP BY reason ORDER BY count(*) DESC, reason
"""
REJECTS = "SELECT kind, shown, reason FROM rejects ORDER BY place"
