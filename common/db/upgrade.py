"""Bring a database to the schema of this program, or say why that cannot be."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from common.db import turns
from common.db.schema import BESIDE_THE_SCHEMA, SCHEMA
from common.db.session import Database
from common.db.turns import Turn

MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseIsNewer(Exception):
    """The database was written by a newer Daybook."""


class DatabaseIsForeign(Exception):
    """The database holds tables, and none of Daybook's records of its schema."""


class DatabaseIsNotUnicode(Exception):
    """The database keeps no UTF-8; the text says what it keeps."""


def upgrade(database: Database) -> Path | None:
    """Apply the migrations that are missing; two at once take turns.

    All or none of them; but MySQL and MariaDB undo no change of a table.

    Before an SQLite file that holds records is changed, a copy of it is made beside it;
    its path is returned. Raises DatabaseIsNewer, DatabaseIsForeign and DatabaseIsNotUnicode.
    """
    if not _accepted(database):
        return None
    with migrating(database.engine) as connection:
        if not _pending(connection):  # somebody else was first
            return None
        copy = _copy(connection)
        command.upgrade(configured(connection), "head")
    return copy


def upgrade_to(database: Database, revision: str) -> None:
    """Apply the migrations up to `revision` that are missing, and make no copy."""
    with migrating(database.engine) as connection:
        command.upgrade(configured(connection), revision)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction, during which nobody else migrates."""
    if not turns.needs_rows(engine):
        with engine.begin() as connection:  # on SQLite this is the turn already
            turns.take_on(connection, Turn.migrations)
            yield connection
        return
    turns.prepare(engine)
    # changing a table ends a transaction, so another connection keeps the turn
    with engine.begin() as keeping, engine.begin() as connection:
        turns.take_on(keeping, Turn.migrations)
        yield connection


def pending(database: Database) -> bool:
    """Whether migrations are missing. Raises DatabaseIsNewer."""
    with database.reading() as session:
        return _pending(session.connection())


def _accepted(database: Database) -> bool:
    """Whether migrations are missing, in a database that may be Daybook's; makes nothing in it."""
    with database.reading() as session:
        connection = session.connection()
        _refuse_encoding(connection)
        if not _pending(connection):
            return False
        _refuse_foreign(connection)
        return True


def _pending(connection: Connection) -> bool:
    scripts = ScriptDirectory(str(MIGRATIONS))
    current = _revision(connection)
    if current not in {None, *(script.revision for script in scripts.walk_revisions())}:
        raise DatabaseIsNewer
    return current != scripts.get_current_head()


def _refuse_encoding(connection: Connection) -> None:
    """MySQL and MariaDB name an encoding by column."""
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise DatabaseIsNotUnicode(encoding)


def _refuse_foreign(connection: Connection) -> None:
    tables = set(inspect(connection).get_table_names())
    if _revision(connection) is not None:  # read after the tables: somebody may migrate
        return
    # on MySQL a first migration that was killed left some of ours, and turns come before them
    begun = turns.TABLE.name in tables and tables <= SCHEMA | BESIDE_THE_SCHEMA
    if tables - BESIDE_THE_SCHEMA and not begun:
        raise DatabaseIsForeign


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def configured(connection: Connection) -> Config:
    """What Alembic's commands are called with, to work on the connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _copy(connection: Connection) -> Path | None:
    """A copy of an SQLite file that holds tables, made while others read it."""
    path = connection.engine.url.database
    holds_tables = inspect(connection).get_table_names()
    if connection.dialect.name != "sqlite" or not path or not holds_tables:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy = Path(path).with_suffix(f".before-{stamp}.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
