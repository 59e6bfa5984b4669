"""Many rows at once: for imports, which know every row before they write the first.

Rows are tuples of what the driver takes, in the order of the table's columns. That spares
the conversion of each value of millions of them, which would take longer than the writing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect, Table, func, insert, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from common.db import numbers, turns
from common.db.base import Base, Identified
from common.db.session import Session
from common.db.turns import Turn
from common.db.types import Moment

T = TypeVar("T")

BATCH = 5000
# Pages of indexes that stay in memory while a year is written; 32 MiB.
_CACHE_KIB = 32_768
# The dialects that name their parameters, as they are without names.
_POSITIONAL: Mapping[str, Dialect] = {
    "postgresql": PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
}


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The rows in lists of `size`, the last one shorter."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def in_chunks(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """The values in lists that fit the parameters of one query."""
    return batches(values, size)


def prepare(session: Session) -> None:
    """Take the turn at the ledgers alone, and give the connection the memory that rows need."""
    turns.take(session, Turn.ledgers)
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_CACHE_KIB}")


def write(
    session: Session,
    model: type[Base],
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    """Insert a batch of rows. Moments in them are what `moments` makes of them."""
    if not rows:
        return
    connection = session.connection()
    connection.exec_driver_sql(_insert(model, columns, connection.dialect), list(rows))
    if issubclass(model, Identified):
        number_from(session, model, max(row[columns.index("id")] for row in rows))


def moments(session: Session) -> Callable[[datetime], Any]:
    """Make of a moment what the driver takes."""
    dialect = session.connection().dialect
    # the dialect's own type: on SQLite a moment is text, which must be spelled in one way
    convert = Moment().dialect_impl(dialect).bind_processor(dialect)
    assert convert is not None
    return lru_cache(maxsize=65_536)(convert)


def first_free_id(session: Session, model: type[Identified]) -> int:
    """The id from which rows of a ledger or of orders may be numbered by the caller.

    Sound because `prepare` has taken the turn: until this transaction ends, nobody else adds
    such rows.
    """
    return session.execute(select(func.coalesce(func.max(model.id), 0) + 1)).scalar_one()


def number_from(session: Session, model: type[Base], last: int) -> None:
    """Let rows that the database numbers by itself come after `last`, or later still.

    Only PostgreSQL must be told; the others see it.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        numbers.give_beyond(connection, cast(Table, model.__table__), last)


@lru_cache
def _insert(model: type[Base], columns: tuple[str, ...], dialect: Dialect) -> str:
    # rows are tuples, so the driver must take parameters by position
    positional = dialect if dialect.positional else _POSITIONAL[dialect.name]
    compiled = insert(model).compile(dialect=positional, column_keys=list(columns))
    assert compiled.positiontup == list(columns)  # else values would go astray
    return str(compiled)
