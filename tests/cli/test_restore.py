"""`daybook restore`: the shop is as the backup has it."""

import os
import pty
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from command_fixtures import DAYBOOK
from copied_rows import contents_of, delete_the_last, next_numbers

from common.checks import check
from common.db import files
from common.db.session import Database
from common.db.upgrade import upgrade_to
from tests.cli.restoring import Run, change, names, refused


def test_a_new_shop_is_as_the_backup(
    daybook: Run, backup: Path, environment: dict[str, str]
) -> None:
    there, bytes_ = contents_of(backup), backup.read_bytes()
    rows = sum(map(len, there.values()))
    done = daybook("restore", backup)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Restored {backup}: {rows:,} rows. All 38 checks hold.\n"
    folder = Path(environment["DAYBOOK_FOLDER"])
    assert names(folder) == ["daybook.db", "daybook.lock"]
    assert backup.read_bytes() == bytes_
    assert names(backup.parent) == [backup.name]
    with closing(sqlite3.connect(folder / "daybook.db")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert contents_of(folder / "daybook.db") == there
    assert daybook("check").returncode == 0


def test_a_shop_that_was_there_is_kept_beside(daybook: Run, backup: Path, other_file: Path) -> None:
    before, there = contents_of(other_file), contents_of(backup)
    done = daybook("restore", backup)
    assert (done.returncode, done.stderr) == (0, "")
    (kept,) = other_file.parent.glob("daybook.before-restore-*.db")
    rows = sum(map(len, there.values()))
    assert done.stdout.splitlines() == [
        f"{kept} is a copy of what the shop was.",
        f"Restored {backup}: {rows:,} rows. All 38 checks hold.",
    ]
    assert names(other_file.parent) == sorted([kept.name, "daybook.db", "daybook.lock"])
    assert contents_of(other_file) == there
    assert daybook("restore", kept).returncode == 0
    assert contents_of(other_file) == before
    assert len(list(other_file.parent.glob("daybook.before-restore-*.db"))) == 2


def test_numbers_that_were_given_are_not_given_again(
    daybook: Run, shop_database: Database, tmp_path: Path, environment: dict[str, str]
) -> None:
    gone = delete_the_last(shop_database)
    assert daybook("backup", tmp_path / "made.db").returncode == 0
    new = tmp_path / "new"
    assert daybook("restore", tmp_path / "made.db", DAYBOOK_FOLDER=str(new)).returncode == 0
    with files.opened(new / "daybook.db") as restored:
        assert next_numbers(restored) == {table: number + 1 for table, number in gone.items()}
        with restored.reading() as session:
            assert check(session).ok


def test_standard_input_is_a_backup_too(
    environment: dict[str, str], backup: Path, other_file: Path
) -> None:
    done = subprocess.run(
        [DAYBOOK, "restore", "-"],
        env=environment,
        input=backup.read_bytes(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Restored Standard input: " in done.stdout
    assert contents_of(other_file) == contents_of(backup)


def test_a_pipe_is_read(environment: dict[str, str], backup: Path, other_file: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"$0" restore <(cat "{backup}")', DAYBOOK],
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert contents_of(other_file) == contents_of(backup)


def test_a_terminal_is_no_backup(environment: dict[str, str], other_file: Path) -> None:
    controller, terminal = pty.openpty()
    done = subprocess.run(
        [DAYBOOK, "restore", "-"],
        env=environment,
        stdin=terminal,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    os.close(terminal)
    os.close(controller)
    refused(done, "Nobody types a backup: name a file, or pipe one in.")


def test_an_older_backup_is_migrated_and_its_file_is_not(
    daybook: Run, founded: Path, other_file: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.db"
    with files.opened(old) as database:
        upgrade_to(database, "0001")
    now = "'2025-01-01 00:00:00.000000'"
    change(old, f"INSERT INTO shop VALUES (1, 'Old', 'EUR', 'UTC', {now}, {now}, 1)")
    bytes_ = old.read_bytes()
    done = daybook("restore", old)
    assert (done.returncode, done.stderr) == (0, "")
    assert old.read_bytes() == bytes_
    assert names(tmp_path) == ["old.db", "shop"]
    with closing(sqlite3.connect(other_file)) as restored:
        version = restored.execute("SELECT version_num FROM alembic_version").fetchall()
        assert version == [("0005",)]
        assert restored.execute("SELECT name FROM shop").fetchall() == [("Old",)]
    assert daybook("check").returncode == 0


def test_what_is_in_a_log_beside_it_counts(daybook: Run, backup: Path, other_file: Path) -> None:
    with closing(sqlite3.connect(backup)) as open_:
        open_.execute("PRAGMA journal_mode=WAL")
        open_.execute("PRAGMA wal_autocheckpoint=0")
        open_.execute("UPDATE shop SET name = 'From the log'")
        open_.commit()
        log, bytes_ = Path(f"{backup}-wal"), backup.read_bytes()
        logged = log.read_bytes()
        assert b"From the log" in logged
        assert b"From the log" not in bytes_
        assert daybook("restore", backup).returncode == 0
        assert (backup.read_bytes(), log.read_bytes()) == (bytes_, logged)
    assert contents_of(other_file)["shop"][0][1] == "From the log"


def test_pages_of_another_size_fit(daybook: Run, backup: Path, other_file: Path) -> None:
    with closing(sqlite3.connect(backup)) as database:
        database.execute("PRAGMA page_size=8192")
        database.execute("VACUUM")
        assert database.execute("PRAGMA page_size").fetchone() == (8192,)
    assert daybook("restore", backup).returncode == 0
    assert contents_of(other_file) == contents_of(backup)
