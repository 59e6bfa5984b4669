"""A shop in one SQLite file: copied whole, proven sound, closed up."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from common.db.engine import make_engine
from common.db.session import Database

# What SQLite keeps beside a file while it, or a process that was killed, is at work.
_LOG, _JOURNAL = "-wal", "-journal"
BESIDE = (_LOG, _JOURNAL, "-shm")
# Seconds for which a file of one's own is waited for, that nobody else knows.
_WAIT = 60.0
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def copy_pages(source: Path, target: Path, *, wait: float = _WAIT, only_read: bool = False) -> None:
    """Let `target` hold what `source` holds, all of it in one step or, on any failure, nothing.

    Both may be in use. The source is read as of one moment and keeps no writer waiting; whoever
    reads the target goes on with what it held. A writer there is waited for `wait` seconds.
    `only_read` leaves a source alone, and what is beside it. Raises sqlite3.Error.
    """
    with (
        closing(_reading(source) if only_read else sqlite3.connect(source)) as origin,
        closing(sqlite3.connect(target, timeout=wait)) as copy,
    ):
        copy.execute("PRAGMA synchronous=FULL")  # survives a power cut, once it is said to be done
        origin.backup(copy, progress=_give_up)


def _give_up(status: int, _remaining: int, _total: int) -> None:
    """Python would try again for ever, after SQLite has waited already."""
    if status in _BUSY:
        failed = sqlite3.OperationalError("database is locked")
        failed.sqlite_errorcode = status  # as SQLite's own have it
        raise failed


def _reading(file: Path) -> sqlite3.Connection:
    """A connection that makes nothing beside the file, but heeds what is there."""
    used = any(_beside(file, each).exists() for each in (_LOG, _JOURNAL))
    how = "mode=ro" if used else "immutable=1"
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?{how}", uri=True)


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def left_beside(file: Path) -> list[Path]:
    """What an SQLite file of that name would be taken to belong to."""
    return [path for path in (_beside(file, each) for each in BESIDE) if path.exists()]


def damage(file: Path, *, thorough: bool) -> str | None:
    """The first thing that is wrong with the pages of the file, if one is.

    `thorough` compares the indexes with the rows, too, which takes ten times as long. Raises
    sqlite3.Error for what is no database.
    """
    statement = "PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)"
    with closing(sqlite3.connect(file)) as database:
        try:
            (told,) = database.execute(statement).fetchone()
        except sqlite3.DatabaseError as failed:
            if failed.sqlite_errorcode != sqlite3.SQLITE_CORRUPT:
                raise
            told = str(failed)
    return None if told == "ok" else told.splitlines()[-1]


def fit_pages(file: Path, target: Path) -> None:
    """Give the file pages of the target's size: others cannot be copied into it."""
    with closing(sqlite3.connect(target)) as wanted, closing(sqlite3.connect(file)) as database:
        (size,) = wanted.execute("PRAGMA page_size").fetchone()
        if database.execute("PRAGMA page_size").fetchone() != (size,):
            database.execute("PRAGMA journal_mode=DELETE")  # others keep the size
            database.execute(f"PRAGMA page_size={size}")
            database.execute("VACUUM")


def close_up(file: Path) -> None:
    """Leave all of the database in its one file, and the file on the disk."""
    with closing(sqlite3.connect(file)) as database:
        (mode,) = database.execute("PRAGMA journal_mode=DELETE").fetchone()
        assert mode == "delete"  # nobody else knows the file
    with file.open("rb+") as written:
        os.fsync(written.fileno())


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """The database in the file, for one thread."""
    url = URL.create("sqlite", database=str(file)).render_as_string()
    database = Database(make_engine(url, threads=1, lock_timeout=_WAIT))
    try:
        yield database
    finally:
        database.dispose()
