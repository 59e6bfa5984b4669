"""Make the database that the settings name ready: there, of this schema, and founded."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError

from common.db.session import Database, connect
from common.db.shop import found, is_founded
from common.db.upgrade import DatabaseIsForeign, DatabaseIsNewer, pending, upgrade
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
    if database_file(settings) is None:
        raise CommandFailed(
            "DATABASE_URL names no SQLite file; other databases come with a later version."
        )
    _prepare_folder(settings)
    database = connect(settings)
    name = database.engine.url.render_as_string(hide_password=True)
    try:
        if pending(database) and is_running(settings) and not starting:
            raise CommandFailed("The running shop is of an older version; stop it first.")
        copy = upgrade(database)
        if copy is not None:
            say(f"The database was migrated; {copy} is a copy of what it was.")
        _found_once(database, settings)
    except DatabaseIsNewer:
        raise CommandFailed(
            f"{name} was written by a newer Daybook; update Daybook first. {ELSEWHERE}"
        ) from None
    except DatabaseIsForeign:
        raise CommandFailed(f"{name} holds tables that are not Daybook's. {ELSEWHERE}") from None
    except (DatabaseError, sqlite3.Error) as failed:
        why = getattr(failed, "orig", failed)
        raise CommandFailed(f"{name} cannot be used: {why}. {ELSEWHERE}") from None
    try:
        yield database
    finally:
        database.dispose()


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
