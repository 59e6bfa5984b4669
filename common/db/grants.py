"""What the user of the services may do, where another user owns the tables.

MySQL lets no ordinary user make a trigger, so there the ledgers are append-only by grants,
table by table.
"""

from typing import NamedTuple

from sqlalchemy import Connection, Engine, Table, func, inspect, select
from sqlalchemy.exc import DBAPIError

from common.db import guards, turns
from common.db.schema import BESIDE_THE_SCHEMA, SCHEMA, TABLES

LEDGERS = tuple(guards.LEDGERS)
_RIGHTS = {
    **dict.fromkeys(LEDGERS, "SELECT, INSERT"),
    "import_refs": "SELECT, INSERT",
    "alembic_version": "SELECT",
    turns.TABLE.name: "SELECT, UPDATE",  # to lock its rows
}
_NOT_GRANTED = {1141, 1147}  # what MySQL and MariaDB say of a right that is to be revoked


class Account(NamedTuple):
    """Whom a server knows: on MySQL and MariaDB a user and from where, else a role."""

    user: str
    host: str = ""


def account(connection: Connection) -> Account:
    """As whom the server knows the connection; MySQL may know another one than the URL names."""
    if connection.dialect.name == "postgresql":
        return Account(connection.exec_driver_sql("SELECT current_user").scalar_one())
    user, _, host = connection.exec_driver_sql("SELECT CURRENT_USER()").scalar_one().rpartition("@")
    return Account(user, host)


def grant(connection: Connection, to: Account) -> None:
    """Let the account read and add everywhere, and change and remove but in the ledgers.

    To be repeated after each migration, by the owner of the tables, whose turn it is.
    """
    present = set(inspect(connection).get_table_names())
    for name in sorted(present & (SCHEMA | BESIDE_THE_SCHEMA)):
        rights = _RIGHTS.get(name, "SELECT, INSERT, UPDATE, DELETE")
        _grant(connection, rights, _quoted(connection, name), to)
    for ledger in LEDGERS:
        _revoke(connection, ledger, to)
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            _grant_numbers(connection, table, to)


def changeable_ledgers(engine: Engine) -> list[str]:
    """The ledgers that the engine's user may change or remove from, by whatever it was granted."""
    statements = ("UPDATE {} SET id = id WHERE 1 = 0", "DELETE FROM {} WHERE 1 = 0")
    return [
        ledger
        for ledger in LEDGERS
        if any(_is_allowed(engine, each.format(ledger)) for each in statements)
    ]


def _is_allowed(engine: Engine, statement: str) -> bool:
    """Asked by trying: rights come by table, by database, by role, and from a superuser's."""
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    except DBAPIError:
        return False
    return True


def _grant(connection: Connection, rights: str, what: str, to: Account) -> None:
    _execute(connection, f"GRANT {rights} ON {what} TO", to)


def _revoke(connection: Connection, ledger: str, of: Account) -> None:
    """What an earlier Daybook, or a person, granted on the table."""
    try:
        _execute(connection, f"REVOKE UPDATE, DELETE ON {_quoted(connection, ledger)} FROM", of)
    except DBAPIError as failed:
        if failed.orig is None or failed.orig.args[0] not in _NOT_GRANTED:
            raise


def _grant_numbers(connection: Connection, table: Table, to: Account) -> None:
    if "id" not in table.c:
        return
    quoted = _quoted(connection, table.name)
    sequence = connection.scalar(select(func.pg_get_serial_sequence(quoted, "id")))
    if sequence is not None:
        _grant(connection, "USAGE, SELECT, UPDATE", f"SEQUENCE {sequence}", to)


def _execute(connection: Connection, statement: str, account: Account) -> None:
    if connection.dialect.name == "postgresql":
        role = connection.dialect.identifier_preparer.quote_identifier(account.user)
        connection.exec_driver_sql(f"{statement} {role}")
    else:
        connection.exec_driver_sql(f"{statement} %s@%s", tuple(account))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
