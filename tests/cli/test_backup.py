"""`daybook backup`: the whole shop in one SQLite file, or nothing and a line that says why."""

import os
import pty
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
from command_fixtures import DAYBOOK
from copied_rows import contents, contents_of, delete_the_last, next_numbers

from common.db import files
from common.db.session import Database, connect
from common.db.upgrade import upgrade_to
from common.settings import Settings

Run = Callable[..., subprocess.CompletedProcess[str]]


def refused(done: subprocess.CompletedProcess[str], told: str) -> None:
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"daybook: {told}\n")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_row_is_in_one_file(daybook: Run, shop_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    made = out / "shop backup? 100%.db"
    done = daybook("backup", made)
    there = contents_of(shop_file)
    rows = sum(map(len, there.values()))
    size = f"{made.stat().st_size / 1_000_000:.1f}"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Wrote {made}: {rows:,} rows, {size} MB. All 38 checks hold.\n"
    assert names(out) == [made.name]
    assert names(shop_file.parent) == ["daybook.db"]
    with closing(sqlite3.connect(made)) as backup:
        assert backup.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert contents_of(made) == there


def test_a_relative_name_is_one_of_this_folder(
    daybook: Run, shop_file: Path, tmp_path: Path
) -> None:
    assert daybook("backup", "made.db").returncode == 0
    assert contents_of(tmp_path / "made.db") == contents_of(shop_file)


def test_numbers_that_were_given_are_kept(
    daybook: Run, shop_database: Database, tmp_path: Path
) -> None:
    gone = delete_the_last(shop_database)
    assert daybook("backup", tmp_path / "made.db").returncode == 0
    with files.opened(tmp_path / "made.db") as backup:
        assert next_numbers(backup) == {table: number + 1 for table, number in gone.items()}


def test_a_shop_may_go_on_selling(
    started: Callable[..., Any], daybook: Run, http: httpx2.Client, shop_file: Path, tmp_path: Path
) -> None:
    bought: list[int] = []
    made = [tmp_path / f"{number}.db" for number in range(3)]
    with started() as shop:
        url, stop = f"{shop.addresses['sales']}/orders", threading.Event()

        def buy() -> None:
            with httpx2.Client(timeout=60) as client:
                while not stop.is_set():
                    lines = [{"product_id": 1, "quantity": 1}, {"product_id": 2, "quantity": 1}]
                    placed = client.post(url, json={"lines": lines})
                    assert placed.status_code == 201, placed.text
                    bought.append(placed.json()["id"])

        for product in (1, 2):
            found = {"product_id": product, "change": 1_000_000, "reason": "found"}
            stocked = http.post(f"{shop.addresses['products']}/inventory-adjustments", json=found)
            assert stocked.status_code == 201, stocked.text
        buyers = [threading.Thread(target=buy) for _ in range(2)]
        for buyer in buyers:
            buyer.start()
        counts = []
        for each in made:
            before = len(bought)
            done = daybook("backup", each)
            counts.append((before, len(bought)))
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.endswith("All 38 checks hold.\n")
        stop.set()
        for buyer in buyers:
            buyer.join()
    assert counts[0][0] < counts[-1][1]
    for each, (before, after) in zip(made, counts, strict=True):
        ids = {row[0] for row in contents_of(each)["orders"]}
        assert set(bought[:before]) <= ids
        assert len(ids & set(bought)) <= after + 2  # those in flight


def test_what_is_there_is_not_replaced(daybook: Run, shop_file: Path, tmp_path: Path) -> None:
    folder, link = tmp_path / "folder", tmp_path / "link.db"
    folder.mkdir()
    link.symlink_to(tmp_path / "nowhere")
    for taken in (shop_file, folder, link):
        refused(
            daybook("backup", taken), f"{taken} is there already, and a backup replaces nothing."
        )
    for left in ("wal", "journal", "shm"):
        beside = tmp_path / f"made.db-{left}"
        beside.write_bytes(b"of another database")
        told = f"{beside} is there already, and a backup replaces nothing."
        refused(daybook("backup", tmp_path / "made.db"), told)
        assert beside.read_bytes() == b"of another database"
        beside.unlink()
    assert names(tmp_path) == ["folder", "link.db", "shop"]
    assert names(folder) == []


def test_a_place_that_is_none_is_named(daybook: Run, shop_file: Path, tmp_path: Path) -> None:
    told = f"The folder {tmp_path}/none is not there."
    refused(daybook("backup", tmp_path / "none" / "made.db"), told)
    refused(
        daybook("backup", "/proc/made.db"),
        "/proc/made.db cannot be written: No such file or directory.",
    )
    long = tmp_path / ("x" * 300)
    refused(daybook("backup", long), f"{long} cannot be written: File name too long.")
    assert names(tmp_path) == ["shop"]


def test_a_full_disk_leaves_nothing(
    daybook_on_full_disk: Run, shop_file: Path, tmp_path: Path
) -> None:
    before = contents_of(shop_file)
    done = daybook_on_full_disk(64, "backup", tmp_path / "made.db")
    refused(done, f"{tmp_path}/made.db was not written: disk I/O error.")
    assert names(tmp_path) == ["shop"]
    assert contents_of(shop_file) == before


def test_standard_output_is_the_file_and_nothing_else(
    environment: dict[str, str], shop_file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    done = subprocess.run(
        [DAYBOOK, "backup", "-"],
        env=environment | {"TMPDIR": str(folder)},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr.startswith(b"Wrote Standard output: ")
    assert done.stderr.endswith(b"All 38 checks hold.\n")
    (tmp_path / "made.db").write_bytes(done.stdout)
    assert contents_of(tmp_path / "made.db") == contents_of(shop_file)
    assert names(folder) == []


def test_standard_output_that_cannot_be_written_is_told(
    environment: dict[str, str], shop_file: Path
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [DAYBOOK, "backup", "-"],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    told = b"daybook: Standard output cannot be written: No space left on device.\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_a_terminal_gets_no_bytes(environment: dict[str, str], shop_file: Path) -> None:
    controller, terminal = pty.openpty()
    done = subprocess.run(
        [DAYBOOK, "backup", "-"],
        env=environment,
        stdout=terminal,
        stderr=subprocess.PIPE,
        timeout=120,
        check=False,
    )
    os.close(terminal)
    os.close(controller)
    assert done.returncode == 1
    told = b"daybook: A backup is no text for a terminal: name a file, or pipe it on.\n"
    assert done.stderr == told


def test_no_shop_is_made_to_be_backed_up(
    daybook: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(environment["DAYBOOK_FOLDER"])
    elsewhere = "DAYBOOK_FOLDER names another folder, DATABASE_URL another database."
    told = f"There is no shop in {folder}/daybook.db. {elsewhere}"
    refused(daybook("backup", tmp_path / "made.db"), told)
    assert names(tmp_path) == []
    folder.mkdir()
    (folder / "daybook.db").touch()
    told = f"sqlite:///{folder}/daybook.db holds no shop. {elsewhere}"
    refused(daybook("backup", tmp_path / "made.db"), told)
    assert names(tmp_path) == ["shop"]


def test_numbers_that_do_not_agree_are_kept_and_told(
    daybook: Run, shop_file: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(shop_file)) as database:
        database.execute("UPDATE orders SET total_cents = total_cents + 1 WHERE id = 1")
        database.commit()
    made = tmp_path / "made.db"
    done = daybook("backup", made)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Wrote {made}: ")
    assert done.stdout.endswith(" MB.\n")
    assert done.stderr == (
        "The numbers of the shop do not agree, nor do those of its backup; `daybook check` names"
        " the rows: each order's total is the sum of its lines;"
        " sales ledger, report and orders come to one total.\n"
    )
    assert contents_of(made) == contents_of(shop_file)


def test_a_damaged_shop_makes_no_backup(daybook: Run, shop_file: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(shop_file)) as database:
        root = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_sales_country'"
        (page,) = database.execute(root).fetchone()
    with shop_file.open("rb+") as pages:
        pages.seek((page - 1) * 4096)
        pages.write(b"\xff" * 4096)
    done = daybook("backup", tmp_path / "made.db")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"daybook: The shop's own file is damaged, so {tmp_path}/made.db was not written: "
    )
    assert done.stderr.count("\n") == 1
    assert names(tmp_path) == ["shop"]


def test_an_older_shop_is_migrated_in_the_backup_alone(
    daybook: Run, environment: dict[str, str], tmp_path: Path
) -> None:
    folder = Path(environment["DAYBOOK_FOLDER"])
    folder.mkdir()
    old = connect(Settings(folder=folder))
    upgrade_to(old, "0001")
    now = "'2025-01-01 00:00:00.000000'"
    with old.engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO shop VALUES (1, 'Old', 'EUR', 'UTC', {now}, {now}, 1)"
        )
    old.dispose()
    done = daybook("backup", tmp_path / "made.db")
    assert (done.returncode, done.stderr) == (0, "")
    version = "SELECT version_num FROM alembic_version"
    for place, revision in ((folder / "daybook.db", "0001"), (tmp_path / "made.db", "0005")):
        with closing(sqlite3.connect(place)) as database:
            assert database.execute(version).fetchall() == [(revision,)]
            assert database.execute("SELECT name FROM shop").fetchall() == [("Old",)]
    assert names(folder) == ["daybook.db"]


def test_the_shop_is_left_as_it_is(daybook: Run, shop_database: Database, tmp_path: Path) -> None:
    before = contents(shop_database)
    assert daybook("backup", tmp_path / "made.db").returncode == 0
    assert contents(shop_database) == before
    assert daybook("check").returncode == 0
