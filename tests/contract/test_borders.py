"""What the APIs of old refuse, they refuse in their own words; and it changes nothing."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import httpx2
import pytest

from common.settings import Settings
from tests.contract.conftest import At
from tests.contract.refusals import TAKEN, UNKNOWN, UNSOUND
from tests.gateway.fakes import served

JSON = {"Content-Type": "application/json"}
BOTH = ("/api/v1", "/order-mgmt")


def envelope(path: str, text: str) -> dict[str, str]:
    """A failure as the document of the path has it."""
    if path.startswith("/api/v1"):
        return {"status": "error", "message": text}
    return {"error": text}


def tells_of_the_newer_api(response: httpx.Response | httpx2.Response, path: str) -> None:
    """Once each: several of a name would be told with commas in between."""
    prefix = "/api/v1" if path.startswith("/api/v1") else "/order-mgmt"
    assert response.headers["deprecation"] == "@1795219200"  # 2026-11-21
    assert response.headers["link"] == f'<{prefix}/docs>; rel="deprecation"'


def refused(response: httpx2.Response, status: int, body: Any) -> None:
    assert (response.status_code, response.json()) == (status, body)
    assert response.headers["content-type"] == "application/json"


@pytest.fixture
def api(furnished: dict[str, str], at: At) -> httpx2.Client:
    return at("gateway")


def send(api: httpx2.Client, method: str, path: str, body: Any) -> httpx2.Response:
    return api.request(method, path, **({} if body is None else {"json": body}))


def test_unsound_content_is_422(
    api: httpx2.Client, snapshot: Callable[[], dict[str, list[Any]]]
) -> None:
    before = snapshot()
    for method, path, body, told in UNSOUND:
        refused(send(api, method, path, body), 422, envelope(path, told))
    assert snapshot() == before


def test_what_is_not_there_is_404(
    api: httpx2.Client, snapshot: Callable[[], dict[str, list[Any]]]
) -> None:
    before = snapshot()
    for method, path, body, told in UNKNOWN:
        refused(send(api, method, path, body), 404, envelope(path, f"There is no {told}."))
    assert snapshot() == before


def test_what_the_records_forbid_is_409(
    api: httpx2.Client, snapshot: Callable[[], dict[str, list[Any]]]
) -> None:
    before = snapshot()
    for path, body, told in TAKEN:
        refused(api.post(path, json=body), 409, envelope(path, told))
    assert snapshot() == before


@pytest.mark.parametrize("path", ["/api/v1/customer", "/order-mgmt/users"])
def test_bodies_that_cannot_be_read(
    path: str, api: httpx2.Client, snapshot: Callable[[], dict[str, list[Any]]]
) -> None:
    before = snapshot()
    broken = "The body is not sound JSON: unexpected end of data (line 1, column 2)."
    refused(api.post(path, content="{", headers=JSON), 400, envelope(path, broken))
    untold = "A body is JSON and says so by Content-Type: application/json."
    refused(api.post(path, content="{}"), 415, envelope(path, untold))
    huge = json.dumps({"name": "x" * 4_000_000})
    large = "The body is larger than 4000000 bytes."
    refused(api.post(path, content=huge, headers=JSON), 413, envelope(path, large))
    assert snapshot() == before


@pytest.mark.parametrize("place", ["gateway", "customers", "sales"])
def test_paths_and_methods_that_are_not_there(
    place: str, furnished: dict[str, str], at: At
) -> None:
    api = at(place)
    mine = {"customers": BOTH[:1], "sales": BOTH[1:], "gateway": BOTH}[place]
    for prefix in mine:
        for path in (prefix, f"{prefix}/", f"{prefix}/nothing", f"{prefix}/users/1/x"):
            refused(api.get(path), 404, envelope(path, f"There is nothing at {path}."))
        path = f"{prefix}/{'customer' if prefix == '/api/v1' else 'users'}"
        answer = api.put(path, json={})
        refused(answer, 405, envelope(path, f"PUT is not possible at {path}."))
        assert answer.headers["allow"] == "GET, HEAD, POST"


def test_foreign_hosts_are_told_in_the_envelope(furnished: dict[str, str], at: At) -> None:
    told = (
        "The shop does not answer under this host name; DAYBOOK_TRUSTED_HOSTS lists those under"
        " which it does."
    )
    for path in ("/api/v1/customer", "/order-mgmt/users"):
        answer = at("gateway").get(path, headers={"Host": "evil.example"})
        refused(answer, 400, envelope(path, told))
        tells_of_the_newer_api(answer, path)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "service"), [("/api/v1/customer", "customers"), ("/order-mgmt/users", "sales")]
)
async def test_a_service_that_is_down_is_told_in_the_envelope(path: str, service: str) -> None:
    nowhere = {f"{name}_url": "http://127.0.0.1:1" for name in ("products", "sales", "customers")}
    async with served(Settings(**nowhere)) as gateway:  # type: ignore[arg-type] # all are URLs
        answer = await gateway.get(path)
    assert isinstance(answer, httpx.Response)
    told = envelope(path, f"{service}-service cannot be reached.")
    assert (answer.status_code, answer.json()) == (502, told)
    tells_of_the_newer_api(answer, path)


def test_every_answer_tells_of_the_newer_api(api: httpx2.Client) -> None:
    for path in ("/api/v1/customer", "/order-mgmt/users"):
        prefix = path.rpartition("/")[0]
        for answer in (api.get(path), api.post(path, json={}), api.get(f"{prefix}/nothing")):
            tells_of_the_newer_api(answer, path)
    assert "deprecation" not in api.get("/customers").headers


def test_lists_have_head(api: httpx2.Client) -> None:
    for path in ("/api/v1/customer", "/order-mgmt/users", "/order-mgmt/orders?user_id=1"):
        answer = api.head(path)
        assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("prefix", BOTH)
def test_each_has_documentation_of_its_own_that_works_offline(
    prefix: str, api: httpx2.Client
) -> None:
    page = api.get(f"{prefix}/docs").text
    assert f"'{prefix}/openapi.json'" in page
    assert "https://" not in page
    for asset in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert api.get(asset).status_code == 200
    document = api.get(f"{prefix}/openapi.json").json()
    assert document["servers"] == [{"url": prefix}]
    native = api.get("/openapi.json").json()
    assert not [path for path in native["paths"] if path.startswith(BOTH)]


def test_nothing_else_is_at_the_port_of_order_management(furnished: dict[str, str], at: At) -> None:
    api = at("order_mgmt")
    assert api.get("/order-mgmt/users").json() == api.get("/users").json()
    for path in ("/customers", "/sales", "/check", "/healthz", "/users/../sales", "/%2e%2e/sales"):
        answer = api.get(path)
        assert (answer.status_code, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize("target", ["*", "http://localhost/users", "/order-mgmtusers"])
def test_a_target_that_is_no_path_is_not_there(target: str, shop: dict[str, str]) -> None:
    if "order_mgmt" not in shop:
        pytest.skip("only an embedded shop has the port of order_mgmt")
    address = urlsplit(shop["order_mgmt"])
    with socket.create_connection((str(address.hostname), address.port or 80), 60) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        head, _, body = b"".join(iter(lambda: connection.recv(2**16), b"")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404 ")
    assert list(json.loads(body)) == ["error"]


def test_members_that_a_document_does_not_have_are_ignored(api: httpx2.Client) -> None:
    told = {"name": "John", "address": "Amsterdam", "id": 77, "colour": "red"}
    assert api.post("/api/v1/customer", json=told).json()["data"]["id"] == 2
    told = {"email": "john@example.com", "full_name": "John", "id": 77}
    assert api.post("/order-mgmt/users", json=told).json()["id"] == 3


def test_logs_and_metrics_tell_the_whole_route(started: Callable[..., Any], tmp_path: Path) -> None:
    with started(tmp_path / "log", DAYBOOK_LOG_FORMAT="json") as shop:
        httpx2.get(f"{shop.addresses['gateway']}/api/v1/purchase/7")
        httpx2.get(f"{shop.addresses['order-mgmt']}/users")
        httpx2.get(f"{shop.addresses['customers']}/api/v1/nothing")
        metrics = httpx2.get(f"{shop.addresses['customers']}/metrics").text
    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(line["service"], line["route"], line["status"]) for line in told] == [
        ("customers-service", "/api/v1/purchase/{id}", 404),
        ("gateway", "/api/v1/{rest}", 404),
        ("sales-service", "/order-mgmt/users", 200),
        ("customers-service", None, 404),
    ]
    assert 'http_route="/api/v1/purchase/{id}"' in metrics
