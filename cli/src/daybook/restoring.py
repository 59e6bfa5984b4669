"""Put a proven backup in the place of all that the shop holds."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from common.db import copying, files, grants
from common.db.identity import holds_records
from common.db.session import Database, connect
from common.settings import Settings
from daybook import backups
from daybook.failures import CommandFailed
from daybook.running import database_file
from daybook.terminal import Bar

# After these the shop is surely as it was, so a copy of it is of no use.
_NOT_DONE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def replace(settings: Settings, database: Database, file: Path, bar: Bar) -> Path | None:
    """Let the shop hold what the file holds, and nothing else, in one step.

    `database` is that of the settings, and nobody else works on it. Returns a copy of what it
    was, if it is a file with records. The file may be changed, and what is beside it.
    """
    if target := database_file(settings):
        return _replace_file(settings, database, target, file, bar)
    with _owning(settings) as owning:
        _refuse_unless_granted(owning)
        with files.opened(file) as copy, copy.reading() as session:
            source = session.connection()
            bar.phase("Restoring", copying.count(source))
            copying.replace(owning, source, bar.advance)
        with suppress(DBAPIError):  # it is restored, and this is about speed alone
            copying.measure(owning)
    return None


def _replace_file(
    settings: Settings, database: Database, target: Path, file: Path, bar: Bar
) -> Path | None:
    bar.phase("Keeping a copy of the shop", None)
    kept = _keep(target, file.with_name("before.db")) if holds_records(database) else None
    bar.phase("Restoring", None)
    try:
        files.fit_pages(file, target)
        files.copy_pages(file, target, wait=settings.lock_timeout)
    except sqlite3.Error as failed:
        if kept is not None and getattr(failed, "sqlite_errorcode", None) in _NOT_DONE:
            kept.unlink()
        raise
    return kept


def _keep(target: Path, part: Path) -> Path:
    """A copy beside the shop's file, which is a backup as any other."""
    files.copy_pages(target, part)
    files.close_up(part)
    kept = _free_name(target)
    backups.publish(part, kept)
    return kept


def _free_name(target: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    stamps = chain([stamp], (f"{stamp}-{number}" for number in count(2)))
    paths = (target.with_suffix(f".before-restore-{each}.db") for each in stamps)
    return next(path for path in paths if not path.exists())


@contextmanager
def _owning(settings: Settings) -> Iterator[Database]:
    """The database on a server, as the user who owns its tables."""
    url = settings.migration_url or settings.database_url
    owning = connect(settings.model_copy(update={"database_url_setting": url}), threads=2)
    try:
        yield owning
    finally:
        owning.dispose()


def _refuse_unless_granted(owning: Database) -> None:
    changeable = grants.changeable_ledgers(owning.engine)
    if kept := [ledger for ledger in grants.LEDGERS if ledger not in changeable]:
        raise CommandFailed(
            f"The user of DATABASE_URL may remove nothing from {', '.join(kept)}:"
            " DAYBOOK_MIGRATION_URL names the owner of the tables, who may."
        )
