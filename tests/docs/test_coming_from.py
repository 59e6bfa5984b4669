"""Who comes from another system finds every request and every command to work as told."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from command_fixtures import DAYBOOK
from source_databases import NOTES, ORDERS_V1, PURCHASES, TRADE, V1, make, make_four
from source_servers import made, plain

from tests.docs.examples import commands, here, send_all

REQUESTS = {
    "aggregation-api.md": 7,
    "purchase-api.md": 15,
    "ecommerce-manager.md": 10,
    "retail-store.md": 9,
    "order-management.md": 11,
}
CURL = "curl --fail -OJ 'http://127.0.0.1:8050/report/customer-orders?customer_id=1&format={}'"
OLD_URL = "postgresql://user:password@localhost:5432/dbname"
FROM_POSTGRESQL = f".venv/bin/daybook import orders-v1 '{OLD_URL}' --schema your-schema"
READ_BACK = (
    "sqlacodegen postgresql://user:password@localhost:5432/shop --schema public"
    " --generator declarative > models.py"
)
COMMANDS = {
    "aggregation-api.md": [
        "make start",
        ".venv/bin/daybook demo",
        CURL.format("csv"),
        CURL.format("excel"),
        ".venv/bin/daybook import four-databases databases",
    ],
    "purchase-api.md": [
        "docker compose up",
        "docker compose down",
        "make start",
        ".venv/bin/daybook import purchases db.sqlite3",
    ],
    "ecommerce-manager.md": ["./docker-manager.sh start", "./docker-manager.sh stop"],
    "retail-store.md": [],
    "order-management.md": [
        "make start",
        "make start",
        ".venv/bin/daybook console",
        ".venv/bin/daybook console",
        FROM_POSTGRESQL,
        ".venv/bin/daybook import orders-v1 sqlite:///orders.db",
        READ_BACK,
    ],
}
Shell = Callable[..., str]


@pytest.fixture
def shell(environment: dict[str, str], tmp_path: Path) -> Shell:
    """Runs a command as a person types it in the folder of a checkout; what it says."""
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "daybook").symlink_to(DAYBOOK)
    path = f"{DAYBOOK.parent}{os.pathsep}{os.environ['PATH']}"

    def run(command: str, given: str = "") -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment | {"PATH": path},
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize("page", REQUESTS)
def test_every_request_is_answered_as_told(
    page: str, shop: dict[str, str], http: httpx2.Client
) -> None:
    assert send_all(f"coming-from/{page}", shop, http) == REQUESTS[page]


@pytest.mark.parametrize("page", COMMANDS)
def test_the_commands_are_those_that_are_run(page: str) -> None:
    """Below, and by .ci/fresh-clone (make), tests/e2e (Docker), tests/engines (sqlacodegen)."""
    assert commands(f"coming-from/{page}") == COMMANDS[page]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_sample_data_and_the_files_of_the_report(
    shell: Shell, started: Callable[..., Any], tmp_path: Path
) -> None:
    assert "100 customers" in shell(".venv/bin/daybook demo")
    with started() as shop:
        addresses: Mapping[str, str] = shop.addresses
        for name in ("csv", "excel"):
            shell(here(CURL.format(name), addresses))
    assert (tmp_path / "customer-orders-1.csv").read_text().startswith("customer_id,")
    assert (tmp_path / "customer-orders-1.xlsx").read_bytes().startswith(b"PK")


def test_four_databases_are_imported(shell: Shell, tmp_path: Path) -> None:
    make_four(tmp_path / "databases", TRADE)
    told = shell(".venv/bin/daybook import four-databases databases")
    assert "All checks hold." in told


def test_purchases_are_imported(shell: Shell, tmp_path: Path) -> None:
    make(tmp_path / "db.sqlite3", PURCHASES, NOTES)
    told = shell(".venv/bin/daybook import purchases db.sqlite3")
    assert "All checks hold." in told


def test_orders_v1_are_imported_from_sqlite(shell: Shell, tmp_path: Path) -> None:
    make(tmp_path / "orders.db", ORDERS_V1, V1)
    told = shell(".venv/bin/daybook import orders-v1 sqlite:///orders.db")
    assert "All checks hold." in told


def test_orders_v1_are_imported_from_postgresql(shell: Shell) -> None:
    with made("UTF8") as url:
        told = shell(FROM_POSTGRESQL.replace(OLD_URL, plain(url)))
    assert "All checks hold." in told


def test_the_console(shell: Shell) -> None:
    told = shell(".venv/bin/daybook console", given="5\n")
    assert told.endswith("Goodbye.\n")
