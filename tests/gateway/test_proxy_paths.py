"""Which paths are passed through, and that no other way leads to a service."""

from collections import Counter
from collections.abc import AsyncIterator

import httpx
import httpx2
import pytest
from starlette.routing import Mount

import customers_service.main
import products_service.main
import sales_service.main
from common.settings import Settings
from gateway.services import PUBLIC, is_public
from tests.gateway.fakes import served
from tests.gateway.recording import Recorder, exchanged, listening

APPS = {
    "products": products_service.main.create_app,
    "sales": sales_service.main.create_app,
    "customers": customers_service.main.create_app,
}
# What a service serves for the gateway, and not for the public.
INSIDE = {"/check", "/report/order-lines", "/report/customer-names"}
Recorders = dict[str, Recorder]


def test_every_public_path_of_every_service_is_passed_to_it_and_to_no_other() -> None:
    assert PUBLIC.keys() == APPS.keys()
    for name, create_app in APPS.items():
        for path in create_app(Settings()).openapi()["paths"]:
            owners = [service for service in PUBLIC if is_public(service, path)]
            assert owners == ([] if path in INSIDE else [name]), path


def test_no_prefix_has_two_owners_and_each_leads_somewhere() -> None:
    counts = Counter(prefix for prefixes in PUBLIC.values() for prefix in prefixes)
    assert set(counts.values()) == {1}
    for name, create_app in APPS.items():
        app = create_app(Settings())
        mounts = {route.path for route in app.routes if isinstance(route, Mount)}
        firsts = {f"/{path.split('/')[1]}" for path in app.openapi()["paths"]}
        assert firsts | mounts >= {f"/{prefix}" for prefix in PUBLIC[name]}


@pytest.fixture
async def recorders(anyio_backend: str) -> AsyncIterator[Recorders]:
    """The three services, each by hand."""
    first, second, third = Recorder(), Recorder(), Recorder()
    async with (
        listening(first.serve) as first.url,
        listening(second.serve) as second.url,
        listening(third.serve) as third.url,
    ):
        yield {"products": first, "sales": second, "customers": third}


@pytest.fixture
async def gateway(recorders: Recorders) -> AsyncIterator[httpx.AsyncClient]:
    urls = {f"{name}_url": recorder.url for name, recorder in recorders.items()}
    settings = Settings(connect_timeout=60, upstream_timeout=60, **urls)
    async with served(settings) as client:
        yield client


def asked(recorders: Recorders) -> dict[str, list[str]]:
    """The request lines that each service got."""
    return {name: [each.line for each in made.received] for name, made in recorders.items()}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "owner"),
    [(f"/{prefix}", name) for name, prefixes in PUBLIC.items() for prefix in prefixes],
)
async def test_each_prefix_reaches_its_service(
    recorders: Recorders, gateway: httpx.AsyncClient, path: str, owner: str
) -> None:
    for rest in ("", "/", "/7", "/7/and/more"):
        assert (await gateway.get(path + rest)).status_code == 200
    lines = [f"GET {path}{rest} HTTP/1.1" for rest in ("", "/", "/7", "/7/and/more")]
    assert asked(recorders) == {name: lines if name == owner else [] for name in recorders}


@pytest.mark.anyio
@pytest.mark.parametrize(
    "target",
    [
        "/report/order-lines",
        "/report/customer-names",
        "/report%2Forder-lines",
        "/nowhere",
        "/productsandmore",
        "/Products",
        "//products",
        "//evil/products",
        "/products/..",
        "/products/../report/order-lines",
        "/products/../../report/order-lines",
        "/products/%2e%2e/report/order-lines",
        "/products/%2E./report/order-lines",
        "/products%2F..%2Freport%2Forder-lines",
        "/products/./7",
        "/orders/%2e%2e/products",
        "/./products",
        "/metrics/products",
        "http://evil/report/order-lines",
    ],
)
async def test_every_other_path_is_the_gateways_own_404(
    recorders: Recorders, gateway: httpx.AsyncClient, target: str
) -> None:
    answer = await exchanged(gateway, f"GET {target} HTTP/1.1")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"content-type: application/problem+json\r\n" in answer
    assert b'"code":"not_found"' in answer
    assert asked(recorders) == {name: [] for name in recorders}


@pytest.mark.anyio
async def test_an_address_in_the_request_line_names_no_other_host(
    recorders: Recorders, gateway: httpx.AsyncClient
) -> None:
    answer = await exchanged(gateway, "GET http://evil:1/products/7?x=1 HTTP/1.1")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert asked(recorders) == {name: [] for name in recorders}


@pytest.mark.anyio
async def test_the_gateways_own_paths_stay_its_own(
    recorders: Recorders, gateway: httpx.AsyncClient
) -> None:
    told = {path: (await gateway.get(path)).status_code for path in ("/healthz", "/docs")}
    assert told == {"/healthz": 200, "/docs": 200}
    refused = await gateway.post("/check")
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert asked(recorders) == {name: [] for name in recorders}


@pytest.mark.anyio
async def test_an_upgrade_is_not_taken_up(recorders: Recorders, gateway: httpx.AsyncClient) -> None:
    asking = {"connection": "upgrade", "upgrade": "websocket", "sec-websocket-version": "13"}
    assert (await gateway.get("/products", headers=asking)).status_code == 200
    (received,) = recorders["products"].received
    assert received.all("upgrade") == received.all("connection") == []


def test_the_whole_api_at_one_address(shop: dict[str, str], http: httpx2.Client) -> None:
    api = shop["gateway"]
    category = http.post(f"{api}/categories", json={"name": "toys"})
    assert (category.status_code, category.headers["location"]) == (201, "/categories/1")
    product = {"sku": "TOP", "name": "Top", "price_cents": 500, "quantity": 3, "category_id": 1}
    assert http.post(f"{api}/products", json=product).status_code == 201
    assert http.post(f"{api}/customers", json={"name": "Ann"}).status_code == 201
    order = {"customer_id": 1, "lines": [{"product_id": 1, "quantity": 2}]}
    assert http.post(f"{api}/orders", json=order).json()["total_cents"] == 1000
    short = http.post(f"{api}/orders", json=order)
    assert (short.status_code, short.json()["code"]) == (409, "insufficient_stock")
    assert http.get(f"{api}/products/1").json() == http.get(f"{shop['products']}/products/1").json()
    page = http.get(f"{api}/products", params={"_start": 0, "_end": 1})
    assert page.headers["x-total-count"] == "1"
    assert [sale["total_cents"] for sale in http.get(f"{api}/sales").json()] == [1000]
    assert http.get(f"{api}/check").json()["ok"] is True
