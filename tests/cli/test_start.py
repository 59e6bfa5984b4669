"""`daybook start`: one process that serves the shop, and says in one line why it cannot."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from common.db.session import connect
from common.db.upgrade import upgrade_to
from common.settings import Settings
from daybook.embedded import PORTS, bind

Run = Callable[..., subprocess.CompletedProcess[str]]


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("daybook: ")
    for word in words:
        assert word in told


def wait_for_a_writer(http: httpx2.Client, url: str) -> None:
    """Until a request holds a connection to the database."""
    for _ in range(600):
        if "daybook_database_connections_in_use 1.0" in http.get(f"{url}/metrics").text:
            return
        time.sleep(0.05)
    raise AssertionError("no request came so far")


def assert_docs_work_offline(http: httpx2.Client, url: str, root: str) -> None:
    page = http.get(f"{url}/docs").text
    assert f"'{root}/openapi.json'" in page
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert asset.startswith(f"{root}/static-offline-docs/")
        assert http.get(f"{url}{asset}").status_code == 200


def test_serves_four_apps_with_docs_that_work_offline(
    started: Callable[..., Any], http: httpx2.Client
) -> None:
    with started() as shop:
        assert len(shop.lines) == 9  # what a person is told, and no log of the servers
        border = shop.addresses.pop("order-mgmt")
        assert list(shop.addresses) == ["products", "sales", "customers", "gateway"]
        for url in shop.addresses.values():
            assert http.get(f"{url}/healthz").json() == {"status": "alive"}
            assert http.get(f"{url}/readyz").json()["status"] == "ready"
            assert http.get(f"{url}/openapi.json").json()["info"]["title"].startswith("Daybook")
            assert_docs_work_offline(http, url, "")
        assert_docs_work_offline(http, border, "/order-mgmt")
        assert http.get(f"{shop.addresses['gateway']}/check").json()["ok"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_soon_with_requests_in_flight(
    number: int, started: Callable[..., Any], http: httpx2.Client
) -> None:
    with started() as shop:
        report = f"{shop.addresses['gateway']}/report/customer-orders"
        stopping = threading.Event()

        def ask() -> None:
            while not stopping.is_set():
                try:
                    httpx2.get(report, timeout=5)
                except httpx2.TransportError:
                    return

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        assert http.get(report).status_code == 200
        code, seconds = shop.stop(number)
        stopping.set()
        for asker in askers:
            asker.join()
    assert code == 0
    assert seconds < 5  # on a quiet machine it takes half a second; without an end, for ever


def test_answers_are_sent_without_delay(tmp_path: Path) -> None:
    free = {f"{name}_port": 0 for name in PORTS}
    with bind(Settings(folder=tmp_path, **free)) as shop:  # type: ignore[arg-type]
        # asyncio sets TCP_NODELAY on connections of such sockets only
        assert {each.proto for each in shop.sockets.values()} == {socket.IPPROTO_TCP}


def test_a_write_that_is_cut_off_is_not_said_to_be_undone(
    started: Callable[..., Any], http: httpx2.Client, environment: dict[str, str], daybook: Run
) -> None:
    answers: list[httpx2.Response] = []
    with started() as shop:
        categories = f"{shop.addresses['products']}/categories"
        assert http.get(categories).json() == []

        def add() -> None:
            answers.append(http.post(categories, json={"name": "toys"}))

        file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            writer = threading.Thread(target=add)
            writer.start()
            wait_for_a_writer(http, shop.addresses["products"])
            shop.process.send_signal(signal.SIGTERM)
            writer.join()
            other.rollback()
        shop.process.wait(60)
    (answer,) = answers
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert "Whether this was done is not known" in answer.json()["detail"]
    assert "retry-after" not in answer.headers
    assert daybook("check").returncode == 0


def test_a_second_one_on_the_folder_is_refused(
    started: Callable[..., Any], daybook: Run, environment: dict[str, str]
) -> None:
    with started() as shop:
        done = daybook("start")
        refused(done, "already running", shop.addresses["gateway"], "DAYBOOK_FOLDER")
        code, _ = shop.stop()
    assert code == 0
    with started() as again:
        again.stop()


def test_comes_up_again_after_kill_9(
    started: Callable[..., Any], daybook: Run, http: httpx2.Client
) -> None:
    with started() as shop:
        made = http.post(f"{shop.addresses['products']}/categories", json={"name": "toys"})
        assert made.status_code == 201
        shop.stop(signal.SIGKILL)
    with started() as again:
        listed = http.get(f"{again.addresses['products']}/categories").json()
        assert [each["name"] for each in listed] == ["toys"]
        assert daybook("check").returncode == 0


def test_a_port_in_use_is_named(daybook: Run) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused(daybook("start", DAYBOOK_SALES_PORT=port), port, "sales", "DAYBOOK_SALES_PORT")


def test_a_folder_that_cannot_be_written_is_named(daybook: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/daybook")):
        for command in ("start", "check"):
            refused(daybook(command, DAYBOOK_FOLDER=str(folder)), str(folder), "DAYBOOK_FOLDER")


def test_a_read_only_folder_is_named(daybook: Run, read_only: Path) -> None:
    for command in ("start", "check"):
        refused(daybook(command), str(read_only))


def test_a_database_of_a_newer_daybook_is_refused_and_left_alone(
    daybook: Run, environment: dict[str, str]
) -> None:
    assert daybook("check").returncode == 0
    file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    content = file.read_bytes()
    for command in ("start", "check"):
        refused(daybook(command), "newer Daybook")
    assert file.read_bytes() == content


def test_a_file_that_is_no_database_of_daybook_is_refused(
    daybook: Run, environment: dict[str, str]
) -> None:
    file = Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"
    file.parent.mkdir()
    file.write_bytes(b"x" * 5000)
    refused(daybook("start"), "not a database")
    file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE mine (a)")
    refused(daybook("start"), "not Daybook's")


def test_a_copy_is_made_before_migrations_change_anything(
    daybook: Run, environment: dict[str, str]
) -> None:
    folder = Path(environment["DAYBOOK_FOLDER"])
    folder.mkdir()
    old = connect(Settings(folder=folder))
    upgrade_to(old, "0001")
    old.dispose()
    done = daybook("check")
    (copy,) = folder.glob("daybook.before-*.db")
    assert done.returncode == 0
    assert str(copy) in done.stdout
    with closing(sqlite3.connect(copy)) as database:
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    with closing(sqlite3.connect(folder / "daybook.db")) as database:
        found = database.execute("SELECT version_num FROM alembic_version").fetchall()
    assert found == [("0005",)]
    assert str(copy) not in daybook("check").stdout


def test_an_old_python_is_told_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python-of-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    root = Path(__file__).parents[2]
    for name in ("Makefile",):
        (tmp_path / name).write_text((root / name).read_text())
    for folder in ("requirements", "common"):
        (tmp_path / folder).symlink_to(root / folder)
    for member in ("products-service", "sales-service", "customers-service", "gateway", "cli"):
        (tmp_path / member).symlink_to(root / member)
    done = subprocess.run(
        ["make", "-C", tmp_path, "start", f"PYTHON={old}"],
        # the tests may have been started by make, which would make this one its child
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    told, by_make = done.stderr.splitlines()
    assert told.startswith("Daybook needs Python 3.11 or newer")
    assert by_make.startswith("make: ***")


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("DAYBOOK_GATEWAY_PORT", "99999", "DAYBOOK_GATEWAY_PORT: "),
        ("DAYBOOK_GATEWAY_PORT", "abc", "DAYBOOK_GATEWAY_PORT: "),
        ("DAYBOOK_TIME_ZONE", "Mars/Base", "DAYBOOK_TIME_ZONE: must be the IANA name"),
        ("DAYBOOK_CURRENCY", "euro", "DAYBOOK_CURRENCY: "),
        ("DAYBOOK_CURRENCY", "XXZ", "DAYBOOK_CURRENCY: must be the ISO 4217 code"),
        ("DAYBOOK_CORS_ORIGIN_REGEX", "(", "DAYBOOK_CORS_ORIGIN_REGEX: must be a regular"),
        ("DAYBOOK_TRUSTED_HOSTS", "shop.local", "trusted_hosts"),
        ("DAYBOOK_HOST", "192.0.2.1", "Nobody can listen on 192.0.2.1:"),
        ("DATABASE_URL", "garbage", "DATABASE_URL is no SQLAlchemy URL"),
        ("DATABASE_URL", "oracle://root@127.0.0.1/x", "begins with oracle; Daybook knows sqlite,"),
        ("DATABASE_URL", "postgresql://me:secret@127.0.0.1:1/x", "postgresql+psycopg://me:***@"),
        ("DAYBOOK_MIGRATION_URL", "garbage", "DAYBOOK_MIGRATION_URL is no SQLAlchemy URL."),
    ],
)
def test_a_wrong_setting_is_named(
    setting: str, value: str, told: str, daybook: Run, environment: dict[str, str]
) -> None:
    refused(daybook("start", **{setting: value}), told)
    assert not (Path(environment["DAYBOOK_FOLDER"]) / "daybook.db").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::1"])
def test_serves_on_other_addresses(
    host: str, started: Callable[..., Any], http: httpx2.Client
) -> None:
    with started(DAYBOOK_HOST=host) as shop:
        report = http.get(f"{shop.addresses['gateway']}/report/customer-orders?format=csv")
        assert report.status_code == 200
        assert report.text.count("\n") == 1


def test_a_note_of_a_shop_that_was_killed_is_not_believed(
    started: Callable[..., Any], daybook: Run
) -> None:
    with started() as shop:
        shop.stop(signal.SIGKILL)
    done = daybook("report", "customer-orders")
    assert (done.returncode, done.stdout.splitlines()[0][:11]) == (0, "customer_id")
