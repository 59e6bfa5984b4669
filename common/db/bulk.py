"""Many rows at once: for imports, which know every row before they write the first.

Rows are tuples of what the driver takes, in the order of the table's columns. That spares
the conversion of each value of millions of them, which would take longer than the writing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, func, insert, select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from common.db import turns
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
        _number_from(connection, model, max(row[columns.index("id")] for row in rows))


def moments(session: Session) -> Callable[[datetime], Any]:
    """Make of a moment what the driver takes."""
    convert = Moment().bind_processor(session.connection().dialect)
    assert convert is not None
    return lru_cache(maxsize=65_536)(convert)


def first_free_id(session: Session, model: type[Identified]) -> int:
    """The id from which rows of a ledger or of orders may be numbered by the caller.

    Sound because `prepare` has taken the turn: until this transaction ends, nobody else adds
    such rows.
    """
    return session.execute(select(func.coalesce(func.max(model.id), 0) + 1)).scalar_one()


def _number_from(connection: Connection, model: type[Base], last: int) -> None:
    """Go on after `last` when the database numbers rows by itself again; others see it anyway."""
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(model.__tablename__, "id")
        connection.execute(select(func.setval(sequence, last)))


@lru_cache
def _insert(model: type[Base], columns: tuple[str, ...], dialect: Dialect) -> str:
    # rows are tuples, so the driver must take parameters by position
    positional = dialect if dialect.positional else _POSITIONAL[dialect.name]
    compiled = insert(model).compile(dialect=positional, column_keys=list(columns))
    assert compiled.positiontup == list(columns)  # else values would go astray
    return str(compiled)
