"""`daybook restore` refuses what is no sound backup: a line says why, and nothing changes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from copied_rows import contents_of

from tests.cli.restoring import Run, change, names, refused


def empty(file: Path) -> str:
    file.write_bytes(b"")
    return f"{file} holds no shop."


def text_file(file: Path) -> str:
    file.write_text("order,total\n" * 1000)
    return f"{file} cannot be used: file is not a database."


def cut_off(file: Path) -> str:
    file.write_bytes(file.read_bytes()[:100_000])
    return f"{file} cannot be used: database disk image is malformed."


def damaged_index(file: Path) -> str:
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA writable_schema=ON")
        database.execute(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX ix_sales_kind ON sales (country)'"
            " WHERE name = 'ix_sales_kind'"
        )
        database.commit()
    return f"{file} is damaged: row 1 missing from index ix_sales_kind."


def foreign(file: Path) -> str:
    file.unlink()
    change(file, "CREATE TABLE mine (a)")
    return f"{file} holds tables that are not Daybook's."


def foreign_of_the_same_number(file: Path) -> str:
    file.unlink()
    change(
        file,
        "CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY)",
        "INSERT INTO alembic_version VALUES ('0005')",
        "CREATE TABLE customers (id INTEGER PRIMARY KEY)",
    )
    return f"{file} holds tables that are not Daybook's."


def newer(file: Path) -> str:
    change(file, "UPDATE alembic_version SET version_num = '9999'")
    return f"{file} was written by a newer Daybook; update Daybook first."


def not_founded(file: Path) -> str:
    change(file, "DELETE FROM shop")
    return f"{file} holds no shop."


def missing(file: Path) -> str:
    file.unlink()
    return f"{file} cannot be read: No such file or directory."


def folder(file: Path) -> str:
    file.unlink()
    file.mkdir()
    return f"{file} cannot be read: Is a directory."


WRONG = [
    *(empty, text_file, cut_off, damaged_index, foreign, foreign_of_the_same_number),
    *(newer, not_founded, missing, folder),
]


@pytest.mark.parametrize("spoil", WRONG)
def test_what_is_no_sound_backup_is_refused(
    spoil: Callable[[Path], str], daybook: Run, backup: Path, other_file: Path
) -> None:
    before = contents_of(other_file)
    told = spoil(backup)
    refused(daybook("restore", backup), told)
    assert contents_of(other_file) == before
    assert set(names(other_file.parent)) <= {"daybook.db", "daybook.lock"}


def test_numbers_that_do_not_agree_are_restored_on_demand_alone(
    daybook: Run, backup: Path, other_file: Path
) -> None:
    change(backup, "UPDATE orders SET total_cents = total_cents + 1 WHERE id = 1")
    before = contents_of(other_file)
    failures = [
        "FAILS  each order's total is the sum of its lines",
        "       order 1 has the total",
        "FAILS  sales ledger, report and orders come to one total",
        "       the sales ledger comes to",
    ]
    done = daybook("restore", backup)
    assert (done.returncode, done.stdout) == (1, "")
    *told, last = done.stderr.splitlines()
    assert [each.startswith(failure) for each, failure in zip(told, failures, strict=True)] == (
        [True] * 4
    )
    assert last == (
        f"daybook: 2 of the 38 checks fail in {backup}, so nothing was restored;"
        " --despite-checks restores it nevertheless."
    )
    assert contents_of(other_file) == before
    assert names(other_file.parent) == ["daybook.db", "daybook.lock"]

    done = daybook("restore", "--despite-checks", backup)
    assert done.returncode == 0
    assert done.stderr.splitlines() == told
    assert done.stdout.splitlines()[-1].endswith(" rows. 2 of the 38 checks fail.")
    assert contents_of(other_file) == contents_of(backup)


def test_a_dry_run_proves_the_file_and_changes_nothing(
    started: Callable[..., Any], daybook: Run, backup: Path, other_file: Path
) -> None:
    with started():
        before, beside = contents_of(other_file), names(other_file.parent)
        done = daybook("restore", "--dry-run", backup)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"{backup} can be restored: ")
        assert done.stdout.endswith(" rows. All 38 checks hold.\n")
        told = newer(backup)
        refused(daybook("restore", "--dry-run", backup), told)
        assert (contents_of(other_file), names(other_file.parent)) == (before, beside)
