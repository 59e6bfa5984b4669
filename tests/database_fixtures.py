"""The database of the engine that DAYBOOK_TEST_ENGINE names: sqlite if nothing else is said.

Every test that reaches a database does so through `settings`, so one set of tests runs on
all engines; the others are left out where it is not SQLite.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from server_databases import ServerDatabase, server_database

from common.db.session import connect
from common.db.shop import found
from common.db.upgrade import upgrade
from common.settings import Settings

# A machine that tests may stand still for seconds.
PATIENT = {"connect_timeout": 30, "upstream_timeout": 90}
ENGINE = os.environ.get("DAYBOOK_TEST_ENGINE", "sqlite")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite(why): it is about SQLite or its file")
    config.addinivalue_line("markers", "server: it is about a database server")
    config.addinivalue_line("markers", "proof: of the promises under load; `.ci/proof` runs it")
    config.addinivalue_line("markers", "long: its file takes a minute, so it begins first")


def pytest_report_header() -> str:
    return f"engine: {ENGINE}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what says nothing about the engine."""
    if ENGINE == "sqlite":
        wanted = [item for item in items if item.get_closest_marker("server") is None]
    else:
        wanted = [item for item in items if _says_something(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    # else a worker would be left with one of them when all else is done
    items[:] = sorted(wanted, key=lambda item: item.get_closest_marker("long") is None)


def _says_something(item: pytest.Item) -> bool:
    if item.get_closest_marker("sqlite") is not None:
        return False
    ours = {"engines", "crash"} & set(item.path.parts)
    return bool(ours) or "settings" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file of an empty shop, to be copied."""
    folder = tmp_path_factory.mktemp("founded")
    settings = Settings(folder=folder)
    _found(settings, migrate=True)
    return folder / "daybook.db"


@pytest.fixture
def sqlite_settings(founded: Path, tmp_path: Path) -> Callable[[str], Settings]:
    """Makes settings of an empty shop in a folder of that name, on SQLite."""

    def make(name: str) -> Settings:
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(founded, folder / "daybook.db")
        return Settings(folder=folder, threads=8, lock_timeout=20, **PATIENT)

    return make


@pytest.fixture(scope="session")
def server() -> Iterator[ServerDatabase]:
    """This worker's database on the server."""
    with server_database(ENGINE) as database:
        yield database


@pytest.fixture
def server_settings(server: ServerDatabase, tmp_path: Path) -> Settings:
    """Settings of an empty shop on the server."""
    settings = Settings(
        folder=tmp_path / "var", DATABASE_URL=server.url, threads=8, lock_timeout=20, **PATIENT
    )
    server.empty()
    _found(settings, migrate=False)
    return settings


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of an empty shop of one's own, on the engine of this run."""
    if ENGINE == "sqlite":
        found_settings: Settings = request.getfixturevalue("sqlite_settings")("var")
    else:
        found_settings = request.getfixturevalue("server_settings")
    return found_settings


def _found(settings: Settings, *, migrate: bool) -> None:
    database = connect(settings)
    if migrate:
        upgrade(database)
    with database.transaction() as session:
        found(session, settings)
    database.dispose()
