"""A shop of several processes on the engine of this run, and the figures that come of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from database_fixtures import ENGINE
from proving.processes import Fleet
from proving.servers import Server, a_server, missing
from server_databases import ServerDatabase, server_database

from common.checks import check
from common.db.session import ReadSession, connect
from common.db.shop import found
from common.settings import Settings

# Each process has a quarter of them for writers, and a server has room for 100 connections.
THREADS = {"DAYBOOK_THREADS": "24"}
FIGURE = "figure"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured; nothing is asserted of it."""
    told = [
        f"{ENGINE}: {text}"
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, text in getattr(report, "user_properties", [])
        if name == FIGURE and report.when == "call"
    ]
    if told:
        terminalreporter.section("measured")
        for line in told:
            terminalreporter.line(line)


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Notes a figure for the summary."""
    return lambda text: record_property(FIGURE, text)


@pytest.fixture(scope="session")
def own_server() -> Iterator[Server | None]:
    """A server that tests may kill, on a machine where one can be started."""
    if ENGINE == "sqlite" or missing(ENGINE):
        yield None
        return
    with a_server(ENGINE) as server:
        yield server


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory, own_server: Server | None) -> Iterator[Fleet]:
    """The shop; products and sales in two processes each, so that the database alone arbitrates.

    On SQLite the embedded shop is the first of the two.
    """
    folder = tmp_path_factory.mktemp("fleet")
    with a_database(folder, own_server.url if own_server else None) as database:
        fleet = Fleet(folder, database | THREADS)
        try:
            _muster(fleet)
            yield fleet
        finally:
            fleet.stop()


@pytest.fixture
def proof(fleet: Fleet) -> Iterator[Fleet]:
    """The fleet; at the end ledgers, levels and sales agree, and nothing failed in a log."""
    yield fleet
    assert discrepancies(fleet) == {}
    assert "database is locked" not in fleet.said()
    assert "Traceback" not in fleet.said()


@contextmanager
def a_database(folder: Path, administrator: str | None = None) -> Iterator[dict[str, str]]:
    """A database for a shop, as its environment names it; a server's holds an empty shop."""
    if ENGINE == "sqlite":
        yield {"DAYBOOK_FOLDER": str(folder / "var")}
        return
    with server_database(ENGINE, administrator=administrator) as made:
        _found(made)
        yield {"DATABASE_URL": made.url}


def discrepancies(fleet: Fleet) -> dict[str, list[str]]:
    """What `daybook check` finds wrong."""
    with reading(fleet) as session:
        return dict(check(session).failures)


@contextmanager
def reading(fleet: Fleet) -> Iterator[ReadSession]:
    """A session on the database of the fleet."""
    url = fleet.database.get("DATABASE_URL")
    folder = Path(fleet.database.get("DAYBOOK_FOLDER", "var"))
    database = connect(Settings(folder=folder, DATABASE_URL=url, _env_file=None), threads=2)
    try:
        with database.reading() as session:
            yield session
    finally:
        database.dispose()


def _muster(fleet: Fleet) -> None:
    if ENGINE == "sqlite":
        fleet.add_embedded()
        fleet.start()
        more = ["products", "sales"]
    else:
        more = ["products", "products", "sales", "sales", "customers", "gateway"]
    known = len(fleet.processes)
    for app in more:
        fleet.add(app)
    fleet.start(list(fleet.processes)[known:])


def _found(made: ServerDatabase) -> None:
    settings = Settings(DATABASE_URL=made.url, _env_file=None)
    database = connect(settings, threads=2)
    with database.transaction() as session:
        found(session, settings)
    database.dispose()
