"""`daybook import` as a process: beside a running shop, two at once, killed in the middle."""

import csv
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from common.importing.online_retail.source import COLUMNS

DAYBOOK = Path(sys.executable).parent / "daybook"
LINES = 30_000
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def year(tmp_path: Path) -> Path:
    """A file that takes seconds to import: invoices of three lines."""
    path = tmp_path / "year.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(LINES):
            code, at = f"P{number % 700}", f"2011-01-01 00:{number // 3 % 60:02d}:00"
            customer = str(number // 3 % 500)
            writer.writerow([number // 3, code, f"Thing {code}", 2, at, "1.25", customer, "France"])
    return path


def count(folder: str, table: str) -> int:
    with closing(sqlite3.connect(Path(folder) / "daybook.db")) as database:
        found: int = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def importing(year: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [DAYBOOK, "import", "online-retail", year]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_tells_what_became_of_every_line(daybook: Run, year: Path, tmp_path: Path) -> None:
    with year.open("a") as file:
        file.write("x1,P1,,many,2011-01-01 00:00,1,,\nx2,P1,broken,-2,2011-01-01 00:00,0,,\n")
    rejects = tmp_path / "rejects.csv"
    rehearsed = daybook("import", "online-retail", year, "--dry-run", "--rejects", rejects)
    told = [
        "      30,002 lines read",
        "      30,000 became order lines of 10,000 orders (10,000 sales)",
        "           1 became stock write-offs",
        "           0 were imported before",
        "           1 were rejected",
        "           1   because Quantity is not a number",
        "         500 new customers",
        "         700 new products",
        "      60,002 units of opening stock",
        "           0 units of stock corrections",
        "   75,000.00 GBP for the sales ledger",
    ]
    assert rehearsed.stdout.splitlines() == [*told, "This was a dry run: nothing was written."]
    assert rejects.read_text().splitlines()[1].startswith("30002,Quantity is not a number,x1,P1")
    done = daybook("import", "online-retail", year)
    hints = [
        "--rejects FILE writes the lines that were rejected, to be mended.",
        "To see the orders: .venv/bin/daybook report customer-orders --out orders.csv",
    ]
    assert (done.returncode, done.stdout.splitlines()) == (0, [*told, *hints])
    assert daybook("check").returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["absent.csv"], "absent.csv cannot be read"),
        (["year.csv", "--tz", "Mars/Base"], "--tz must be the IANA name"),
        (["year.csv", "--rejects", "/no/such/folder"], "/no/such/folder cannot be written"),
    ],
)
def test_says_in_one_line_what_is_wrong(
    words: list[str], told: str, daybook: Run, year: Path
) -> None:
    done = daybook("import", "online-retail", *words)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert told in done.stderr


def test_two_at_once_take_turns(daybook: Run, year: Path, environment: dict[str, str]) -> None:
    assert daybook("check").returncode == 0
    both = [importing(year, environment) for _ in range(2)]
    told = [each.communicate(timeout=120)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert sorted(f"{LINES:>12,} became order lines" in each for each in told) == [False, True]
    assert sorted(f"{LINES:>12,} were imported before" in each for each in told) == [False, True]
    assert count(environment["DAYBOOK_FOLDER"], "order_lines") == LINES
    assert daybook("check").returncode == 0


def test_killed_in_the_middle_leaves_all_or_nothing_and_can_be_repeated(
    daybook: Run, year: Path, environment: dict[str, str]
) -> None:
    folder = environment["DAYBOOK_FOLDER"]
    assert daybook("check").returncode == 0
    log = Path(folder) / "daybook.db-wal"
    process = importing(year, environment)
    # the write-ahead log grows only while rows are written
    while process.poll() is None and not (log.exists() and log.stat().st_size > 1_000_000):
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert daybook("check").returncode == 0
    kept = [count(folder, table) for table in ("order_lines", "orders", "products")]
    assert kept in ([0, 0, 0], [LINES, LINES // 3, 700])
    assert daybook("import", "online-retail", year).returncode == 0
    assert count(folder, "order_lines") == LINES
    assert daybook("check").returncode == 0


def wait_until_open(process: subprocess.Popen[str], file: Path) -> None:
    """Until the process has the file open, and so has long loaded its modules."""
    descriptors = Path(f"/proc/{process.pid}/fd")
    for _ in range(600):
        time.sleep(0.1)
        with suppress(OSError):  # one that it closes meanwhile
            if file.resolve() in [each.resolve() for each in descriptors.iterdir()]:
                return
    raise AssertionError("it never opened the database")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux tells which files are open")
def test_ctrl_c_leaves_nothing(daybook: Run, year: Path, environment: dict[str, str]) -> None:
    assert daybook("check").returncode == 0
    file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # so that it cannot be done before it is stopped
        process = importing(year, environment)
        wait_until_open(process, file)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        other.execute("ROLLBACK")
    process.communicate(timeout=30)
    assert process.returncode in {-signal.SIGINT, 130}
    assert count(environment["DAYBOOK_FOLDER"], "orders") == 0
    assert daybook("check").returncode == 0


def test_the_shop_sells_while_a_year_comes_in(
    started: Callable[..., Any],
    daybook: Run,
    year: Path,
    environment: dict[str, str],
    http: httpx2.Client,
) -> None:
    environment["DAYBOOK_CURRENCY"] = "GBP"
    with started(DAYBOOK_CURRENCY="GBP") as shop:
        api = shop.addresses
        http.post(f"{api['products']}/categories", json={"name": "toys"})
        product = {"sku": "OWN", "name": "Own", "category_id": 1, "price_cents": 5}
        http.post(f"{api['products']}/products", json=product | {"quantity": 100_000})
        process, sold, read = importing(year, environment), [], []
        done = threading.Event()

        def look() -> None:
            while not done.is_set():
                read.append(http.get(f"{api['products']}/products/1").status_code)

        reader = threading.Thread(target=look)
        reader.start()
        while process.poll() is None:
            sale = {"product_id": 1, "quantity": 1}
            sold.append(http.post(f"{api['sales']}/sales", json=sale).status_code)
        done.set()
        reader.join()
        process.communicate()
        assert process.returncode == 0
        assert set(sold) == {201}
        assert set(read) == {200}
        assert http.get(f"{api['gateway']}/check").json()["ok"] is True
    assert count(environment["DAYBOOK_FOLDER"], "order_lines") == LINES + len(sold)
