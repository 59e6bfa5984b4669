"""Which numbers were given to rows: none is given twice, though its row may be gone by now."""

from sqlalchemy import Connection, Table, func, select, text

from common.db.schema import TABLES

NUMBERED = tuple(table for table in TABLES if table.autoincrement_column is not None)

_KEPT_BY_SQLITE = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_KEPT_BY_MYSQL = text(
    "SELECT auto_increment FROM information_schema.tables"
    " WHERE table_schema = DATABASE() AND table_name = :name"
)


def last_given(connection: Connection, table: Table) -> int:
    """The highest number that a row of the table has or had; 0 if there was none."""
    match connection.dialect.name:
        case "sqlite":
            highest = connection.scalar(select(func.max(table.c.id))) or 0
            return max(highest, connection.scalar(_KEPT_BY_SQLITE, {"name": table.name}) or 0)
        case "postgresql":
            sequence = text(_sequence(connection, table))  # a name that the server quotes
            kept = select(text("last_value"), text("is_called")).select_from(sequence)
            last, is_given = connection.execute(kept).one()
            return int(last) if is_given else int(last) - 1
        case _:
            _look_afresh(connection)
            # MySQL tells null of a table that never had a row
            following = connection.scalar(_KEPT_BY_MYSQL, {"name": table.name}) or 1
            return int(following) - 1


def give_beyond(connection: Connection, table: Table, last: int) -> None:
    """Give only numbers above `last` from now on. Numbers that are higher already stay so.

    On a server this is not undone with the transaction, and MySQL and MariaDB end it.
    """
    if last <= last_given(connection, table):
        return
    match connection.dialect.name:
        case "sqlite":
            _keep_in_sqlite(connection, table, last)
        case "postgresql":
            connection.execute(select(func.setval(_sequence(connection, table), last)))
        case _:
            quoted = connection.dialect.identifier_preparer.quote(table.name)
            connection.exec_driver_sql(f"ALTER TABLE {quoted} AUTO_INCREMENT = {last + 1}")


def _sequence(connection: Connection, table: Table) -> str:
    found = select(func.pg_get_serial_sequence(table.name, "id"))
    return str(connection.execute(found).scalar_one())


def _look_afresh(connection: Connection) -> None:
    """MySQL else tells what was true up to a day ago."""
    if connection.dialect.name == "mysql":
        connection.exec_driver_sql("SET SESSION information_schema_stats_expiry = 0")


def _keep_in_sqlite(connection: Connection, table: Table, last: int) -> None:
    """Where rows are never deleted, SQLite counts on from the highest of them and keeps nothing."""
    if not table.dialect_options["sqlite"]["autoincrement"]:
        return
    values = {"name": table.name, "last": last}
    kept = text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name")
    if not connection.execute(kept, values).rowcount:
        insert = text("INSERT INTO sqlite_sequence VALUES (:name, :last)")
        connection.execute(insert, values)
