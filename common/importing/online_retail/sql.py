"""The SQL of the staging database."""

# `change` is what a line does to the stock; moments are microseconds since 1970.
TABLES = """
CREATE TABLE lines (
    line INTEGER PRIMARY KEY, invoice TEXT, number TEXT, sku TEXT, code TEXT, description TEXT,
    quantity INTEGER, price INTEGER, total INTEGER, moment INTEGER, customer TEXT,
    customer_number TEXT, country TEXT, kind TEXT, write_off INTEGER, change INTEGER);
CREATE TABLE rejects (line INTEGER PRIMARY KEY, invoice TEXT, reason TEXT);
CREATE TABLE refused (invoice TEXT PRIMARY KEY, reason TEXT) WITHOUT ROWID;
CREATE TABLE repeated (invoice TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE services (sku TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE past (sku TEXT, moment INTEGER, id INTEGER, change INTEGER);
"""

REJECTED_INVOICES = "SELECT DISTINCT invoice FROM rejects WHERE invoice IS NOT NULL"

SETTLE = """
INSERT INTO rejects SELECT line, invoice, reason FROM lines JOIN refused USING (invoice);
DELETE FROM lines WHERE invoice IN (SELECT invoice FROM refused);
DELETE FROM lines WHERE invoice IN (SELECT invoice FROM repeated);
DELETE FROM refused;
"""

INVOICES = """
CREATE TABLE invoices (
    invoice TEXT PRIMARY KEY, first_line INTEGER, number TEXT, moment INTEGER,
    customer TEXT, country TEXT, kind TEXT, digest TEXT) WITHOUT ROWID;
INSERT INTO invoices
SELECT invoice, line, number, moment, customer, country, kind, NULL FROM lines
WHERE line IN (SELECT min(line) FROM lines GROUP BY invoice);
"""

SAID = """
SELECT invoice, sku, description, quantity, price, total, moment, customer, country
FROM lines ORDER BY invoice, line
"""

IDENTITIES = """
SELECT invoice, digest, EXISTS (
    SELECT 1 FROM lines l WHERE l.invoice = i.invoice AND NOT l.write_off)
FROM invoices i
"""

SERVICE_WRITE_OFFS = """
SELECT DISTINCT invoice FROM lines JOIN services USING (sku) WHERE write_off
"""

# What takes seconds is derived before the shop is locked, and again if lines were dropped.
# Names: the most frequent description of order lines, of equals the first seen, before all of
# write-offs. SQLite takes a bare column from the row that has the aggregate's minimum.
DERIVED = """
DROP TABLE IF EXISTS products;
CREATE TABLE products AS
WITH described AS (
    SELECT sku, description, write_off, count(*) AS times, min(line) AS first_line
    FROM lines WHERE description <> '' GROUP BY sku, description, write_off),
ranked AS (
    SELECT sku, description, row_number() OVER (
        PARTITION BY sku ORDER BY write_off, times DESC, first_line) AS place FROM described),
named AS (SELECT sku, description FROM ranked WHERE place = 1),
priced AS (SELECT sku, price, max(line) FROM lines WHERE price >= 1 GROUP BY sku),
written AS (SELECT sku, code, min(line) AS first_line FROM lines GROUP BY sku)
SELECT sku, code, first_line, description, price FROM written
LEFT JOIN named USING (sku) LEFT JOIN priced USING (sku);
DROP TABLE IF EXISTS lowest;
CREATE TABLE lowest AS
SELECT sku, min(level) AS level FROM (
    SELECT l.sku AS sku, sum(l.change) OVER (
        PARTITION BY l.sku ORDER BY i.moment, l.line) AS level
    FROM lines l JOIN invoices i USING (invoice)) GROUP BY sku;
"""

WITHOUT_DROPPED = """
DELETE FROM invoices WHERE invoice NOT IN (SELECT invoice FROM lines);
"""

CUSTOMERS = """
SELECT customer, customer_number FROM (
    SELECT i.customer AS customer, l.customer_number AS customer_number, min(i.first_line) AS first
    FROM invoices i JOIN lines l ON l.line = i.first_line
    WHERE i.customer IS NOT NULL
      AND EXISTS (SELECT 1 FROM lines o WHERE o.invoice = i.invoice AND NOT o.write_off)
    GROUP BY i.customer)
ORDER BY first
"""

LOWEST = """
WITH merged AS (
    SELECT sku, moment, 0 AS is_new, id AS place, change FROM past
    UNION ALL
    SELECT l.sku, i.moment, 1, l.line, l.change FROM lines l JOIN invoices i USING (invoice)
    WHERE l.sku IN (SELECT sku FROM past)),
running AS (
    SELECT sku, sum(change) OVER (PARTITION BY sku ORDER BY moment, is_new, place) AS level
    FROM merged),
together AS (SELECT sku, min(level) AS level FROM running GROUP BY sku)
SELECT sku, coalesce(together.level, lowest.level), lowest.level
FROM lowest LEFT JOIN together USING (sku)
WHERE sku NOT IN (SELECT sku FROM services)
"""

ORDER_LINES = """
SELECT i.number, i.kind, i.customer, i.country, i.moment, i.invoice, i.digest,
       l.sku, l.description, l.quantity, l.price, l.total
FROM invoices i JOIN lines l USING (invoice)
WHERE NOT l.write_off ORDER BY i.first_line, l.line
"""

# `nth` counts the lines of orders in the order in which order_lines gives them.
MOVEMENTS = """
WITH numbered AS (
    SELECT l.line AS line, row_number() OVER (ORDER BY i.first_line, l.line) - 1 AS nth
    FROM invoices i JOIN lines l USING (invoice) WHERE NOT l.write_off)
SELECT l.sku, l.change, l.description, i.number, i.kind, i.moment, n.nth, i.invoice, i.digest
FROM invoices i JOIN lines l USING (invoice) LEFT JOIN numbered n ON n.line = l.line
WHERE l.sku NOT IN (SELECT sku FROM services) ORDER BY i.moment, l.line
"""

FIGURES = """
SELECT (SELECT count(*) FROM lines WHERE NOT write_off) AS order_lines,
       (SELECT count(*) FROM lines WHERE write_off) AS write_offs,
       (SELECT count(*) FROM rejects) AS rejected,
       (SELECT count(*) FROM lines WHERE sku NOT IN (SELECT sku FROM services)) AS movements,
       (SELECT sum(total) FROM lines WHERE NOT write_off) AS total_cents
"""

ORDERS_BY_KIND = """
SELECT kind, count(*) FROM invoices i
WHERE EXISTS (SELECT 1 FROM lines l WHERE l.invoice = i.invoice AND NOT l.write_off)
GROUP BY kind
"""

REASONS = "SELECT reason, count(*) FROM rejects GROUP BY reason ORDER BY count(*) DESC, reason"
