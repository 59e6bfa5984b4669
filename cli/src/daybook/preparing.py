"""Make the database that the settings name ready: there, of this schema, and founded."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from common.db import grants
from common.db.grants import Account
from common.db.session import Database
from common.db.shop import found, is_founded
from common.db.upgrade import migrating, pending, upgrade
from common.settings import Settings
from daybook.database import ELSEWHERE, connected, name_of, told_plainly
from daybook.failures import CommandFailed
from daybook.running import database_file, is_running


@contextmanager
def prepared(
    settings: Settings, *, say: Callable[[str], None], starting: bool = False
) -> Iterator[Database]:
    """The database, created, migrated and founded where need be; CommandFailed says why not.

    Nobody migrates beneath a running shop; `starting` is that shop itself.
    """
    _prepare_folder(settings)
    database = connected(settings, settings.database_url)
    try:
        with told_plainly(database):
            copy = _migrate(settings, database, starting=starting)
            _found_once(database, settings)
            _warn_of_rights(settings, database, say)
        if copy is not None:
            say(f"The database was migrated; {copy} is a copy of what it was.")
        yield database
    finally:
        database.dispose()


def _migrate(settings: Settings, database: Database, *, starting: bool) -> Path | None:
    """Migrate as the owner of the tables, who then lets the application's user work.

    Returns the copy of what an SQLite file was.
    """
    if settings.migration_url is None:
        return _upgrade(settings, database, starting=starting)
    owning = connected(settings, settings.migration_url)
    try:
        account = _account(settings, database)
        with told_plainly(owning):
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
    outside = connected(settings, url.render_as_string(hide_password=False))
    try:
        with outside.engine.connect() as connection:
            account = grants.account(connection)
    finally:
        outside.dispose()
    if not account.user:
        raise CommandFailed(
            f"{name_of(database)} names nobody: with DAYBOOK_MIGRATION_URL the services need a user"
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
            f"{name_of(database)} may change {', '.join(changeable)}: its user has rights beyond"
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
