"""Where one request ends and the next begins is the same for the gateway and the services."""

import json
import socket
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient

from common.settings import Settings
from gateway.main import create_app
from tests.gateway.fakes import served
from tests.gateway.recording import Recorder, exchanged

UPGRADES = ["h2c", "websocket", "h2c, websocket"]


@pytest.fixture
def in_front(recorder: Recorder) -> Settings:
    """Settings of a gateway in front of the recorder."""
    urls = dict.fromkeys(("products_url", "sales_url", "customers_url"), recorder.url)
    return Settings(connect_timeout=60, upstream_timeout=60, **urls)


def spoken(url: str, lines: list[str], body: bytes) -> bytes:
    """The first bytes of the answer to a request on a connection that stays open."""
    address = urlsplit(url)
    head = "\r\n".join([*lines, "Host: localhost", f"Content-Length: {len(body)}", "", ""])
    with socket.create_connection((str(address.hostname), address.port or 80), 60) as connection:
        connection.sendall(head.encode() + body)
        return connection.recv(2**16)


@pytest.mark.parametrize("name", ["products", "gateway"])
@pytest.mark.parametrize("upgrade", UPGRADES)
def test_a_body_is_read_whatever_its_sender_would_rather_speak(
    shop: dict[str, str], name: str, upgrade: str
) -> None:
    lines = ["POST /categories HTTP/1.1", "Connection: Upgrade", f"Upgrade: {upgrade}"]
    lines += ["Content-Type: application/json"]
    answer = spoken(shop[name], lines, json.dumps({"name": "kitchen"}).encode())
    assert answer.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize("method", ["POST", "DELETE", "CONNECT"])
def test_a_body_that_nobody_reads_is_not_taken_for_the_next_request(
    shop: dict[str, str], method: str
) -> None:
    smuggled = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    lines = [f"{method} /sales/summary HTTP/1.1", "Connection: Upgrade", "Upgrade: h2c"]
    assert b" 40" in spoken(shop["gateway"], lines, smuggled)[:12]
    with httpx.Client(base_url=shop["gateway"]) as client:
        for _ in range(5):
            answer = client.get("/sales")
            assert (answer.status_code, answer.json()) == (200, [])


@pytest.mark.parametrize("name", ["products", "gateway"])
@pytest.mark.parametrize("length", [0, 5, 60])
def test_a_body_in_chunks_has_the_length_of_its_chunks(
    shop: dict[str, str], name: str, length: int
) -> None:
    """Whatever Content-Length says (RFC 9112, section 6.3)."""
    address = urlsplit(shop[name])
    body = json.dumps({"name": "kitchen"}).encode()
    head = "POST /categories HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    with socket.create_connection((str(address.hostname), address.port or 80), 60) as connection:
        connection.sendall(head.encode() + chunks)
        assert connection.recv(2**16).startswith(b"HTTP/1.1 201 ")


@pytest.mark.anyio
async def test_a_body_that_ends_too_early_never_reaches_a_service_whole(
    recorder: Recorder, in_front: Settings
) -> None:
    def ask() -> httpx.Response:
        with TestClient(create_app(in_front), base_url="http://localhost") as client:
            headers = {"Content-Length": "9"}
            answer: httpx.Response = client.post("/orders", content=b"12345", headers=headers)
            return answer

    answer = await anyio.to_thread.run_sync(ask)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert recorder.received == []


@pytest.mark.anyio
async def test_a_service_that_would_speak_something_else_is_no_answer(
    recorder: Recorder, in_front: Settings
) -> None:
    recorder.answer = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n"
    async with served(in_front) as gateway:
        answer = await gateway.get("/products")
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_failed")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("told", "node"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", '"[2001:db8::7]"'),
        ("203.0.113.7;host=evil;proto=https", "unknown"),
        ('203.0.113.7", for="x', "unknown"),
    ],
)
async def test_a_proxy_before_the_gateway_tells_addresses_only(
    recorder: Recorder, in_front: Settings, told: str, node: str
) -> None:
    async with served(in_front) as gateway:
        await exchanged(gateway, f"GET /products HTTP/1.1\nX-Forwarded-For: {told}")
    (received,) = recorder.received
    assert received.all("forwarded") == [f'for={node};host="localhost";proto=http']


@pytest.mark.anyio
async def test_a_service_may_live_below_a_path(recorder: Recorder, in_front: Settings) -> None:
    below = in_front.model_copy(update={"products_url": f"{recorder.url}/shop"})
    async with served(below) as gateway:
        assert (await gateway.get("/products/7?x=1")).status_code == 200
    (received,) = recorder.received
    assert received.line == "GET /shop/products/7?x=1 HTTP/1.1"


@pytest.mark.anyio
async def test_that_an_answer_varies_by_its_origin_is_said_once(
    recorder: Recorder, in_front: Settings
) -> None:
    recorder.answer = b"HTTP/1.1 200 OK\r\nvary: Origin\r\ncontent-length: 2\r\n\r\n{}"
    async with served(in_front) as gateway:
        answer = await gateway.get("/products", headers={"Origin": "http://localhost:3000"})
    assert answer.headers.get_list("vary") == ["Origin"]


def test_an_answer_with_a_long_link_comes_through(shop: dict[str, str]) -> None:
    with httpx.Client(base_url=shop["gateway"]) as client:
        for number in range(2):
            client.post("/contacts", json={"address_line1": str(number)})
        asked = "city_ne=" + "," * 7_000
        answer = client.get(f"/contacts?{asked}&limit=1")
        target = f"/contacts?{asked}&limit=1&cursor=WyIiLDFd"
        assert answer.headers["link"] == f'<{target}>; rel="next"'
        assert [each["id"] for each in client.get(target).json()] == [2]
        too_long = client.get(f"/contacts?city_ne={',' * 7_960}&limit=1")
        assert (too_long.status_code, too_long.json()["code"]) == (414, "uri_too_long")
