"""`daybook status` of a shop on a server."""

import subprocess
from collections.abc import Callable

import pytest
from database_fixtures import ENGINE
from server_databases import ServerDatabase

from common.db.session import Database
from common.importing.demo.writer import make_demo

pytestmark = pytest.mark.server

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_status_names_the_server(
    database: Database, server: ServerDatabase, on_server: Run
) -> None:
    make_demo(database, customers=2, orders=3, seed=1)
    done = on_server("status")
    assert (done.returncode, done.stderr) == (0, "")
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[:4])
    assert told["Database"].startswith(ENGINE)
    assert ":***@" in told["Database"]
    with server.administering() as connection:
        version = str(connection.exec_driver_sql("SELECT version()").scalar_one())
    version = version.replace("-", ".")  # as packages spell it
    number = told["Engine"].removeprefix(
        {"postgresql": "PostgreSQL ", "mariadb": "MariaDB ", "mysql": "MySQL "}[ENGINE]
    )
    assert number[0].isdigit()
    assert number in version
