"""A source on a PostgreSQL server, which is only read, in one state."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Select,
    TableClause,
    Text,
    cast,
    column,
    create_engine,
    func,
    inspect,
    literal_column,
    select,
)
from sqlalchemy import table as table_of
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from common.db.engine import CONNECTING
from common.importing.records.tables import Row, SourceTable, SourceUnusable

_BATCH = 5000


class _AnyText:
    """A server may keep text without looking at it: what is not in UTF-8 is told of its record.

    What psycopg asks for to read a type.
    """

    format = 0  # text

    def __init__(self, oid: int, context: Any = None) -> None:
        """Nothing is to be kept of these."""

    def load(self, data: Any) -> str:
        """The text, with what is none of it escaped."""
        return bytes(data).decode("utf-8", "surrogateescape")


class PostgreSQLSource:
    """The tables of a schema."""

    def __init__(self, where: str, connection: Connection, schema: str | None) -> None:
        self._where, self._connection, self._schema = where, connection, schema

    def prepare(self, tables: Sequence[SourceTable]) -> None:
        """Raise SourceUnusable, naming the first table, or its columns, that are missing."""
        with _told_plainly(self._where):
            # times are read as text, which must not depend on how the server is set up
            self._connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            self._connection.exec_driver_sql("SET LOCAL datestyle = 'ISO'")
            found = inspect(self._connection)
            for wanted in tables:
                (name,) = wanted.names
                if not found.has_table(name, schema=self._schema):
                    raise SourceUnusable(f"{self._where} has no table {self._told(name)}.")
                rows: Select[Any] = (
                    select(literal_column("*")).select_from(self._table(wanted)).limit(0)
                )
                columns = list(self._connection.execute(rows).keys())
                wanted.check(f"{self._where}: table {self._told(name)}", columns)
            kept = self._connection.exec_driver_sql("SHOW server_encoding").scalar_one()
            if kept == "SQL_ASCII":  # any bytes, which the server would not send as UTF-8
                self._connection.exec_driver_sql("SET LOCAL client_encoding = 'SQL_ASCII'")

    def count(self, table: SourceTable) -> int:
        """How many rows the table has."""
        with _told_plainly(self._where):
            query = select(func.count()).select_from(self._table(table))
            return self._connection.execute(query).scalar_one()

    def rows(self, table: SourceTable) -> Iterator[Row]:
        """Every row, by a cursor on the server."""
        rows = self._table(table)
        query = select(
            *(rows.c[name] for name in table.numbers),
            *(cast(rows.c[name], Text) for name in table.words),
        )
        with _told_plainly(self._where):
            for batch in self._connection.execute(
                query, execution_options={"yield_per": _BATCH}
            ).partitions():
                yield from map(tuple, batch)

    def _table(self, table: SourceTable) -> TableClause:
        return table_of(table.names[0], *map(column, table.columns), schema=self._schema)

    def _told(self, name: str) -> str:
        return f"{self._schema}.{name}" if self._schema else name


@contextmanager
def opened(
    url: URL, tables: Sequence[SourceTable], schema: str | None
) -> Iterator[PostgreSQLSource]:
    """The tables at the URL, whose options are those of libpq; raises SourceUnusable."""
    engine, where = _engine(url), _without_secrets(url)
    with _told_plainly(where):
        connection = engine.connect()
    with connection:
        raw: Any = connection.connection.dbapi_connection
        raw.adapters.register_loader("text", _AnyText)
        source = PostgreSQLSource(where, connection, schema)
        source.prepare(tables)
        yield source


def _engine(url: URL) -> Engine:
    """What the URL itself says of connecting counts."""
    ours = {"connect_timeout": CONNECTING, "client_encoding": "utf8"}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            isolation_level="REPEATABLE READ",
            hide_parameters=True,
            connect_args={name: value for name, value in ours.items() if name not in url.query},
        )
    except ModuleNotFoundError:
        raise SourceUnusable("The driver of PostgreSQL, psycopg, is not installed.") from None
    return engine.execution_options(postgresql_readonly=True)


def _without_secrets(url: URL) -> str:
    """Its query may hold some, too."""
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
    return bare.render_as_string()


@contextmanager
def _told_plainly(where: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as failed:
        cause = failed.orig
        said = " ".join(str(cause if cause is not None else failed).split()).rstrip(".")
        raise SourceUnusable(f"{where} cannot be read: {said}.") from None
