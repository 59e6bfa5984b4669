"""Make the database that the settings name ready: there, of this schema, and founded."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import ArgumentError, DatabaseError

from common.db import grants
from common.db.engine import OtherServer, UnknownScheme
from common.db.grants import Account
from common.db.session import Database, connect
from common.db.shop import found, is_founded
from common.db.upgrade import (
    DatabaseIsForeign,
    DatabaseIsNewer,
    DatabaseIsNotUnicode,
    migrating,
    pending,
    upgrade,
)
from common.settings import Settings
from daybook.failures import CommandFailed
from daybook.running import database_file, is_running

ELSEWHERE = "DAYBOOK_FOLDER names another folder, DATABASE_URL another database."


@contextmanager
def prepared(
    settings: Settings, *, say: Callable[[str], None], starting: bool = False
) -> Iterator[Database]:
    """The database, created, migrated and founded where need be; CommandFailed says why not.

    Nobody migrates beneath a running shop; `starting` is that shop itself.
    """
    _prepare_folder(settings)
    database = _connect(settings, settings.database_url)
    try:
        with _told_plainly(database):
            copy = _migrate(settings, database, starting=starting)
            _found_once(database, settings)
            _warn_of_rights(settings, database, say)
        if copy is not None:
            say(f"The database was migrated; {copy} is a copy of what it was.")
        yield database
    finally:
        database.dispose()


def _connect(settings: Settings, url: str) -> Database:
    try:
        return connect(settings.model_copy(update={"database_url_setting": url}))
    except UnknownScheme as unknown:
        raise CommandFailed(
            f"The database URL begins with {unknown}; Daybook knows sqlite, postgresql, mysql"
            " and mariadb."
        ) from None
    except ArgumentError:
        raise CommandFailed("DAYBOOK_MIGRATION_URL is no SQLAlchemy URL.") from None
    except ModuleNotFoundError:
        raise CommandFailed(
            "The driver of MySQL and MariaDB is not installed: `make mysql` adds it."
        ) from None


@contextmanager
def _told_plainly(database: Database) -> Iterator[None]:
    name = _name(database)
    try:
        yield
    except DatabaseIsNewer:
        raise CommandFailed(
            f"{name} was written by a newer Daybook; update Daybook first. {ELSEWHERE}"
        ) from None
    except DatabaseIsForeign:
        raise CommandFailed(f"{name} holds tables that are not Daybook's. {ELSEWHERE}") from None
    except DatabaseIsNotUnicode as other:
        raise CommandFailed(
            f"{name} keeps its text as {other}; Daybook needs a database made with ENCODING 'UTF8'."
        ) from None
    except OtherServer as other:
        raise CommandFailed(
            f"{name} is on another kind of server: let its URL begin with {other}://."
        ) from None
    except (DatabaseError, sqlite3.Error) as failed:
        raise CommandFailed(f"{name} cannot be used: {_why(failed)}. {ELSEWHERE}") from None


def _name(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=True)


def _why(failed: DatabaseError | sqlite3.Error) -> str:
    """In one line: MySQL puts a number before its words, PostgreSQL writes several lines."""
    cause = failed.orig if isinstance(failed, DatabaseError) else failed
    words = cause.args[-1] if cause is not None and cause.args else failed
    return " ".join(str(words).split()).rstrip(".")


def _migrate(settings: Settings, database: Database, *, starting: bool) -> Path | None:
    """Migrate as the owner of the tables, who then lets the application's user work.

    Returns the copy of what an SQLite file was.
    """
    if settings.migration_url is None:
        return _upgrade(settings, database, starting=starting)
    owning = _connect(settings, settings.migration_url)
    try:
        account = _account(settings, database)
        with _told_plainly(owning):
            _upgrade(settings, owning, starting=starting)
            _grant(owning, account)
    finally:
        owning.dispose()
    return None


def _account(settings: Settings, database: Database) -> Account:
    """As whom the server knows the services, who on MySQL may have no right in the database yet."""
    url = database.engine.url
    if url.get_backend_name() == "sqlite":
        raise CommandFailed("SQLite knows no users: DAYBOOK_MIGRATION_URL is for servers.")
    if url.get_backend_name() != "postgresql":
        url = url._replace(database=None)  # `set` leaves what is None
    outside = _connect(settings, url.render_as_string(hide_password=False))
    try:
        with outside.engine.connect() as connection:
            account = grants.account(connection)
    finally:
        outside.dispose()
    if not account.user:
        raise CommandFailed(
            f"{_name(database)} names nobody: with DAYBOOK_MIGRATION_URL the services need a user"
            " of their own."
        )
    return account


def _grant(owning: Database, account: Account) -> None:
    """An owner who runs the services too has every right already."""
    with migrating(owning.engine) as connection:
        if grants.account(connection) != account:
            grants.grant(connection, account)


def _warn_of_rights(settings: Settings, database: Database, say: Callable[[str], None]) -> None:
    if settings.migration_url is None:
        return
    if changeable := grants.changeable_ledgers(database.engine):
        say(
            f"{_name(database)} may change {' and '.join(changeable)}: its user has rights beyond"
            " those that Daybook grants."
        )


def _upgrade(settings: Settings, database: Database, *, starting: bool) -> Path | None:
    if pending(database) and is_running(settings) and not starting:
        raise CommandFailed("The running shop is of an older version; stop it first.")
    return upgrade(database)


def _found_once(database: Database, settings: Settings) -> None:
    with database.reading() as session:  # who only reads waits for no writer
        founded = is_founded(session)
    if not founded:
        with database.transaction() as session:
            found(session, settings)


def _prepare_folder(settings: Settings) -> None:
    file = database_file(settings)
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise CommandFailed(
            f"The folder {file.parent} cannot be made: {failed.strerror}. {ELSEWHERE}"
        ) from None
