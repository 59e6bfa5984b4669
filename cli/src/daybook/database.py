"""The database that the settings name: how to connect, and what is wrong with it in one line."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import ArgumentError, DatabaseError

from common.db.engine import OtherServer, UnknownScheme
from common.db.session import Database, connect
from common.db.upgrade import DatabaseIsForeign, DatabaseIsNewer, DatabaseIsNotUnicode
from common.settings import Settings
from daybook.failures import CommandFailed

ELSEWHERE = "DAYBOOK_FOLDER names another folder, DATABASE_URL another database."


def connected(settings: Settings, url: str) -> Database:
    """The database at the URL. CommandFailed says why there can be none."""
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
def told_plainly(database: Database) -> Iterator[None]:
    """Let what goes wrong with the database be one line that names it."""
    name = name_of(database)
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
        raise CommandFailed(f"{name} cannot be used: {why(failed)}. {ELSEWHERE}") from None


def name_of(database: Database) -> str:
    """Its URL, without the password."""
    return database.engine.url.render_as_string(hide_password=True)


def why(failed: DatabaseError | sqlite3.Error) -> str:
    """In one line: MySQL puts a number before its words, PostgreSQL writes several lines."""
    cause = failed.orig if isinstance(failed, DatabaseError) else failed
    words = cause.args[-1] if cause is not None and cause.args else failed
    return " ".join(str(words).split()).rstrip(".")
