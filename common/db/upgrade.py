"""Bring a database to the schema of this program, or say why that cannot be."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from common.db.session import Database

MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseIsNewer(Exception):
    """The database was written by a newer Daybook."""


class DatabaseIsForeign(Exception):
    """The database holds tables, and none of Daybook's records of its schema."""


def upgrade(database: Database) -> Path | None:
    """Apply the migrations that are missing, all or none; two at once take turns.

    Before an SQLite file that holds records is changed, a copy of it is made beside it;
    its path is returned. Raises DatabaseIsNewer and DatabaseIsForeign.
    """
    if not pending(database):
        return None
    copy = _copy(database.engine)
    upgrade_to(database, "head")
    return copy


def upgrade_to(database: Database, revision: str) -> None:
    """Apply the migrations up to `revision` that are missing, all or none."""
    with database.engine.begin() as connection:  # on SQLite this takes the lock first
        command.upgrade(_config(connection), revision)


def pending(database: Database) -> bool:
    """Whether migrations are missing. Raises DatabaseIsNewer and DatabaseIsForeign."""
    with database.reading() as session:
        return _pending(session.connection())


def _pending(connection: Connection) -> bool:
    scripts = ScriptDirectory(str(MIGRATIONS))
    current = MigrationContext.configure(connection).get_current_revision()
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if current is None and tables:
        raise DatabaseIsForeign
    if current not in {None, *(script.revision for script in scripts.walk_revisions())}:
        raise DatabaseIsNewer
    return current != scripts.get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _copy(engine: Engine) -> Path | None:
    """A copy of an SQLite file that holds tables, made while others use it."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or not inspect(engine).get_table_names():
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    copy = Path(path).with_suffix(f".before-{stamp}.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
