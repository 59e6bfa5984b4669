"""Databases as the documents of other systems describe them."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from common.importing.records.outcome import Counts, Outcome

Rows = Iterable[tuple[Any, ...]]

FOUR = {
    "customers": "customer_id INTEGER PRIMARY KEY, name TEXT, address TEXT",
    "products": "product_id INTEGER PRIMARY KEY, product_name TEXT, quantity INTEGER, price REAL",
    "orders": (
        "order_id INTEGER PRIMARY KEY, customer_id INTEGER, order_date TEXT, order_total REAL"
    ),
    "order_lines": (
        "order_line_id INTEGER PRIMARY KEY, order_id INTEGER, product_id INTEGER,"
        " quantity INTEGER, line_total REAL"
    ),
}
FILES = {
    "customers": "customer.db",
    "products": "product.db",
    "orders": "order.db",
    "order_lines": "order_line.db",
}
PURCHASES = {
    "customer": "id INTEGER PRIMARY KEY, name TEXT, address TEXT, created_on TIMESTAMP",
    "purchases": (
        "id INTEGER PRIMARY KEY, purchase_name TEXT, quantity INTEGER, customer_id INTEGER,"
        " purchased_on TIMESTAMP, last_updated_on TIMESTAMP"
    ),
}
ORDERS_V1 = {
    "users": "id INTEGER PRIMARY KEY, email VARCHAR, full_name VARCHAR, created_at TIMESTAMP",
    "products": "id INTEGER PRIMARY KEY, name VARCHAR, price_cents INTEGER",
    "orders": "id INTEGER PRIMARY KEY, user_id INTEGER, status VARCHAR, created_at TIMESTAMP",
    "order_items": (
        "id INTEGER PRIMARY KEY, order_id INTEGER, product_id INTEGER, quantity INTEGER,"
        " price_cents_at_purchase INTEGER"
    ),
}

# Two customers, two wares, an order of both wares, one of nobody; ids far from the shop's next.
ANN, BOB = (11, "Ann Lee", "1 High Street"), (14, "Bob", None)
TEA, CUP = (21, "Tea", 5, 3.1), (23, "Cup", 0, 7.255)
BOTH, NOBODYS = (31, 11, "2024-05-01", 13.455), (34, None, "2024-05-02T10:00:00", 6.2)
TRADE: dict[str, list[tuple[Any, ...]]] = {
    "customers": [ANN, BOB],
    "products": [TEA, CUP],
    "orders": [BOTH, NOBODYS],
    "order_lines": [(49, 31, 21, 2, 6.2), (44, 31, 23, 1, 7.255), (46, 34, 21, 2, 6.2)],
}
JOHN, JANE = (1, "John Doe", "Amsterdam, NL"), (4, "Jane", None)
NOTES: dict[str, list[tuple[Any, ...]]] = {
    "customer": [(*JOHN, "2022-04-09 12:43:17"), (*JANE, "Apr 10 2022 00:00:01")],
    "purchases": [
        (3, "Iphone 10 Pro", 4, 1, "2022-04-09 12:43:22.237526+00:00", None),
        (
            *(7, "Iphone 12 Pro", 40, 1, "2022-04-09T14:43:28.321654+02:00"),
            "2022-04-09 12:43:56.924416",
        ),
    ],
}
V1: dict[str, list[tuple[Any, ...]]] = {
    "users": [
        (2, "john@example.com", "John Doe", "2024-01-10 08:00:00"),
        (5, "ann@example.com", "Ann Lee", "2024-01-11 09:30:00.250000"),
    ],
    "products": [(3, 'MacBook Pro 16"', 249999), (9, "Mouse", 1999)],
    "orders": [
        (6, 2, "pending", "2024-02-01 10:00:00"),
        (8, 5, "Sent, at last", "2024-02-02 11:00:00"),
    ],
    "order_items": [(15, 6, 3, 2, 249999), (12, 6, 9, 1, 1999), (13, 8, 9, 3, 1899)],
}

V1_TOLD = Outcome(
    tables={
        "users": Counts(read=2, written=2),
        "products": Counts(read=2, written=2),
        "orders": Counts(read=2, written=2),
        "order_items": Counts(read=3, written=3),
    },
    total_cents=2 * 249999 + 1999 + 3 * 1899,
    opening_units=0,
    corrected_units=0,
    currency="EUR",
)


def make(path: Path, tables: Mapping[str, str], rows: Mapping[str, Rows]) -> Path:
    """An SQLite file with these tables, anew."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        for name, columns in tables.items():
            database.execute(f'CREATE TABLE "{name}" ({columns})')
            for row in rows.get(name, []):
                places = ", ".join("?" * len(row))
                database.execute(f'INSERT INTO "{name}" VALUES ({places})', row)
        database.commit()
    return path


def loose(tables: Mapping[str, str]) -> dict[str, str]:
    """The same columns without types and keys, so that they hold anything."""
    return {
        table: ", ".join(column.split()[0] for column in columns.split(", "))
        for table, columns in tables.items()
    }


def make_four(folder: Path, rows: Mapping[str, Rows], tables: Mapping[str, str] = FOUR) -> Path:
    """The four files in a folder."""
    folder.mkdir(exist_ok=True)
    for name, columns in tables.items():
        make(folder / FILES[name if name in FILES else f"{name}s"], {name: columns}, rows)
    return folder
