"""`daybook restore` beside others, killed or on a full disk: the shop is the one or the other."""

import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from command_fixtures import DAYBOOK
from copied_rows import contents_of, furnish

from common.db import files
from tests.cli.restoring import Run, names, refused


def test_a_running_shop_is_not_replaced(
    started: Callable[..., Any], daybook: Run, backup: Path, other_file: Path
) -> None:
    before = contents_of(other_file)
    with started() as shop:
        done = daybook("restore", backup)
        told = f"already running on {other_file.parent} ({shop.addresses['gateway']}); stop it"
        assert (done.returncode, done.stdout) == (1, "")
        assert told in done.stderr
        assert done.stderr.count("\n") == 1
    assert contents_of(other_file) == before


def test_who_reads_goes_on_with_what_was(daybook: Run, backup: Path, other_file: Path) -> None:
    count = "SELECT count(*) FROM orders"
    with closing(sqlite3.connect(other_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute(count).fetchone() == (300,)
        assert daybook("restore", backup).returncode == 0
        assert reader.execute(count).fetchone() == (300,)
        reader.execute("COMMIT")
        assert reader.execute(count).fetchone() == (40,)


def test_who_writes_for_long_is_not_overtaken(daybook: Run, backup: Path, other_file: Path) -> None:
    before = contents_of(other_file)
    with closing(sqlite3.connect(other_file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        done = daybook("restore", backup, DAYBOOK_LOCK_TIMEOUT="1")
        told = f"{backup} was not restored, and the shop is as it was: database is locked."
        refused(done, told)
        writer.rollback()
    assert contents_of(other_file) == before
    assert names(other_file.parent) == ["daybook.db", "daybook.lock"]


@pytest.fixture
def large(founded: Path, tmp_path: Path) -> Path:
    """A backup that takes a while to write."""
    file = tmp_path / "large.db"
    shutil.copy(founded, file)
    with files.opened(file) as database:
        furnish(database, orders=6000)
    files.close_up(file)
    return file


def test_a_full_disk_leaves_the_shop_as_it_was(
    daybook_on_full_disk: Run, large: Path, other_file: Path
) -> None:
    """The log of the shop's file, which has all new pages and more, is the largest file."""
    before = contents_of(other_file)
    kilobytes = large.stat().st_size // 1024
    done = daybook_on_full_disk(kilobytes + 1, "restore", large)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(
        f"daybook: {large} was not restored, and the shop is as it was: "
    )
    assert contents_of(other_file) == before
    done = daybook_on_full_disk(kilobytes // 2, "restore", large)
    refused(done, f"{large} cannot be used: disk I/O error.")
    assert contents_of(other_file) == before
    assert not list(other_file.parent.glob(".restoring-*"))


def kill_while_writing(environment: dict[str, str], backup: Path, target: Path, size: int) -> None:
    """Kill it once the log of the shop's file has grown to that size, wherever it is then."""
    log = Path(f"{target}-wal")
    process = subprocess.Popen(
        [DAYBOOK, "restore", backup],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size > size):
        assert process.poll() is None, "it was done before"
        assert time.monotonic() < deadline
        time.sleep(0.0002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_one_that_is_killed_leaves_the_one_or_the_other(
    environment: dict[str, str], daybook: Run, large: Path, other_file: Path
) -> None:
    before, there = contents_of(other_file), contents_of(large)
    assert before != there
    original = other_file.read_bytes()
    found = []
    for part in (0.05, 0.4, 0.8, 1.0):
        for suffix in ("-wal", "-shm"):
            Path(f"{other_file}{suffix}").unlink(missing_ok=True)
        other_file.write_bytes(original)
        kill_while_writing(environment, large, other_file, int(large.stat().st_size * part))
        assert len(list(other_file.parent.glob(".restoring-*"))) == 1
        assert daybook("check").returncode == 0
        found.append(contents_of(other_file))
        assert found[-1] in (before, there)
    assert found[0] == before
    assert daybook("restore", large).returncode == 0
    assert not list(other_file.parent.glob(".restoring-*"))
    assert contents_of(other_file) == there


def test_one_that_is_ended_leaves_nothing(
    environment: dict[str, str], backup: Path, other_file: Path
) -> None:
    before = contents_of(other_file)
    process = subprocess.Popen([DAYBOOK, "restore", "-"], env=environment, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(backup.read_bytes()[:100_000])
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not list(other_file.parent.glob(".restoring-*/daybook.db")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(0.5)  # until it waits for more: a signal just before would be heard after
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 128 + signal.SIGTERM
    process.stdin.close()
    assert contents_of(other_file) == before
    assert names(other_file.parent) == ["daybook.db", "daybook.lock"]
