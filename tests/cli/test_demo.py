"""`daybook demo`: a sample shop, whole or not at all."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import text

from common.db.models.orders import Order
from common.db.session import Database
from common.importing.demo.writer import make_demo
from common.settings import Settings
from daybook.running import tell_addresses, the_only_one
from tests.demo.rows import a_customer, contents, counted

DAYBOOK = Path(sys.executable).with_name("daybook")


def command(settings: Settings, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [DAYBOOK, "demo", *arguments],
        env={**os.environ, "DAYBOOK_FOLDER": str(settings.folder), "COLUMNS": "200"},
        cwd=settings.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(settings: Settings, *arguments: str) -> tuple[int, str, str]:
    process = command(settings, *arguments)
    try:
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, out, err


def test_the_command_tells_what_it_made(settings: Settings, database: Database) -> None:
    code, out, err = run(settings)
    assert (code, err) == (0, "")
    told, *further = out.splitlines()
    assert told == (
        "Made 100 customers, 130 products, 1,000 orders (36 of them returns):"
        " 2,524 lines, 72,974.28 EUR."
    )
    assert further == [
        "The first thing to try:",
        "  .venv/bin/daybook report customer-orders --customer 10001",
    ]
    assert counted(database, Order) == 1000


def test_the_command_fills_a_shop_that_runs(settings: Settings, shop: dict[str, str]) -> None:
    with the_only_one(settings):
        tell_addresses(settings, shop)
        code, out, err = run(settings, "--customers", "3", "--orders", "40")
    assert (code, err) == (0, "")
    address = f"{shop['gateway']}/report/customer-orders?customer_id=1"
    assert out.splitlines()[-1] == f"  curl '{address}'"
    with urllib.request.urlopen(address) as answer:
        assert len(json.load(answer)) > 0


def test_the_command_invites_to_no_report_of_nobody(settings: Settings, database: Database) -> None:
    code, out, err = run(settings, "--customers", "0", "--orders", "0", "--seed", "9")
    assert (code, err) == (0, "")
    assert (
        out == "Made 0 customers, 60 products, 0 orders (0 of them returns): 0 lines, 0.00 EUR.\n"
    )


def test_the_command_refuses_a_shop_with_records(settings: Settings, database: Database) -> None:
    a_customer(database)
    before = contents(database, leave_out=set())
    code, out, err = run(settings)
    assert (code, out) == (1, "")
    assert err == (
        "daybook: The shop is not empty, so it was left as it is: sample data goes only into a"
        " shop without products, customers and orders. DAYBOOK_FOLDER names another folder,"
        " DATABASE_URL another database.\n"
    )
    assert contents(database, leave_out=set()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("--customers", "-1"),
        ("--customers", "10000001"),
        ("--orders", "-1"),
        ("--orders", "10000001"),
        ("--orders", "many"),
        ("--seed", "1.5"),
        ("--seed", "-1"),
        ("--seed", ""),
    ],
)
def test_figures_that_cannot_be_are_refused(
    settings: Settings, database: Database, arguments: tuple[str, str]
) -> None:
    before = contents(database, leave_out=set())
    code, out, err = run(settings, *arguments)
    assert (code, out) == (2, "")
    assert f"Invalid value for '{arguments[0]}'" in err
    assert "Traceback" not in err
    assert contents(database, leave_out=set()) == before


def wait_until_it_writes(process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not (log.exists() and log.stat().st_size > 5_000_000):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_what_is_interrupted_leaves_nothing(
    settings: Settings, database: Database, end: signal.Signals
) -> None:
    before = contents(database, leave_out=set())
    process = command(settings, "--customers", "10", "--orders", "100000")
    try:
        wait_until_it_writes(process, settings.folder / "daybook.db-wal")
        process.send_signal(end)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode != 0
    assert "Made" not in out
    assert "Traceback" not in err
    assert contents(database, leave_out=set()) == before
    assert make_demo(database, customers=2, orders=3, seed=1).orders == 3


def test_a_failure_in_the_middle_leaves_nothing(settings: Settings, database: Database) -> None:
    before = contents(database, leave_out=set())
    with database.transaction() as session:
        session.execute(
            text(
                "CREATE TRIGGER full_disk BEFORE INSERT ON orders WHEN NEW.number = '100950'"
                " BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        )
    code, out, err = run(settings)
    assert (code, out) == (1, "")
    told = "The database failed, so nothing was written: database or disk is full."
    assert err == f"daybook: {told}\n"
    assert contents(database, leave_out=set()) == before
