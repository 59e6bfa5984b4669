"""The whole shop, on an empty database for each test.

`products`, `sales` and `customers` are clients of the real apps in this process; `shop` is
all four apps on real ports. After each test the checks of `daybook check` must agree.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest
from documented import DocumentedClient
from fastapi.testclient import TestClient
from sqlalchemy import select

import customers_service.main
import products_service.main
import sales_service.main
from common.checks import check
from common.db.base import Base
from common.db.session import Database, connect
from common.db.shop import the_shop
from common.settings import Settings
from common.stock.levels import Movement, move
from daybook import background

# Where the services are asked instead of the apps in this process: JSON of URLs by name.
CONTAINERS: dict[str, str] = json.loads(os.environ.get("DAYBOOK_TEST_CONTAINERS", "{}"))
# helpers that assert: what they compared is to be told
pytest.register_assert_rewrite("tests.contract.comparing", "tests.docs.examples")
pytest_plugins = [
    "command_fixtures",
    "database_fixtures",
    "furnished_fixtures",
    "proving.fixtures",
]
Json = dict[str, Any]
# uvicorn hangs up after five idle seconds: who lets go before never writes into that
LIMITS = httpx2.Limits(keepalive_expiry=2)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database; at the end its ledgers, levels and totals must agree."""
    database = connect(settings)
    yield database
    with database.reading() as session:
        report = check(session)
    database.dispose()
    assert report.failures == {}


@pytest.fixture
def snapshot(database: Database) -> Callable[[], dict[str, list[Any]]]:
    """Takes every row of every table, to be compared with what is there later."""

    def take() -> dict[str, list[Any]]:
        with database.reading() as session:
            return {
                table.name: list(session.execute(select(table).order_by(*table.primary_key)))
                for table in Base.metadata.sorted_tables
            }

    return take


@pytest.fixture
def goods(products: TestClient) -> dict[str, int]:
    """Five teas at 3.10, one cup at 7.25, and gift wrapping, which is a service; ids by SKU."""
    category = products.post("/categories", json={"name": "kitchen"}).json()["id"]
    told = [
        {"sku": "TEA", "name": "Tea", "price_cents": 310, "quantity": 5},
        {"sku": "CUP", "name": "Cup", "price_cents": 725, "quantity": 1},
        {"sku": "WRAP", "name": "Gift wrapping", "price_cents": 150, "kind": "service"},
    ]
    made = [products.post("/products", json=each | {"category_id": category}) for each in told]
    return {response.json()["sku"]: response.json()["id"] for response in made}


@pytest.fixture
def shop_row(database: Database) -> Callable[..., None]:
    """Changes the row of the shop, as its owner will."""

    def change(**values: str) -> None:
        with database.transaction() as session:
            for name, value in values.items():
                setattr(the_shop(session), name, value)

    return change


@pytest.fixture
def ledger_rows(database: Database) -> Callable[[int], None]:
    """Adds so many movements to product 1, faster than by requests."""

    def add(count: int) -> None:
        with database.transaction() as session:
            move(session, [Movement(1, 1, "found")] * count)

    return add


@pytest.fixture
def client(database: Database, settings: Settings) -> Iterator[Callable[..., TestClient]]:
    """Makes a client of an app, which lives as long as the test."""
    with ExitStack() as stack:

        def enter(create_app: Callable[[Settings], Any]) -> TestClient:
            app = create_app(settings)
            base = CONTAINERS.get(create_app.__module__.partition("_")[0], "http://localhost")
            made = DocumentedClient(app, base_url=base, raise_server_exceptions=False)
            if base in CONTAINERS.values():
                made._transport = httpx2.HTTPTransport()
            return stack.enter_context(made)

        yield enter


@pytest.fixture
def products(client: Callable[..., TestClient]) -> TestClient:
    return client(products_service.main.create_app)


@pytest.fixture
def sales(client: Callable[..., TestClient]) -> TestClient:
    return client(sales_service.main.create_app)


@pytest.fixture
def customers(client: Callable[..., TestClient]) -> TestClient:
    return client(customers_service.main.create_app)


@pytest.fixture
def shop(database: Database, settings: Settings) -> Iterator[dict[str, str]]:
    """The addresses of the four apps on real ports, by name, and of Order Management v1."""
    if CONTAINERS:
        yield CONTAINERS
        return
    with background.running(settings) as addresses:
        yield addresses


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    """A client for real ports."""
    with httpx2.Client(timeout=120, limits=LIMITS) as client:
        yield client
