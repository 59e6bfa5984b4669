"""Rows that nothing guards, to be broken on purpose."""

from collections.abc import Iterator
from contextlib import contextmanager

from database_fixtures import ENGINE
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from common.db import guards
from common.db.schema import TABLES
from common.db.session import ReadSession


@contextmanager
def unguarded(owner: Engine) -> Iterator[Connection]:
    """A connection on which nothing is guarded. What it does is undone at the end."""
    with owner.connect() as connection:
        _let_all_pass(connection)
        try:
            yield connection
        finally:
            connection.rollback()
            if ENGINE == "mysql":
                connection.execute(text(f"{_CHECK} ENFORCED"))
            connection.invalidate()  # with its settings


@contextmanager
def broken(owner: Engine, statement: str) -> Iterator[ReadSession]:
    """A session that sees what the statement does to one row, until the end."""
    with unguarded(owner) as connection:
        change = connection.dialect.identifier_preparer.quote("change")
        done = connection.execute(text(statement.replace("{change}", change)))
        assert done.rowcount == 1, statement
        yield ReadSession(Session(connection))


_CHECK = "ALTER TABLE stock_levels ALTER CHECK ck_stock_levels_not_negative"


def _let_all_pass(connection: Connection) -> None:
    if ENGINE == "sqlite":
        driver = connection.connection.dbapi_connection
        assert driver is not None
        for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):  # before a BEGIN
            driver.cursor().execute(f"PRAGMA {pragma}")
    if ENGINE == "postgresql":
        for table in TABLES:
            for constraint in table.foreign_key_constraints:
                drop = f"ALTER TABLE {table.name} DROP CONSTRAINT {constraint.name}"
                connection.execute(text(drop))
        drop = "ALTER TABLE stock_levels DROP CONSTRAINT ck_stock_levels_not_negative"
        connection.execute(text(drop))
    if ENGINE in {"mysql", "mariadb"}:
        connection.execute(text("SET SESSION foreign_key_checks = 0"))
    if ENGINE == "mariadb":
        connection.execute(text("SET SESSION check_constraint_checks = 0"))
    if ENGINE == "mysql":
        connection.execute(text(f"{_CHECK} NOT ENFORCED"))
    for ledger in guards.LEDGERS:
        guards.unguard(connection, ledger)
