"""A source in an SQLite file, which is only read: proven sound, and seen in one state."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from common.importing.records.tables import Row, SourceTable, SourceUnusable

_BATCH = 5000
# Seconds for which the program whose file it is may keep it locked.
_WAIT = 30.0
# Where the header of a file says how it is written, and what it says of a write-ahead log.
_FORMAT, _LOGGED = 18, 2
_WITHOUT_LOCKS = "immutable=1"


class SQLiteSource:
    """The tables of an open file."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._db = path, connection

    def prepare(self, tables: list[SourceTable]) -> None:
        """Prove the file sound and the tables there; raises SourceUnusable, naming what is not."""
        with _told_plainly(self._path):
            (told,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
            if told != "ok":
                raise SourceUnusable(f"{self._path} is damaged: {told.splitlines()[-1]}.")
            # not before: who has no write-ahead log cannot commit until this one ends
            self._db.execute("BEGIN")
            for table in tables:
                name = self._name(table)
                found = self._db.execute(f"SELECT * FROM {_quoted(name)} LIMIT 0").description  # noqa: S608 # quoted
                columns = [column[0].lower() for column in found]
                table.check(f"{self._path}: table {name}", columns)

    def count(self, table: SourceTable) -> int:
        """How many rows the table has."""
        with _told_plainly(self._path):
            query = f"SELECT count(*) FROM {_quoted(self._name(table))}"  # noqa: S608 # quoted
            found: int = self._db.execute(query).fetchone()[0]
        return found

    def rows(self, table: SourceTable) -> Iterator[Row]:
        """Every row."""
        columns = ", ".join(map(_quoted, table.columns))
        with _told_plainly(self._path):
            cursor = self._db.execute(f"SELECT {columns} FROM {_quoted(self._name(table))}")  # noqa: S608 # quoted
        while True:
            with _told_plainly(self._path):
                batch = cursor.fetchmany(_BATCH)
            if not batch:
                return
            yield from batch

    def _name(self, table: SourceTable) -> str:
        """The name under which the table is there."""
        held = self._db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        names = {name.lower(): name for (name,) in held}
        for name in table.names:
            if name in names:
                return str(names[name])
        raise SourceUnusable(f"{self._path} has no table {table.names[0]}.")


@contextmanager
def opened(path: Path, tables: list[SourceTable]) -> Iterator[SQLiteSource]:
    """The file with these tables; raises SourceUnusable."""
    _refuse_what_is_no_file(path)
    file = path.resolve()  # as SQLite does: its log is beside the file, not beside a link to it
    before, how = _stamp(file), _how(file)
    with _told_plainly(path):
        connection = sqlite3.connect(
            f"file:{quote(os.fsencode(file))}?{how}",
            uri=True,
            timeout=_WAIT,
            isolation_level=None,
        )
    # text that is not in UTF-8 is told of its own record, and of no other
    connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    with closing(connection):
        source = SQLiteSource(path, connection)
        try:
            source.prepare(tables)
            yield source
        except SourceUnusable:
            _refuse_what_changed(path, file, before, how)  # which may be why it is unusable
            raise
    _refuse_what_changed(path, file, before, how)


def _refuse_what_is_no_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise SourceUnusable(f"{path} is a folder and no SQLite file.")
        if not path.exists():
            raise SourceUnusable(f"There is no file {path}.")
        if not path.is_file():
            raise SourceUnusable(f"{path} is no SQLite file.")
        path.open("rb").close()
    except (OSError, ValueError) as failed:
        raise SourceUnusable(f"{path} cannot be read: {_strerror(failed)}.") from None


def _strerror(failed: OSError | ValueError) -> str:
    return (failed.strerror if isinstance(failed, OSError) else None) or str(failed)


def _how(file: Path) -> str:
    """Read only; and where a write-ahead log would be made beside the file, without one."""
    with file.open("rb") as opened_file:
        header = opened_file.read(_FORMAT + 1)
    logged = header[_FORMAT:] == bytes([_LOGGED])
    unused = not file.with_name(f"{file.name}-wal").exists()
    return _WITHOUT_LOCKS if logged and unused else "mode=ro"


def _stamp(file: Path) -> tuple[int, int] | None:
    """Another one once the file was written to; what stands only in its log does not count."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _refuse_what_changed(path: Path, file: Path, before: tuple[int, int] | None, how: str) -> None:
    """Without locks nobody was kept from writing: what was read may be of two states."""
    if how == _WITHOUT_LOCKS and _stamp(file) != before:
        raise SourceUnusable(f"{path} was written to while it was read; import it again.") from None


@contextmanager
def _told_plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as failed:
        said = " ".join(str(failed).split())
        raise SourceUnusable(f"{path} cannot be read: {said}.") from None


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))
