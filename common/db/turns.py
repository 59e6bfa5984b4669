"""Who must not write at once takes turns, each until its transaction ends.

On SQLite all writers take turns anyway. PostgreSQL has locks for it that need no row and
are fair: with row locks, a stream of those who share would starve who wants it alone.
MySQL and MariaDB lock a row of the table `turns`; a lock by name (GET_LOCK) ends with the
connection and not with the transaction.
"""

from enum import IntEnum

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, func, insert, select
from sqlalchemy.schema import CreateTable

from common.db.session import ReadSession

# Beside the schema, as Alembic's own table: the first migration takes its turn here already.
TABLE = Table(
    "turns",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    mysql_engine="InnoDB",
    mariadb_engine="InnoDB",
)
# Of the 64-bit keys of PostgreSQL's advisory locks, those from here on are Daybook's.
_FIRST_KEY = int.from_bytes(b"daybook\0")


class Turn(IntEnum):
    """What turns are taken at."""

    # Who changes the schema takes it alone.
    migrations = 1
    # Shared by whoever moves stock or sells. Taken alone by an import, which numbers its rows
    # and counts the levels by itself, and by whoever edits a product, which is sold before or
    # after.
    ledgers = 2
    # Shared by whoever places an order, from before its id is taken. Who takes it alone for a
    # moment knows that no order with a lower id is still to come.
    orders = 3


def share(session: ReadSession, turn: Turn) -> None:
    """Take the turn with others who share it, after whoever has it alone."""
    _take(session.connection(), turn, shared=True)


def take(session: ReadSession, turn: Turn) -> None:
    """Take the turn alone, after all who have it."""
    take_on(session.connection(), turn)


def take_on(connection: Connection, turn: Turn) -> None:
    """Take the turn alone until the connection's transaction ends."""
    _take(connection, turn, shared=False)


def needs_rows(engine: Engine) -> bool:
    """Whether turns are rows on this database, which `prepare` makes."""
    return engine.dialect.name in {"mysql", "mariadb"}


def prepare(engine: Engine) -> None:
    """Make the rows that turns are; whoever comes second finds them."""
    rows = [{"id": turn.value} for turn in Turn]
    with engine.begin() as connection:
        connection.execute(CreateTable(TABLE, if_not_exists=True))
        connection.execute(insert(TABLE).prefix_with("IGNORE"), rows)


def _take(connection: Connection, turn: Turn, *, shared: bool) -> None:
    match connection.dialect.name:
        case "sqlite":
            pass  # the transaction has begun with `connection`, and with it the turn
        case "postgresql":
            name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
            connection.execute(select(getattr(func, name)(_FIRST_KEY + turn)))
        case _:
            row = select(TABLE.c.id).where(TABLE.c.id == turn.value)
            connection.execute(row.with_for_update(read=shared)).one()
