"""`daybook import` of whole databases as a process: what it tells, and killed in the middle."""

import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from command_fixtures import DAYBOOK
from source_databases import ANN, ORDERS_V1, TRADE, V1, make, make_four

Run = Callable[..., subprocess.CompletedProcess[str]]
ORDERS = 4000
TABLES = ("customers", "products", "orders", "order_lines", "sales", "import_refs")


def counts(environment: dict[str, str]) -> list[int]:
    with closing(sqlite3.connect(Path(environment["DAYBOOK_FOLDER"]) / "daybook.db")) as shop:
        return [
            shop.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # of our own
            for table in TABLES
        ]


def test_tells_what_became_of_every_row(daybook: Run, tmp_path: Path) -> None:
    folder = make_four(
        tmp_path / "old", TRADE | {"customers": [TRADE["customers"][0], (14, "", "")]}
    )
    done = daybook("import", "four-databases", folder, "--tz", "Europe/Berlin")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "           2 customers read",
        "           1 were written",
        "           0 were imported before",
        "           1 were rejected",
        "           1   because name is blank",
        "           2 products read",
        "           2 were written",
        "           0 were imported before",
        "           0 were rejected",
        "           2 orders read",
        "           2 were written",
        "           0 were imported before",
        "           0 were rejected",
        "           3 order_lines read",
        "           3 were written",
        "           0 were imported before",
        "           0 were rejected",
        "          10 units of opening stock",
        "       19.66 EUR for the sales ledger",
        "--rejects FILE writes what was rejected, and why.",
        "All checks hold.",
        "To see the orders: .venv/bin/daybook report customer-orders --out orders.csv",
    ]


def test_a_dry_run_writes_nothing(
    daybook: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    url = f"sqlite:///{make(tmp_path / 'o.db', ORDERS_V1, V1)}"
    rejects = tmp_path / "rejects.csv"
    done = daybook("import", "orders-v1", url, "--dry-run", "--rejects", rejects)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-2:] == [
        "    5,076.94 EUR for the sales ledger",
        "This was a dry run: nothing was written.",
    ]
    assert rejects.read_text().splitlines() == ["table,id,reason"]
    assert counts(environment) == [0] * len(TABLES)


def test_an_import_whose_rejects_cannot_be_put_in_place_is_told_as_done(
    daybook: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("of yesterday")
    if subprocess.run(["chattr", "+i", rejects], capture_output=True, check=False).returncode:
        pytest.skip("a file that nobody can replace needs root and a file system that knows them")
    folder = make_four(tmp_path / "old", TRADE | {"customers": [(14, "", ""), ANN]})
    try:
        done = daybook("import", "four-databases", folder, "--rejects", rejects)
    finally:
        subprocess.run(["chattr", "-i", rejects], check=True)
    part = tmp_path / ".rejects.csv.part"
    assert (done.returncode, done.stderr) == (
        1,
        f"daybook: The import was done, but {rejects} cannot be written: Operation not permitted."
        f" What was rejected is told in {part}.\n",
    )
    assert part.read_text().splitlines() == ["table,id,reason", "customers,14,name is blank"]
    assert counts(environment)[0] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["purchases", "no.sqlite3"], "There is no file no.sqlite3."),
        # a name in Latin-1, as Python holds it and as it is shown
        (["purchases", "k\udce4ufe.db"], "There is no file k\\udce4ufe.db."),
        (
            ["orders-v1", "postgresql://me:hush@127.0.0.1:1/x"],
            "postgresql://me@127.0.0.1:1/x cannot be read: connection failed",
        ),
    ],
)
def test_says_in_one_line_what_is_wrong(words: list[str], told: str, daybook: Run) -> None:
    done = daybook("import", *words)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert done.stderr.startswith(f"daybook: {told}")
    assert "hush" not in done.stderr


def test_names_the_rows_for_which_a_check_fails(
    daybook: Run, tmp_path: Path, environment: dict[str, str], other_file: Path
) -> None:
    with closing(sqlite3.connect(other_file)) as shop:
        shop.execute("UPDATE orders SET total_cents = total_cents + 1 WHERE id = 1")
        shop.commit()
    before = counts(environment)
    done = daybook("import", "four-databases", make_four(tmp_path / "old", TRADE))
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert [line for line in lines if not line.startswith(" ")] == [
        "FAILS  each order's total is the sum of its lines",
        "FAILS  sales ledger, report and orders come to one total",
        "daybook: The checks fail with it, so nothing was imported.",
    ]
    assert lines[1].startswith("       order 1 has the total ")
    assert counts(environment) == before


def test_killed_in_the_middle_leaves_all_or_nothing_and_can_be_repeated(
    daybook: Run, tmp_path: Path, environment: dict[str, str], founded: Path
) -> None:
    keys = range(1, ORDERS + 1)
    rows: dict[str, list[tuple[Any, ...]]] = TRADE | {
        "orders": [(key, 11, "2024-05-01", 9.3) for key in keys],
        "order_lines": [(3 * key + place, key, 21, 1, 3.1) for key in keys for place in range(3)],
    }
    folder = make_four(tmp_path / "old", rows)
    file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
    file.parent.mkdir()
    shutil.copy(founded, file)
    log = file.with_name("daybook.db-wal")
    command = [DAYBOOK, "import", "four-databases", folder]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    # the write-ahead log grows only while rows are written
    while process.poll() is None and not (log.exists() and log.stat().st_size > 1_000_000):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    everything = [2, 2, ORDERS, 3 * ORDERS, 3 * ORDERS, ORDERS + 4]
    assert counts(environment) in ([0] * len(TABLES), everything)
    assert daybook("import", "four-databases", folder).returncode == 0
    assert counts(environment) == everything  # and all checks held
