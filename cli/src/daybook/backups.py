"""A backup: the whole shop in one SQLite file, whatever database it is kept in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from common.checks import CheckReport, check
from common.db import copying, files
from common.db.identity import accept
from common.db.session import Database
from daybook.terminal import Bar

NAME = "daybook.db"


class Damaged(Exception):
    """The pages of the file are no sound database; the text says what is wrong first."""


@dataclass(frozen=True)
class Proven:
    """What is in a backup, and which of its numbers agree."""

    rows: int
    report: CheckReport


@contextmanager
def beside(folder: Path, prefix: str) -> Iterator[Path]:
    """A place for a database and for what SQLite keeps beside it, gone at the end."""
    with TemporaryDirectory(prefix=prefix, dir=folder) as made:
        yield Path(made) / NAME


def take(database: Database, file: Path, bar: Bar) -> Proven:
    """Write the shop into a new file as of one moment, while others go on writing.

    Raises Damaged, and as `common.db.identity.accept`.
    """
    path = database.engine.url.database
    if database.engine.dialect.name == "sqlite" and path:
        bar.phase("Copying", None)
        files.copy_pages(Path(path), file)
    else:
        with copying.snapshot(database.engine) as source:
            bar.phase("Copying", copying.count(source))
            copying.write_file(source, file, bar.advance)
    return prove(file, bar, thorough=False)


def prove(file: Path, bar: Bar, *, thorough: bool) -> Proven:
    """Bring the shop in the file to this program's schema and check it, pages and numbers.

    Raises Damaged, and as `common.db.identity.accept`.
    """
    bar.phase("Checking", None)
    if told := files.damage(file, thorough=thorough):
        raise Damaged(told)
    with files.opened(file) as copy:
        accept(copy)
        with copy.reading() as session:
            proven = Proven(copying.count(session.connection()), check(session))
    files.close_up(file)
    return proven


def publish(part: Path, file: Path) -> None:
    """Give a whole file its name, for good. Raises FileExistsError if the name is taken."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links, such as a memory card
        if os.path.lexists(file):
            raise FileExistsError from None
        part.rename(file)
    if os.name == "posix":  # elsewhere folders cannot be opened
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
