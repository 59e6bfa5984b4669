"""All lines of a file in a database of their own, on disk, where they are sorted and summed.

So memory stays bounded however long the file is, and the shop's database is locked for no
longer than it takes to write. The file is nameless and vanishes with its connection.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from common.importing.micros import from_micros, to_micros
from common.importing.online_retail import sql
from common.importing.online_retail.lines import Line

_BATCH = 5000

_INSERT_LINE = "INSERT INTO lines VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
SIBLING = "another line of the invoice was rejected"


class Staging:
    """The lines of one file. Every query of the import on them is a method here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def take(self, lines: Iterable[tuple[int, Line]]) -> None:
        """Keep sound lines under their line numbers."""
        rows = (
            (
                *(number, line.invoice, line.number, line.sku, line.code, line.description),
                *(line.quantity, line.price, line.total, to_micros(line.moment)),
                *(line.customer, line.customer_number, line.country, line.kind.value),
                *(line.write_off, line.quantity if line.write_off else -line.quantity),
            )
            for number, line in lines
        )
        self._db.executemany(_INSERT_LINE, rows)

    def reject(self, line: int, invoice: str | None, reason: str) -> None:
        """Note that a line cannot be taken."""
        self._db.execute("INSERT INTO rejects VALUES (?, ?, ?)", (line, invoice, reason))

    def refuse(self, invoices: Iterable[str], reason: str) -> None:
        """Note that whole invoices cannot be taken."""
        rows = ((invoice, reason) for invoice in invoices)
        self._db.executemany("INSERT OR IGNORE INTO refused VALUES (?, ?)", rows)

    def repeat(self, invoices: Iterable[str]) -> None:
        """Note that an earlier run brought these invoices, line for line."""
        self._db.executemany("INSERT INTO repeated VALUES (?)", ((each,) for each in invoices))

    def gather(self) -> None:
        """Once all lines are in: reject the siblings of rejected lines, and find the invoices.

        An invoice is a document: it comes whole, with the date, the customer and the
        country of its first line, or not at all.
        """
        self._db.executescript("CREATE INDEX lines_invoice ON lines (invoice, line);")
        self.refuse((row[0] for row in self._all(sql.REJECTED_INVOICES)), SIBLING)
        self._db.executescript(sql.SETTLE + sql.INVOICES + sql.DERIVED)
        said = groupby(self._rows(sql.SAID), key=itemgetter(0))
        digests = ((_digest(lines), invoice) for invoice, lines in said)
        self._db.executemany("UPDATE invoices SET digest = ? WHERE invoice = ?", digests)

    def settle(self) -> None:
        """Move the lines of refused invoices to the rejects, and drop the repeated ones."""
        before = self._db.total_changes
        self._db.executescript(sql.SETTLE)
        if self._db.total_changes > before:  # else what was derived still holds
            self._db.executescript(sql.WITHOUT_DROPPED + sql.DERIVED)

    def identities(self) -> Iterator[tuple[str, str, int]]:
        """Each invoice: its key, a digest of all its lines, and whether it makes an order."""
        return self._rows(sql.IDENTITIES)

    def skus(self) -> list[str]:
        """Every stock code, folded."""
        return [sku for (sku,) in self._all("SELECT sku FROM products")]

    def name_services(self, skus: Iterable[str]) -> None:
        """Say which of the stock codes are services; they write nothing off."""
        rows = ((sku,) for sku in skus)
        self._db.executemany("INSERT INTO services VALUES (?)", rows)
        self.refuse((row[0] for row in self._all(sql.SERVICE_WRITE_OFFS)), "services hold no stock")

    def products(self) -> Iterator[tuple[str, str, str | None, int | None]]:
        """Each stock code: folded, as first written, its name, the last price of a penny."""
        return self._rows("SELECT sku, code, description, price FROM products ORDER BY first_line")

    def customers(self) -> Iterator[tuple[str, str]]:
        """Each customer of an order: the folded number, and the number as first written."""
        return self._rows(sql.CUSTOMERS)

    def remember(self, rows: Iterable[tuple[str, int, int, int]]) -> None:
        """Keep movements that the shop's ledger has already: sku, moment, id, change."""
        self._db.executemany("INSERT INTO past VALUES (?, ?, ?, ?)", rows)

    def lowest_levels(self) -> Iterator[tuple[str, int, int]]:
        """Each stocked sku with the lowest sums that its movements come to at any time.

        The first is of past and new ones together, the second of the new ones alone.
        """
        return self._rows(sql.LOWEST)

    def order_lines(self) -> Iterator[tuple[Any, ...]]:
        """Lines of orders, order by order, in the order of the file."""
        return self._rows(sql.ORDER_LINES)

    def movements(self) -> Iterator[tuple[Any, ...]]:
        """Movements of stock in the order of their times, then of the file."""
        return self._rows(sql.MOVEMENTS)

    def first_moment(self) -> datetime | None:
        """The time of the first invoice."""
        (micros,) = self._db.execute("SELECT min(moment) FROM invoices").fetchone()
        return None if micros is None else from_micros(micros)

    def figures(self) -> dict[str, int]:
        """How many of the lines that are left become what, and how many were rejected.

        order_lines, write_offs, movements, total_cents, rejected.
        """
        cursor = self._db.execute(sql.FIGURES)
        names = [column[0] for column in cursor.description]
        return dict(zip(names, (value or 0 for value in cursor.fetchone()), strict=True))

    def orders_by_kind(self) -> dict[str, int]:
        """How many orders of each kind the lines that are left will become."""
        return dict(self._rows(sql.ORDERS_BY_KIND))

    def rejected(self) -> dict[str, int]:
        """How many lines were rejected, by reason, the most frequent first."""
        return dict(self._rows(sql.REASONS))

    def reasons(self) -> Iterator[tuple[int, str]]:
        """Each rejected line and why, in the order of the file."""
        return self._rows("SELECT line, reason FROM rejects ORDER BY line")

    def _rows(self, query: str) -> Iterator[Any]:
        cursor = self._db.execute(query)
        while batch := cursor.fetchmany(_BATCH):
            yield from batch

    def _all(self, query: str) -> list[Any]:
        return self._db.execute(query).fetchall()


@contextmanager
def staging() -> Iterator[Staging]:
    """An empty staging database, which is gone at the end."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        # nameless: on disk once it outgrows this cache, and nobody else ever reads it
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;"
        )
        connection.executescript(sql.TABLES)
        connection.execute("BEGIN")
        yield Staging(connection)
    finally:
        connection.close()


def _digest(lines: Iterable[tuple[Any, ...]]) -> str:
    return sha256(orjson.dumps(list(lines))).hexdigest()
