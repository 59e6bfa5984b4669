"""`daybook backup`: the whole shop in one file."""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DatabaseError

from common.db import files
from common.db.identity import DatabaseIsEmpty
from common.db.session import Database
from common.db.upgrade import DatabaseIsForeign, pending
from common.settings import get_settings
from daybook import backups
from daybook.database import why
from daybook.failures import CommandFailed
from daybook.opening import opened
from daybook.signals import undone_by_signals
from daybook.terminal import bars, complain, say

STANDARD = Path("-")
MEGABYTE = 1_000_000


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; - is standard output")],
) -> None:
    """Write the whole shop, as of one moment, into an SQLite file. It may go on selling."""
    name = "Standard output" if file == STANDARD else str(file)
    with undone_by_signals(), _told_plainly(name):
        folder = _place_for(file)
        with opened(get_settings()) as database:
            _refuse_older(database)
            with backups.beside(folder, prefix=".daybook-backup-") as part:
                with bars() as bar:
                    proven = backups.take(database, part, bar)
                size = part.stat().st_size
                _deliver(part, file)
    _tell(name, size, proven, complain if file == STANDARD else say)


def _place_for(file: Path) -> Path:
    """The folder in which the file is to grow."""
    if file == STANDARD:
        if sys.stdout.isatty():
            raise CommandFailed("A backup is no text for a terminal: name a file, or pipe it on.")
        return Path(tempfile.gettempdir())
    if not file.parent.is_dir():
        raise CommandFailed(f"The folder {file.parent} is not there.")
    for taken in (*([file] if os.path.lexists(file) else []), *files.left_beside(file)):
        raise CommandFailed(f"{taken} is there already, and a backup replaces nothing.")
    return file.parent


def _refuse_older(database: Database) -> None:
    """Of an SQLite file, the copy is migrated; on a server there is no copy yet."""
    if database.engine.dialect.name != "sqlite" and pending(database):
        raise CommandFailed(
            "The shop is of an older version: let the Daybook that wrote it make the backup, or"
            " start it with this one, which migrates it."
        )


@contextmanager
def _told_plainly(name: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise CommandFailed(f"{name} is there already, and a backup replaces nothing.") from None
    except BrokenPipeError:  # whoever read standard output has enough
        raise
    except OSError as failed:
        raise CommandFailed(f"{name} cannot be written: {failed.strerror}.") from None
    except backups.Damaged as damaged:
        raise CommandFailed(
            f"The shop's own file is damaged, so {name} was not written: {damaged}. `daybook"
            " restore` brings back an earlier backup."
        ) from None
    except (DatabaseIsEmpty, DatabaseIsForeign):  # it was recognised, so this is all but there
        raise CommandFailed(f"The shop is not whole, so {name} was not written.") from None
    except (DatabaseError, sqlite3.Error) as failed:
        raise CommandFailed(f"{name} was not written: {why(failed)}.") from None


def _deliver(part: Path, file: Path) -> None:
    if file != STANDARD:
        backups.publish(part, file)
        return
    with part.open("rb") as made:
        shutil.copyfileobj(made, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _tell(name: str, size: int, proven: backups.Proven, tell: Callable[[str], None]) -> None:
    report = proven.report
    held = f" All {len(report.names)} checks hold." if report.ok else ""
    tell(f"Wrote {name}: {proven.rows:,} rows, {size / MEGABYTE:,.1f} MB.{held}")
    if not report.ok:
        complain(
            "The numbers of the shop do not agree, nor do those of its backup; `daybook check`"
            f" names the rows: {'; '.join(report.failures)}."
        )
