"""`daybook restore`: the shop as a backup has it."""

import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from sqlalchemy.exc import DatabaseError

from common.checks import CheckReport, check
from common.db import files
from common.db.identity import DatabaseIsEmpty
from common.db.session import Database
from common.db.upgrade import DatabaseIsForeign, DatabaseIsNewer
from common.settings import Settings, get_settings
from daybook import backups, restoring
from daybook.commands.backup import STANDARD
from daybook.database import why
from daybook.failures import CommandFailed
from daybook.preparing import prepared
from daybook.running import database_file, the_only_one
from daybook.signals import undone_by_signals
from daybook.terminal import bars, complain, say

ASIDE = ".restoring-"


def restore(
    file: Annotated[Path, typer.Argument(help="The backup; - is standard input")],
    despite_checks: Annotated[
        bool, typer.Option("--despite-checks", help="Restore it though its numbers do not agree")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Prove the backup, and restore nothing")
    ] = False,
) -> None:
    """Replace all that the shop holds by what a backup holds, all of it or nothing."""
    name = "Standard input" if file == STANDARD else str(file)
    settings = get_settings()
    place = _anywhere() if dry_run else _aside(settings)
    with undone_by_signals(), _given(file, name) as given, place as copy:
        proven = _prove(given, file, name, copy)
        if not proven.report.ok:
            _tell_failures(proven.report)
            _refuse_unless(despite_checks, name, proven.report)
        if dry_run:
            say(f"{name} can be restored: {proven.rows:,} rows. {_verdict(proven.report)}")
            return
        kept, report = _replace(settings, name, copy)
    if kept is not None:
        say(f"{kept} is a copy of what the shop was.")
    _tell(name, proven.rows, report)


@contextmanager
def _given(file: Path, name: str) -> Iterator[BinaryIO]:
    """The bytes of the backup, which can be read at least."""
    if file == STANDARD:
        if sys.stdin.isatty():
            raise CommandFailed("Nobody types a backup: name a file, or pipe one in.")
        yield sys.stdin.buffer
        return
    try:
        given = file.open("rb")
    except OSError as failed:
        raise CommandFailed(f"{name} cannot be read: {failed.strerror}.") from None
    with given:
        yield given


def _anywhere() -> AbstractContextManager[Path]:
    return backups.beside(Path(tempfile.gettempdir()), prefix="daybook-proving-")


@contextmanager
def _aside(settings: Settings) -> Iterator[Path]:
    """A place for a copy of the backup, while no shop runs: where its file is, there is room."""
    target = database_file(settings)
    folder = settings.folder if target is None else target.parent
    with the_only_one(settings):
        for left in folder.glob(f"{ASIDE}*"):  # by one that was killed; there is no other now
            shutil.rmtree(left, ignore_errors=True)
        with backups.beside(folder, prefix=ASIDE) as copy:
            yield copy


def _prove(given: BinaryIO, file: Path, name: str, copy: Path) -> backups.Proven:
    """Copy the backup, which is never written to, and see what it is."""
    with _refused_plainly(name), bars() as bar:
        bar.phase("Copying", None)
        if file != STANDARD and stat.S_ISREG(file.stat().st_mode):
            files.copy_pages(file, copy, only_read=True)  # with what is beside it
        else:
            with copy.open("wb") as target:
                shutil.copyfileobj(given, target)
        return backups.prove(copy, bar, thorough=True)


@contextmanager
def _refused_plainly(name: str) -> Iterator[None]:
    try:
        yield
    except DatabaseIsEmpty:
        raise CommandFailed(f"{name} holds no shop.") from None
    except DatabaseIsForeign:
        raise CommandFailed(f"{name} holds tables that are not Daybook's.") from None
    except DatabaseIsNewer:
        raise CommandFailed(
            f"{name} was written by a newer Daybook; update Daybook first."
        ) from None
    except backups.Damaged as damaged:
        raise CommandFailed(f"{name} is damaged: {damaged}.") from None
    except (DatabaseError, sqlite3.Error) as failed:
        raise CommandFailed(f"{name} cannot be used: {why(failed)}.") from None
    except OSError as failed:
        raise CommandFailed(f"{name} cannot be copied: {failed.strerror}.") from None


def _tell_failures(report: CheckReport) -> None:
    for check_name, rows in report.failures.items():
        complain(f"FAILS  {check_name}")
        for row in rows:
            complain(f"       {row}")


def _refuse_unless(despite_checks: bool, name: str, report: CheckReport) -> None:
    if not despite_checks:
        raise CommandFailed(
            f"{len(report.failures)} of the {len(report.names)} checks fail in {name}, so nothing"
            " was restored; --despite-checks restores it nevertheless."
        )


def _replace(settings: Settings, name: str, copy: Path) -> tuple[Path | None, CheckReport]:
    """The copy of what was there, and what the checks say of what is there now."""
    with prepared(settings, say=say, starting=True) as database, bars() as bar:
        try:
            kept = restoring.replace(settings, database, copy, bar)
        except (DatabaseError, sqlite3.Error) as failed:
            raise CommandFailed(
                f"{name} was not restored, and the shop is as it was: {why(failed)}."
            ) from None
        bar.phase("Checking", None)
        return kept, _checked(database, name)


def _checked(database: Database, name: str) -> CheckReport:
    try:
        with database.reading() as session:
            return check(session)
    except DatabaseError as failed:
        raise CommandFailed(f"{name} was restored, but not checked: {why(failed)}.") from None


def _tell(name: str, rows: int, report: CheckReport) -> None:
    say(f"Restored {name}: {rows:,} rows. {_verdict(report)}")


def _verdict(report: CheckReport) -> str:
    if report.ok:
        return f"All {len(report.names)} checks hold."
    return f"{len(report.failures)} of the {len(report.names)} checks fail."
