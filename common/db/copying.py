"""All rows of a shop, from one database to another; memory is a batch of them.

Values go through the types of the models, for each database keeps moments in a way of its own.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, Engine, Table, delete, func, insert, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

from common.db import files, guards, numbers, turns
from common.db.bulk import BATCH
from common.db.models.idempotency import IdempotencyKey
from common.db.schema import TABLES
from common.db.session import Database
from common.db.turns import Turn
from common.db.upgrade import migrating, upgrade

Advance: TypeAlias = Callable[[int], None]
Write: TypeAlias = Callable[[Sequence[tuple[Any, ...]]], None]

# Memory for sorting what becomes an index; 64 MiB.
_CACHE_KIB = 65_536
# What SQLite makes by itself, for keys, has no SQL.
_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection to a server that sees one state of the database, and keeps nobody waiting."""
    frozen = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with frozen.connect() as connection:
        yield connection


def count(source: Connection) -> int:
    """How many rows there are."""
    return sum(count_of(source, table) for table in TABLES)


def count_of(source: Connection, table: Table) -> int:
    """How many rows the table has."""
    return source.execute(select(func.count()).select_from(table)).scalar_one()


def write_file(source: Connection, file: Path, advance: Advance) -> None:
    """Write every row into a new SQLite file; `advance` is told how many more are there.

    Of a failure nothing is undone: the file is to be thrown away. Raises sqlite3.Error for it.
    """
    with files.opened(file) as made:
        upgrade(made)
    with closing(sqlite3.connect(file, isolation_level=None)) as target:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE_KIB}"):
            target.execute(f"PRAGMA {pragma}")
        target.execute("BEGIN")
        with _indexed_later(target):
            for table in TABLES:
                _write_table(source, table, target, advance)
        target.execute("COMMIT")
    with files.opened(file) as made, made.engine.begin() as connection:
        for table in numbers.NUMBERED:
            numbers.give_beyond(connection, table, numbers.last_given(source, table))


@contextmanager
def _indexed_later(target: sqlite3.Connection) -> Iterator[None]:
    """Sorting once is several times as fast as finding each row its place in every index."""
    indexes = target.execute(_INDEXES).fetchall()
    for name, _sql in indexes:
        target.execute(f'DROP INDEX "{name}"')
    yield
    for _name, sql in indexes:
        target.execute(sql)


def _write_table(
    source: Connection, table: Table, target: sqlite3.Connection, advance: Advance
) -> None:
    dialect = SQLiteDialect_pysqlite()
    statement = _insert(table, dialect)
    for rows in _read(source, table, dialect):
        target.executemany(statement, rows)
        advance(len(rows))


def _insert(table: Table, dialect: Dialect) -> str:
    """With a place for each column of the table, in their order."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(table.c.keys()))
    assert compiled.positiontup == list(table.c.keys())  # else values would go astray
    return str(compiled)


def _read(source: Connection, table: Table, into: Dialect) -> Iterator[list[tuple[Any, ...]]]:
    """Every row in batches, in the order of the keys, as the driver of `into` takes it."""
    convert = [column.type.dialect_impl(into).bind_processor(into) for column in table.c]
    query = select(table).order_by(*table.primary_key)
    for batch in source.execution_options(yield_per=BATCH).execute(query).partitions():
        columns = zip(*batch, strict=True)
        yield list(
            zip(
                *(
                    column if process is None else map(process, column)
                    for process, column in zip(convert, columns, strict=True)
                ),
                strict=True,
            )
        )


def replace(database: Database, source: Connection, advance: Advance) -> None:
    """Let the database on a server hold the rows of the source and no others, in one transaction.

    Writers wait meanwhile, for this one waits until they are done. To be called as the owner of
    the tables. Numbers that were given are not given again, here or there. The connections keep
    settings of this work: dispose of them. Raises DBAPIError.
    """
    engine = database.engine
    for table in numbers.NUMBERED:  # first, for on MySQL and MariaDB it ends a transaction
        last = numbers.last_given(source, table)
        with engine.begin() as connection:
            numbers.give_beyond(connection, table, last)
    with _alone(engine) as connection, guards.lifted(connection):
        for table in reversed(TABLES):
            connection.execute(table.delete())
        for table in TABLES:
            with _writing(connection, table) as write:
                for rows in _read(source, table, connection.dialect):
                    write(rows)
                    advance(len(rows))


def measure(database: Database) -> None:
    """Let a server look at what it holds, that it may find rows fast; in a while it would anyway.

    To be called as the owner of the tables. Raises DBAPIError.
    """
    statement = "ANALYZE" if database.engine.dialect.name == "postgresql" else "ANALYZE TABLE"
    for table in TABLES:
        with database.engine.begin() as connection:
            quoted = connection.dialect.identifier_preparer.quote(table.name)
            connection.exec_driver_sql(f"{statement} {quoted}")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction, beside which nobody writes."""
    # On MySQL and MariaDB, who deletes all rows so also keeps others from adding any.
    # On PostgreSQL, this level would fail where it has waited for somebody.
    repeatable = engine.execution_options(isolation_level="REPEATABLE READ")
    with migrating(repeatable if turns.needs_rows(engine) else engine) as connection:
        _let_no_key_in(connection)
        for turn in (Turn.ledgers, Turn.orders):  # as orders take them
            turns.take_on(connection, turn)
        if connection.dialect.name == "postgresql":
            quote = connection.dialect.identifier_preparer.quote
            names = ", ".join(quote(table.name) for table in TABLES)
            connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        else:  # an order may correct one that comes after it
            connection.exec_driver_sql("SET SESSION foreign_key_checks = 0, unique_checks = 0")
        yield connection


def _let_no_key_in(connection: Connection) -> None:
    """Writes take their key first: who has one by now is waited for, others wait for us."""
    if connection.dialect.name == "postgresql":
        name = IdempotencyKey.__tablename__
        connection.exec_driver_sql(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")
    else:
        connection.execute(delete(IdempotencyKey))


def _writing(connection: Connection, table: Table) -> AbstractContextManager[Write]:
    """What adds rows to the table."""
    if connection.dialect.name == "postgresql":
        return _copying(connection, table)
    statement = _insert(table, connection.dialect)

    def write(rows: Sequence[tuple[Any, ...]]) -> None:
        connection.exec_driver_sql(statement, list(rows))

    return nullcontext(write)


@contextmanager
def _copying(connection: Connection, table: Table) -> Iterator[Write]:
    """One statement for all rows: an order may correct one that comes after it."""
    driver: Any = connection.dialect.dbapi
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.c)
    statement = f"COPY {quote(table.name)} ({columns}) FROM STDIN"
    raw: Any = connection.connection.dbapi_connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:

            def write(rows: Sequence[tuple[Any, ...]]) -> None:
                for row in rows:
                    copy.write_row(row)

            yield write
    except driver.Error as failed:
        raise DBAPIError.instance(statement, None, failed, driver.Error) from failed
