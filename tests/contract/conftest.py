"""The base URLs that people of each document may use."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx2
import pytest

from tests.contract import comparing

# uvicorn hangs up after five idle seconds: who lets go before never writes into that
LIMITS = httpx2.Limits(keepalive_expiry=2)
At = Callable[[str], httpx2.Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In containers the gateway is asked alone: the services themselves were asked embedded."""
    if "DAYBOOK_TEST_CONTAINERS" in os.environ:
        items[:] = [item for item in items if not _asks_elsewhere(item)]


def _asks_elsewhere(item: pytest.Item) -> bool:
    place = item.name.partition("[")[2]
    return "contract" in item.path.parts and bool(place) and "gateway" not in place


@pytest.fixture(autouse=True)
def _moments_of_its_own() -> None:
    comparing.forget()


@pytest.fixture
def at(shop: dict[str, str]) -> Iterator[At]:
    """Makes a client of an app of the shop, and of a path below it: `gateway/order-mgmt`."""
    with ExitStack() as stack:

        def client(place: str) -> httpx2.Client:
            name, slash, path = place.partition("/")
            if name not in shop:
                pytest.skip(f"only an embedded shop has the port of {name}")
            base = f"{shop[name]}{slash}{path}"
            return stack.enter_context(httpx2.Client(base_url=base, timeout=60, limits=LIMITS))

        yield client
