"""All records of a source in a database of their own, on disk, where they are sorted.

So memory does not grow with orders and lines, and the shop is locked for no longer than it takes
to write. The file is nameless and vanishes with its connection.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson

from common.importing.records import sql
from common.importing.records.shapes import Kind, SourceProduct, SourceRecord
from common.money import MAX_CENTS
from common.text import fold

TWICE = "its id stands in several rows"
NO_ORDER = "its order is not there"
REJECTED_ORDER = "its order was rejected"
REJECTED_LINE = "a line of it was rejected"
NO_LINES = "it has no lines"
TOO_LARGE = "its lines come to too large an amount"
OTHER_TOTAL = "its total is not the sum of its lines"
# Minor units by which a total may differ from its lines, each of which was rounded.
ROUNDING = 1
_FETCHED = 5000


class Staging:
    """The records of one source. Every query of an import on them is a method here."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def take(self, kind: Kind, records: Iterable[SourceRecord]) -> None:
        """Keep sound records, each with a digest of what the source says of it."""
        if kind is Kind.lines:  # said with their orders
            self._db.executemany(sql.INSERTS[kind], records)
        else:
            self._db.executemany(sql.INSERTS[kind], ((*each, _digest(each)) for each in records))

    def reject(
        self, kind: Kind, shown: str, key: int | None, parent: int | None, reason: str
    ) -> None:
        """Note that a row cannot be taken: its id for people, and the keys that can be read."""
        self._db.execute(sql.REJECT, (kind.value, shown, key, parent, reason))

    def gather(self) -> None:
        """Once all rows are in: find what is wrong with them together."""
        for kind in Kind:
            self.refuse(kind, sql.TWICE, TWICE)
        for statement in sql.UNIQUE.split(";"):  # a script would end the transaction
            self._db.execute(statement)
        self.refuse(Kind.lines, sql.OF_NO_ORDER, NO_ORDER)
        self.settle()
        self.refuse(Kind.orders, sql.WITHOUT_LINES, NO_LINES)
        self.refuse(Kind.orders, sql.TOO_LARGE, TOO_LARGE, most=MAX_CENTS)
        self.refuse(Kind.orders, sql.OTHER_TOTALS, OTHER_TOTAL, rounding=ROUNDING)
        self.settle()
        said = groupby(self._rows(sql.SAID), key=itemgetter(slice(0, 5)))
        digests = ((_lines_digest(order, lines), order[0]) for order, lines in said)
        self._db.executemany(sql.DIGEST, digests)

    def settle(self) -> None:
        """An order comes whole or not at all."""
        self.refuse(Kind.orders, sql.WITH_REJECTED_LINES, REJECTED_LINE)
        self.refuse(Kind.lines, sql.OF_REJECTED_ORDERS, REJECTED_ORDER)

    def refuse(
        self, kind: Kind, statement: str, reason: str, *, drop: bool = True, **values: int
    ) -> None:
        """Reject the rows that the statement puts into `refused`; the others may keep them."""
        if self._db.execute(_of(kind, statement), values).rowcount > 0:
            self._db.execute(_of(kind, sql.TELL_REFUSED), {"reason": reason})
            if drop:
                self._db.execute(_of(kind, sql.DROP_REFUSED))
            self._db.execute("DELETE FROM refused")

    def identities(self, kind: Kind, size: int) -> Iterator[list[tuple[int, str]]]:
        """The keys and digests of the records, in chunks; fates may be settled in between."""
        return self._by_key(_of(kind, sql.IDENTITIES), size)

    def mailboxes(self, size: int) -> Iterator[list[tuple[int, str]]]:
        """The keys and folded e-mail addresses of new customers, in chunks as above."""
        return self._by_key(sql.MAILBOXES, size)

    def settle_fates(self, kind: Kind, fates: Iterable[tuple[str, int, int]]) -> None:
        """Say what became of records: fate, the shop's id, key."""
        self._db.executemany(_of(kind, sql.SETTLE_FATE), fates)

    def join_mailboxes(self) -> None:
        """Of new customers with one e-mail address, let the first be the customer of all."""
        self._db.execute(sql.MAILBOX_INDEX)
        self._db.execute(sql.ONE_MAILBOX)

    def new_customers(self) -> Iterator[tuple[Any, ...]]:
        """Key, digest, name, address, email, created."""
        return self._rows(sql.NEW_CUSTOMERS)

    def already_customers(self) -> Iterator[tuple[int, str, int]]:
        """Key, digest and the shop's id; once new customers have ids."""
        return self._rows(sql.ALREADY_CUSTOMERS)

    def customer_ids(self) -> dict[int, int]:
        """The shop's ids by key; once new customers have theirs."""
        return dict(self._rows(sql.CUSTOMER_IDS))

    def new_products(self) -> Iterator[tuple[Any, ...]]:
        """Key, digest, name, price, level."""
        return self._rows(sql.NEW_PRODUCTS)

    def new_purchases(self) -> Iterator[tuple[Any, ...]]:
        """Key, digest, customer, name, quantity, purchased, updated."""
        return self._rows(sql.NEW_PURCHASES)

    def new_orders(self) -> Iterator[tuple[Any, ...]]:
        """Key, digest, customer, moment, label; key, product, quantity, price, total of a line."""
        return self._rows(sql.NEW_ORDERS)

    def movements(self) -> Iterator[tuple[Any, ...]]:
        """Lines of new orders by time: product, quantity, moment, then keys and places."""
        return self._rows(sql.MOVEMENTS)

    def units_taken(self) -> dict[int, int]:
        """What the new orders take of each product, by key."""
        return dict(self._rows(sql.UNITS_TAKEN))

    def held_products(self) -> dict[int, int]:
        """The shop's ids of products that it has and that new orders take, by key."""
        return dict(self._rows(sql.HELD_PRODUCTS))

    def levels(self) -> dict[int, int]:
        """Today's levels of the new products that hold stock, by key."""
        return dict(self._rows(sql.OPENINGS))

    def first_moment(self) -> int | None:
        """The time of the first new order."""
        found: int | None = self._db.execute(sql.FIRST_MOMENT).fetchone()[0]
        return found

    def new_lines(self) -> tuple[int, int]:
        """How many lines the new orders have, and what they come to."""
        count, total = self._db.execute(sql.NEW_LINES).fetchone()
        return count, total

    def fates(self, kind: Kind) -> Mapping[str, int]:
        """How many records have which fate; lines share that of their orders."""
        query = sql.LINE_FATES if kind is Kind.lines else _of(kind, sql.FATES)
        return dict(self._rows(query))

    def reasons(self, kind: Kind) -> dict[str, int]:
        """How many rows were rejected, by reason, the most frequent first."""
        return dict(self._db.execute(sql.REASONS, (kind.value,)).fetchall())

    def rejects(self) -> Iterator[tuple[str, str, str]]:
        """Each rejected row: kind, id and reason."""
        return self._rows(sql.REJECTS)

    def _by_key(self, query: str, size: int) -> Iterator[list[tuple[int, Any]]]:
        last = 0
        while chunk := self._db.execute(query, (last, size)).fetchall():
            last = chunk[-1][0]
            yield chunk

    def _rows(self, query: str) -> Iterator[Any]:
        cursor = self._db.execute(query)
        while batch := cursor.fetchmany(_FETCHED):
            yield from batch


@contextmanager
def staging() -> Iterator[Staging]:
    """An empty staging database, which is gone at the end."""
    connection = sqlite3.connect("", isolation_level=None)
    try:
        # nameless: on disk once it outgrows this cache, and nobody else ever reads it
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;"
        )
        connection.create_function("fold", 1, _fold, deterministic=True)
        connection.executescript(sql.TABLES)
        connection.execute("BEGIN")
        yield Staging(connection)
    finally:
        connection.close()


def _of(kind: Kind, statement: str) -> str:
    """The statement for the table of the kind."""
    parent = "parent" if kind is Kind.lines else "NULL"
    return statement.replace("KIND", kind.value).replace("PARENT", parent)


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _digest(record: SourceRecord) -> str:
    """Of all that the source says; but a level moves with every order, and is no change."""
    said: Sequence[Any] = record[:3] if isinstance(record, SourceProduct) else record
    return sha256(orjson.dumps(tuple(said))).hexdigest()


def _lines_digest(order: tuple[Any, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    digest = sha256(orjson.dumps(order))
    for row in rows:
        digest.update(orjson.dumps(row[5:]))
    return digest.hexdigest()
