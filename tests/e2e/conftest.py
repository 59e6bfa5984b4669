"""The shop in containers. These tests run one after the other: `make e2e`."""

import shutil
from collections.abc import Iterator

import httpx2
import pytest

from tests.e2e.containers import ContainerShop
from tests.e2e.figures import FIGURES, measured

THERE_IS_DOCKER = shutil.which("docker") is not None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured; nothing is asserted of it."""
    if FIGURES:
        terminalreporter.section("measured")
        for line in FIGURES:
            terminalreporter.line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without an engine nothing can be said here."""
    if not THERE_IS_DOCKER:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="there is no Docker on this machine"))


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ContainerShop]:
    """A shop that Compose alone started; what other tests left in it is still there."""
    shop = ContainerShop(tmp_path_factory.mktemp("containers"))
    try:
        measured(
            "docker compose up on a fresh clone", f"{shop.compose_up():.1f} s until it answers"
        )
        measured("start of a shop that runs", f"{shop.start():.1f} s")
        yield shop
    finally:
        shop.end()


@pytest.fixture
def containers(founded: ContainerShop) -> ContainerShop:
    """The shop, which answers."""
    founded.wait_until_ready()
    return founded


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    # uvicorn hangs up after five idle seconds: who lets go before never writes into that
    with httpx2.Client(timeout=60, limits=httpx2.Limits(keepalive_expiry=2)) as client:
        yield client


@pytest.fixture
def goods(containers: ContainerShop, http: httpx2.Client) -> Iterator[list[int]]:
    """Two products of which there is plenty, by their ids; at the end the shop's numbers agree."""
    url = containers.addresses["products"]
    known = http.get(f"{url}/products", params={"sku": ["OAK", "ELM"]}).json()
    if not known:
        http.post(f"{url}/categories", json={"name": "kitchen"})  # it may be there
        (category,) = http.get(f"{url}/categories", params={"name": "kitchen"}).json()
        told = {"category_id": category["id"], "price_cents": 310, "quantity": 1_000_000}
        known = [
            http.post(f"{url}/products", json=told | {"sku": sku, "name": sku}).json()
            for sku in ("OAK", "ELM")
        ]
    yield [product["id"] for product in known]
    containers.sure("daybook", "check")
