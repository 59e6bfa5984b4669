"""Two shops, one on SQLite and one on the engine of this run, that are asked the same."""

import subprocess
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from copied_rows import delete_the_last, furnish
from database_fixtures import ENGINE
from fastapi.testclient import TestClient
from server_databases import ServerDatabase, server_database
from sqlalchemy import Engine, text

import customers_service.main
import products_service.main
import sales_service.main
from common.db import files
from common.db.base import Base
from common.db.engine import make_engine
from common.db.session import Database, connect
from common.db.shop import found
from common.settings import Settings

APPS = {
    "products": products_service.main.create_app,
    "customers": customers_service.main.create_app,
    "sales": sales_service.main.create_app,
}
# Of two requests one after the other these differ anyway.
TIMES = {"created_at", "updated_at", "recorded_at", "last_updated_on", "request_id"}


class Twins:
    """The same requests to both shops, whose whole answers must be the same but for times."""

    def __init__(self, clients: list[dict[str, TestClient]], empty: Callable[[], None]) -> None:
        self._clients = clients
        self.empty = empty

    def ask(
        self, app: str, method: str, path: str, *, but: Collection[str] = (), **request: Any
    ) -> httpx.Response:
        """The answer that both give. Members named in `but` may differ, as times may."""
        on_sqlite, on_server = (
            clients[app].request(method, path, **request) for clients in self._clients
        )
        assert on_sqlite.status_code == on_server.status_code, (on_sqlite.text, on_server.text)
        left_out = TIMES | set(but)
        assert _without(left_out, on_sqlite.json()) == _without(left_out, on_server.json())
        for header in ("X-Total-Count", "Content-Range", "Link"):
            assert on_sqlite.headers.get(header) == on_server.headers.get(header)
        return on_sqlite


def _without(left_out: Collection[str], answer: Any) -> Any:
    if isinstance(answer, list):
        return [_without(left_out, each) for each in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: _without(left_out, told) for name, told in answer.items() if name not in left_out}


@pytest.fixture(scope="session")
def twins(server: ServerDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """For all examples of a test: `empty` is called before each of them."""
    file = tmp_path_factory.mktemp("twin") / "daybook.db"
    urls = [f"sqlite:///{file}", server.url]
    settings = [Settings(DATABASE_URL=url, threads=4, lock_timeout=60) for url in urls]
    databases = [connect(each) for each in settings]
    Base.metadata.create_all(databases[0].engine)

    def empty() -> None:
        _empty_sqlite(databases[0])
        server.empty()
        for database, own in zip(databases, settings, strict=True):
            with database.transaction() as session:
                found(session, own)

    with ExitStack() as stack:
        clients = [
            {
                name: stack.enter_context(TestClient(create(own), base_url="http://localhost"))
                for name, create in APPS.items()
            }
            for own in settings
        ]
        yield Twins(clients, empty)
    for database in databases:
        database.dispose()


def _empty_sqlite(database: Database) -> None:
    with database.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        session.execute(text("DELETE FROM sqlite_sequence"))


@pytest.fixture
def take_stock(products: TestClient) -> Callable[[int], None]:
    """Counts five of a product, in a stocktake."""

    def take(product_id: int) -> None:
        body = {"lines": [{"product_id": product_id, "counted": 5}]}
        assert products.post("/stocktakes", json=body).status_code == 201

    return take


@pytest.fixture
def backup(sqlite_settings: Callable[[str], Settings]) -> Path:
    """A backup of a shop on SQLite, from which the last of several records were deleted."""
    folder = sqlite_settings("embedded").folder
    with files.opened(folder / "daybook.db") as database:
        furnish(database)
        delete_the_last(database)
    files.close_up(folder / "daybook.db")
    return folder / "daybook.db"


@pytest.fixture
def blank() -> Iterator[ServerDatabase]:
    """A database of the test's own, without a table."""
    with server_database(ENGINE, migrated=False) as made:
        yield made


@pytest.fixture
def on_server(
    daybook: Callable[..., subprocess.CompletedProcess[str]],
    server: ServerDatabase,
    server_settings: Settings,
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a subcommand on the shop on the server."""
    urls = {"DATABASE_URL": server.url, "DAYBOOK_MIGRATION_URL": server.owner_url}
    return lambda *words, **settings: daybook(*words, **(urls | settings))


@pytest.fixture
def owner(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Who owns the tables."""
    if ENGINE == "sqlite":
        made = make_engine(settings.database_url, threads=1, lock_timeout=20)
        yield made
        made.dispose()
    else:
        yield request.getfixturevalue("server").owning


@pytest.fixture
def trade(
    sales: TestClient,
    customers: TestClient,
    goods: dict[str, int],
    take_stock: Callable[[int], None],
) -> None:
    """At least one row in every table that refers to another one."""
    customers.post("/contacts", json={"address_line1": "12 High Street"})
    customers.post("/customers", json={"name": "Ada", "contact_ids": [1]})
    customers.post("/customers/1/purchases", json={"purchase_name": "Lamp", "quantity": 1})
    lines = [{"product_id": goods["TEA"], "quantity": 2}]
    assert sales.post("/orders", json={"customer_id": 1, "lines": lines}).status_code == 201
    take_stock(goods["TEA"])
