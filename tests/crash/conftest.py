"""A shop that may be killed, on a database that may be."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from database_fixtures import ENGINE
from proving.fixtures import THREADS, a_database
from proving.processes import Fleet
from proving.servers import Server, missing


@dataclass
class Mortal:
    """A fleet, and the server of its database where it has one."""

    fleet: Fleet
    server: Server | None


@pytest.fixture
def mortal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mortal]:
    """On SQLite the embedded shop alone, else several processes and a server of their own."""
    if ENGINE != "sqlite":
        server: Server | None = request.getfixturevalue("own_server")
        if server is None:
            pytest.skip(missing(ENGINE))
        yield Mortal(request.getfixturevalue("fleet"), server)
        return
    folder = tmp_path_factory.mktemp("mortal")
    with a_database(folder) as database:
        fleet = Fleet(folder, database | THREADS)
        try:
            fleet.add_embedded()
            fleet.start()
            yield Mortal(fleet, None)
        finally:
            fleet.stop()
