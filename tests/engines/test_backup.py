"""A shop moves from SQLite to a server and back with every row and every number as it was."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from command_fixtures import DAYBOOK
from copied_rows import contents, contents_of, next_numbers
from database_fixtures import ENGINE
from fastapi.testclient import TestClient
from server_databases import ServerDatabase
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from common.checks import check
from common.db import copying, files, guards
from common.db.failures import Failure, meaning
from common.db.models.customers import Customer
from common.db.session import Database, connect
from common.db.upgrade import upgrade_to
from common.importing.demo.writer import make_demo
from common.settings import Settings

pytestmark = pytest.mark.server

Run = Callable[..., subprocess.CompletedProcess[str]]
MOMENT = 1.5  # who does not wait has done it by then
# Who waits for the row of a category, in the database of the test.
WAITING = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'"
    " AND wait_event_type = 'Lock' AND query LIKE 'DELETE FROM categories%'",
}
WAITING_FOR_INNODB = (
    "SELECT count(*) FROM information_schema.innodb_trx"
    " WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE 'DELETE FROM categories%'"
)


def refused(done: subprocess.CompletedProcess[str], told: str) -> None:
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"daybook: {told}\n")


def test_every_row_comes_and_goes_as_it_was(
    blank: ServerDatabase, backup: Path, daybook: Run, tmp_path: Path
) -> None:
    urls = {"DATABASE_URL": blank.url, "DAYBOOK_MIGRATION_URL": blank.owner_url}
    there = contents_of(backup)
    rows = sum(map(len, there.values()))
    done = daybook("restore", backup, **urls)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Restored {backup}: {rows:,} rows. All 38 checks hold.\n"
    using = connect(Settings(DATABASE_URL=blank.url, threads=2))
    assert contents(using) == there

    again = tmp_path / "again.db"
    done = daybook("backup", again, **urls)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Wrote {again}: {rows:,} rows, ")
    assert done.stdout.endswith(" MB. All 38 checks hold.\n")
    assert contents_of(again) == there

    with files.opened(backup) as original:
        numbers = next_numbers(original)
    assert next_numbers(using) == numbers
    with files.opened(again) as returned:
        assert next_numbers(returned) == numbers
    with pytest.raises(DBAPIError, match="denied"), using.transaction() as session:
        session.execute(text("DELETE FROM sales"))
    with using.reading() as session:
        assert check(session).ok
    using.dispose()


def test_what_was_there_goes(
    database: Database, on_server: Run, backup: Path, tmp_path: Path
) -> None:
    make_demo(database, customers=20, orders=300, seed=7)
    done = on_server("restore", backup)
    assert (done.returncode, done.stderr) == (0, "")
    there = contents_of(backup)
    assert contents(database) == there
    assert contents(database)["orders"][0][8] is not None  # it corrects one that comes after it
    # numbers that the shop had given beyond those of the backup are not given again either
    with database.transaction() as session:
        customer = Customer(name="Ada", number="Ada")
        session.add(customer)
        session.flush()
        assert customer.id > max(20, len(there["customers"]))


def test_a_backup_is_of_the_moment_of_its_first_read(
    database: Database, sales: TestClient, goods: dict[str, int], tmp_path: Path
) -> None:
    before = contents(database)
    with copying.snapshot(database.engine) as source:
        count = copying.count(source)
        for _ in range(3):
            sold = sales.post("/sales", json={"product_id": goods["TEA"], "quantity": 1})
            assert sold.status_code == 201
        copying.write_file(source, tmp_path / "made.db", lambda _rows: None)
    assert contents(database) != before
    assert contents_of(tmp_path / "made.db") == before
    assert sum(map(len, before.values())) == count


def test_a_shop_may_go_on_selling(
    started: Callable[..., Any],
    on_server: Run,
    server: ServerDatabase,
    database: Database,
    http: httpx2.Client,
    tmp_path: Path,
) -> None:
    make_demo(database, customers=5, orders=100, seed=1)
    urls = {"DATABASE_URL": server.url, "DAYBOOK_MIGRATION_URL": server.owner_url}
    with started(**urls) as shop:
        for product in (1, 2):
            found = {"product_id": product, "change": 1_000_000, "reason": "found"}
            stocked = http.post(f"{shop.addresses['products']}/inventory-adjustments", json=found)
            assert stocked.status_code == 201, stocked.text
        with buying(shop.addresses["sales"]) as bought:
            for number in range(2):
                made, before = tmp_path / f"{number}.db", list(bought)
                done = on_server("backup", made)
                after = list(bought)
                assert (done.returncode, done.stderr) == (0, "")
                assert done.stdout.endswith("All 38 checks hold.\n")
                ids = {row[0] for row in contents_of(made)["orders"]}
                assert set(before) <= ids
                assert len(before) < len(after)


@contextmanager
def buying(sales: str) -> Iterator[list[int]]:
    """Two who place orders; the numbers of those that were acknowledged."""
    bought: list[int] = []
    stop = threading.Event()

    def buy() -> None:
        with httpx2.Client(timeout=60) as client:
            while not stop.is_set():
                lines = [{"product_id": 1, "quantity": 1}, {"product_id": 2, "quantity": 1}]
                placed = client.post(f"{sales}/orders", json={"lines": lines})
                assert placed.status_code == 201, placed.text
                bought.append(placed.json()["id"])

    with ThreadPoolExecutor(2) as pool:
        buyers = [pool.submit(buy) for _ in range(2)]
        try:
            yield bought
        finally:
            stop.set()
        for buyer in buyers:
            buyer.result(60)


def wait_for_a_waiter(server: ServerDatabase) -> None:
    query = text(WAITING.get(ENGINE, WAITING_FOR_INNODB).format(name=server.name))
    for _ in range(120):
        with server.administering() as connection:
            if connection.execute(query).scalar_one():
                return
        time.sleep(0.5)  # asked more often, InnoDB repeats what it said
    raise AssertionError("nobody waits")


def test_one_that_is_killed_leaves_the_shop_as_it_was(
    database: Database,
    server: ServerDatabase,
    on_server: Run,
    environment: dict[str, str],
    backup: Path,
) -> None:
    make_demo(database, customers=20, orders=300, seed=7)
    before = contents(database)
    urls = {"DATABASE_URL": server.url, "DAYBOOK_MIGRATION_URL": server.owner_url}
    with database.transaction() as session:
        # categories go last: the rest is deleted when the restore comes to this row
        session.execute(text("SELECT id FROM categories WHERE id = 1 FOR UPDATE"))
        process = subprocess.Popen([DAYBOOK, "restore", backup], env=environment | urls)
        wait_for_a_waiter(server)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        assert contents(database) == before
    assert contents(database) == before
    assert on_server("restore", backup).returncode == 0
    assert contents(database) == contents_of(backup)


def test_what_the_server_does_not_take_changes_nothing(
    database: Database, on_server: Run, backup: Path
) -> None:
    """SQLite keeps any length. Customers come early, orders late."""
    make_demo(database, customers=20, orders=30, seed=7)
    before = contents(database)
    for table, column in (("customers", "name"), ("sales", "product_name")):
        with files.opened(backup) as spoilt, spoilt.transaction() as session:
            long = f"UPDATE {table} SET {column} = '{'x' * 300}' WHERE id = 2"
            with guards.lifted(session.connection()):
                session.execute(text(long))
        done = on_server("restore", "--despite-checks", backup)
        assert (done.returncode, done.stdout) == (1, "")
        told = done.stderr.splitlines()[-1]
        assert told.startswith(f"daybook: {backup} was not restored, and the shop is as it was: ")
        assert "too long" in told
        assert contents(database) == before


def test_who_writes_meanwhile_comes_after_it_or_not_at_all(
    database: Database, server: ServerDatabase, backup: Path
) -> None:
    make_demo(database, customers=3, orders=30, seed=7)
    there = contents_of(backup)

    def add_customer() -> int:
        with database.transaction() as session:
            customer = Customer(name="Ada", number="Ada")
            session.add(customer)
            session.flush()
            return customer.id

    with ThreadPoolExecutor(1) as pool, files.opened(backup) as copy, copy.reading() as session:
        adding: list[Future[int]] = []

        def advance(_rows: int) -> None:
            if not adding:
                adding.append(pool.submit(add_customer))
                threading.Event().wait(MOMENT)
                assert not adding[0].done()

        copying.replace(Database(server.owning), session.connection(), advance)
        failed = adding[0].exception(60)
    now = contents(database)
    if failed is None:
        added = adding[0].result()
        assert added > max(row[0] for row in there["customers"])
        assert now["customers"].pop()[0] == added
    else:  # InnoDB may see a deadlock, which a request tries again
        assert ENGINE != "postgresql"
        assert isinstance(failed, DBAPIError)
        assert meaning(failed) is Failure.hindered
    assert now == there


def test_a_user_who_may_not_remove_is_told_who_may(
    database: Database, server: ServerDatabase, daybook: Run, backup: Path
) -> None:
    before = contents(database)
    done = daybook("restore", backup, DATABASE_URL=server.url)
    told = (
        "The user of DATABASE_URL may remove nothing from inventory_transactions, sales,"
        " product_prices, stocktakes:"
        " DAYBOOK_MIGRATION_URL names the owner of the tables, who may."
    )
    refused(done, told)
    assert contents(database) == before


def test_an_owner_alone_restores_too(blank: ServerDatabase, backup: Path, daybook: Run) -> None:
    done = daybook("restore", backup, DATABASE_URL=blank.owner_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert contents(Database(blank.owning)) == contents_of(backup)


def test_an_older_shop_is_not_backed_up_by_halves(
    blank: ServerDatabase, daybook: Run, tmp_path: Path
) -> None:
    upgrade_to(Database(blank.owning), "0001")
    told = (
        "The shop is of an older version: let the Daybook that wrote it make the backup, or"
        " start it with this one, which migrates it."
    )
    refused(daybook("backup", tmp_path / "made.db", DATABASE_URL=blank.owner_url), told)
    assert not (tmp_path / "made.db").exists()


def test_a_server_without_a_shop_is_told(
    blank: ServerDatabase, daybook: Run, tmp_path: Path
) -> None:
    for words in (["backup", tmp_path / "made.db"], ["status"]):
        done = daybook(*words, DATABASE_URL=blank.owner_url)
        assert (done.returncode, done.stdout) == (1, "")
        assert " holds no shop. DAYBOOK_FOLDER names another folder" in done.stderr
        assert done.stderr.count("\n") == 1
    assert not (tmp_path / "made.db").exists()
    with blank.owning.connect() as connection:
        assert connection.dialect.get_table_names(connection) == []
