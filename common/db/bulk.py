"""Many rows at once: for imports, which know every row before they write the first.

Rows are tuples of what the driver takes, in the order of the table's columns. That spares
the conversion of each value of millions of them, which would take longer than the writing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Dialect, func, insert, select

from common.db.base import Base, Identified
from common.db.session import Session
from common.db.types import Moment

T = TypeVar("T")

BATCH = 5000
# Pages of indexes that stay in memory while a year is written; 32 MiB.
_CACHE_KIB = 32_768


def batches(rows: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """The rows in lists of `size`, the last one shorter."""
    remaining = iter(rows)
    while batch := list(islice(remaining, size)):
        yield batch


def prepare(session: Session) -> None:
    """Give the session's connection the memory that many rows need."""
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
    if rows:
        connection = session.connection()
        connection.exec_driver_sql(_insert(model, columns, connection.dialect), list(rows))


def moments(session: Session) -> Callable[[datetime], Any]:
    """Make of a moment what the driver takes."""
    convert = Moment().bind_processor(session.connection().dialect)
    assert convert is not None
    return lru_cache(maxsize=65_536)(convert)


def first_free_id(session: Session, model: type[Identified]) -> int:
    """The id from which rows may be numbered by the caller.

    Sound on SQLite only, where this transaction alone writes.
    """
    return session.execute(select(func.coalesce(func.max(model.id), 0) + 1)).scalar_one()


@lru_cache
def _insert(model: type[Base], columns: tuple[str, ...], dialect: Dialect) -> str:
    compiled = insert(model).compile(dialect=dialect, column_keys=list(columns))
    assert compiled.positiontup == list(columns)  # else values would go astray
    return str(compiled)
