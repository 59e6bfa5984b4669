"""SQLite files as they are found: behind links, strangely named, or written while they are read."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from source_databases import NOTES, PURCHASES, make

from common.db.session import Database
from common.importing.progress import Silence
from common.importing.purchases import importer as purchases
from common.importing.records.tables import SourceUnusable


class Meanwhile(Silence):
    """Does something once the purchases are about to be read, when the customers were."""

    def __init__(self, done: Callable[[], None]) -> None:
        self._done = done

    def phase(self, name: str, total: int | None) -> None:  # noqa: ARG002 # as Progress has it
        if name == "Reading purchases":
            self._done()


def logged(path: Path) -> Path:
    """A closed file that is written by way of a write-ahead log."""
    file = make(path, PURCHASES, NOTES)
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA journal_mode=WAL")
    return file


def test_the_log_of_a_file_behind_a_link_is_read(database: Database, tmp_path: Path) -> None:
    file = logged(tmp_path / "p.db")
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "current.db"
    link.symlink_to(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("INSERT INTO customer VALUES (6, 'Late', NULL, NULL)")
        assert purchases.run(database, link).tables["customer"].written == 3
    assert list(link.parent.iterdir()) == [link]


def test_messages_name_the_link(database: Database, tmp_path: Path) -> None:
    link = tmp_path / "current.db"
    link.symlink_to(make(tmp_path / "p.db", {"others": "id INTEGER"}, {}))
    with pytest.raises(SourceUnusable) as refusal:
        purchases.run(database, link)
    assert str(refusal.value) == f"{link} has no table customer."


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_file_that_is_read_without_locks_and_written_meanwhile_is_refused(
    dry_run: bool, database: Database, tmp_path: Path, snapshot: Callable[[], Any]
) -> None:
    file = logged(tmp_path / "p.db")

    def write() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("INSERT INTO customer VALUES (6, 'Late', NULL, NULL)")
            other.execute("UPDATE purchases SET customer_id = 6")

    before = snapshot()
    with pytest.raises(SourceUnusable) as refusal:
        purchases.run(database, file, dry_run=dry_run, progress=Meanwhile(write))
    told = f"{file} was written to while it was read; import it again."
    assert str(refusal.value) == told
    assert snapshot() == before
    assert purchases.run(database, file).tables["customer"].written == 3


def test_a_file_that_cannot_be_read_because_it_was_written_is_told_so(
    database: Database, tmp_path: Path
) -> None:
    file = logged(tmp_path / "p.db")
    rows = [(key, "X" * 90, 1, 1, "2022-04-09", None) for key in range(10, 20_000)]
    with closing(sqlite3.connect(file)) as other, other:
        other.executemany("INSERT INTO purchases VALUES (?,?,?,?,?,?)", rows)

    def cut() -> None:
        os.truncate(file, 40_960)

    with pytest.raises(SourceUnusable, match="was written to while it was read"):
        purchases.run(database, file, progress=Meanwhile(cut))


def test_what_stands_only_in_the_log_leaves_the_state_that_is_read(
    database: Database, tmp_path: Path
) -> None:
    file = logged(tmp_path / "p.db")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:

        def write() -> None:
            other.execute("INSERT INTO customer VALUES (6, 'Late', NULL, NULL)")
            other.execute("UPDATE purchases SET customer_id = 6")

        told = purchases.run(database, file, progress=Meanwhile(write))
        assert told.tables["customer"].written == 2
        assert told.tables["purchases"].written == 2
        assert purchases.run(database, file).tables["customer"].written == 1


def test_a_file_name_that_is_not_in_utf_8(database: Database, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/k\xe4ufe #1?.db"))
    logged(tmp_path / "p.db").rename(file)
    assert purchases.run(database, file).tables["customer"].written == 2
    with closing(sqlite3.connect(os.fsencode(file), isolation_level=None)) as other:
        other.execute("DROP TABLE purchases")
    with pytest.raises(SourceUnusable) as refusal:
        purchases.run(database, file)
    assert str(refusal.value) == f"{file} has no table purchases."
