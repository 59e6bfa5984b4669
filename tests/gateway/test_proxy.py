"""What is passed through reaches the service, and the client, as it was sent."""

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest

from common.settings import Settings
from tests.gateway.fakes import served
from tests.gateway.recording import Received, Recorder, exchanged

pytestmark = pytest.mark.anyio
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.fixture
async def gateway(recorder: Recorder) -> AsyncIterator[httpx.AsyncClient]:
    urls = dict.fromkeys(("products_url", "sales_url", "customers_url"), recorder.url)
    async with served(Settings(connect_timeout=60, upstream_timeout=60, **urls)) as client:
        yield client


@pytest.fixture
def sent(recorder: Recorder, gateway: httpx.AsyncClient) -> object:
    """Sends lines as they stand, and gives what the service got."""

    async def send(lines: str, body: bytes = b"") -> Received:
        answer = await exchanged(gateway, lines, body)
        assert answer.removeprefix(CONTINUE).startswith(b"HTTP/1.1 200 ")
        return recorder.received.pop()

    return send


@pytest.mark.parametrize(
    "target",
    [
        "/products",
        "/products/",
        "/products/7",
        "/products/a%2Fb/%41%e4%b8%ad",
        "/products//7",
        "/products/7;v=1,2&c='x'",
        "/products?a=b+c&a=b%20c&a=%2B&empty=&bare",
        '/orders?filter={"a":[1,2]}|^`',
        "/products?url=http://evil/../x&path=/../y",
        "/%70roducts",
    ],
)
async def test_path_and_query_arrive_byte_for_byte(sent, target: str) -> None:
    assert (await sent(f"GET {target} HTTP/1.1")).line == f"GET {target} HTTP/1.1"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
async def test_every_method_arrives(sent, method: str) -> None:
    assert (await sent(f"{method} /products HTTP/1.1")).line == f"{method} /products HTTP/1.1"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"])
async def test_a_body_keeps_its_length(sent, method: str) -> None:
    received = await sent(f"{method} /orders HTTP/1.1\nContent-Length: 9", b'{"a": 1}\n')
    assert (received.body, received.chunked) == (b'{"a": 1}\n', False)
    assert received.all("content-length") == ["9"]


async def test_a_body_in_chunks_stays_in_chunks(sent) -> None:
    lines = "POST /orders HTTP/1.1\nTransfer-Encoding: chunked"
    received = await sent(lines, b"3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n")
    assert (received.body, received.chunked) == (b"abcdefg", True)
    assert received.all("content-length") == []


async def test_a_request_without_a_body_gets_none(sent) -> None:
    received = await sent("GET /orders HTTP/1.1")
    assert received.all("content-length") == received.all("transfer-encoding") == []
    assert (await sent("DELETE /orders/1 HTTP/1.1")).all("content-length") == ["0"]


async def test_headers_arrive_and_none_is_invented(sent, recorder: Recorder) -> None:
    lines = """GET /products HTTP/1.1
Accept: application/json
Accept-Encoding: br;q=1.0, zstd
Authorization: Bearer abc
Cookie: a=1; b=2
If-None-Match: "1-x"
If-None-Match: "2-y"
If-Match: "3-z"
Idempotency-Key: k
X-Request-ID: from-the-till-7
traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
tracestate: vendor=1
X-Name: Grüße"""
    received = await sent(lines.encode().decode("latin-1"))
    assert sorted(received.headers) == [
        ("accept", "application/json"),
        ("accept-encoding", "br;q=1.0, zstd"),
        ("authorization", "Bearer abc"),
        ("cookie", "a=1; b=2"),
        ("forwarded", 'for=127.0.0.1;host="localhost";proto=http'),
        ("host", recorder.url.removeprefix("http://")),
        ("idempotency-key", "k"),
        ("if-match", '"3-z"'),
        ("if-none-match", '"1-x"'),
        ("if-none-match", '"2-y"'),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("tracestate", "vendor=1"),
        ("via", "1.1 daybook"),
        ("x-name", "Grüße".encode().decode("latin-1")),
        ("x-request-id", "from-the-till-7"),
    ]


async def test_what_belongs_to_one_connection_stays_there(sent, recorder: Recorder) -> None:
    lines = """POST /products HTTP/1.1
Connection: keep-alive, X-Mine
Keep-Alive: timeout=5
Proxy-Authorization: Basic x
Proxy-Connection: keep-alive
TE: trailers
Trailer: X-Late
Transfer-Encoding: chunked
Upgrade: h2c
X-Mine: 1
Expect: 100-continue
Origin: http://localhost:3000
X-Forwarded-For: 6.6.6.6
X-Forwarded-Host: evil
X-Real-IP: 6.6.6.6
X-Kept: 1"""
    received = await sent(lines, b"1\r\nx\r\n0\r\n\r\n")
    assert {name for name, _ in received.headers} == {
        "forwarded", "host", "transfer-encoding", "via", "x-kept", "x-request-id",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "arrived"),
    [
        ("for=192.0.2.60;proto=https;by=203.0.113.43", True),
        ('for="[2001:db8::17]:4711", for=_hidden;host="a, b"', True),
        ('for="open', False),
        ("for=[::1]", False),
        ("nonsense", False),
    ],
)
async def test_forwarded_is_continued_where_it_is_sound(sent, given: str, arrived: bool) -> None:
    lines = f"GET /products HTTP/1.1\nHost: 127.0.0.1:8050\nForwarded: {given}\nVia: 1.0 fred"
    ours = 'for=127.0.0.1;host="127.0.0.1:8050";proto=http'
    received = await sent(lines)
    assert received.all("forwarded") == [f"{given}, {ours}" if arrived else ours]
    assert received.all("via") == ["1.0 fred, 1.1 daybook"]


async def test_a_header_that_is_no_text_is_refused(
    recorder: Recorder, gateway: httpx.AsyncClient
) -> None:
    answer = await exchanged(gateway, "GET /products HTTP/1.1\nX-Name: \xff")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"errors":{"x-name":"must be sound UTF-8"}' in answer
    assert recorder.received == []


ANSWER = b"""HTTP/1.1 201 Whatever
date: Thu, 01 Jan 1970 00:00:00 GMT
server: secret/1.0
content-type: application/json
content-length: 2
connection: keep-alive, x-mine
keep-alive: timeout=5
proxy-authenticate: Basic
x-mine: 1
set-cookie: a=1; Path=/
set-cookie: b=2; Path=/
etag: "1-x"
idempotent-replayed: true
link: </products?limit=1&cursor=x>; rel="next"
vary: Accept
access-control-allow-origin: *
access-control-expose-headers: X-Secret
x-request-id: another
x-kept: Gr\xc3\xbc\xc3\x9fe

{}""".replace(b"\n", b"\r\n")


async def test_the_answer_comes_back_as_it_is(
    recorder: Recorder, gateway: httpx.AsyncClient
) -> None:
    recorder.answer = ANSWER
    lines = "GET /products HTTP/1.1\nOrigin: http://localhost:3000\nX-Request-ID: mine"
    head, body = (await exchanged(gateway, lines)).split(b"\r\n\r\n")
    status, *headers = head.decode().replace("Connection: ", "connection: ").split("\r\n")
    exposed = "Content-Range, X-Total-Count, Link, Location, X-As-Of, X-Request-ID"
    assert (status, body) == ("HTTP/1.1 201 Created", b"{}")
    told = [line for line in headers if not line.startswith(("date", "access-control-expose"))]
    assert sorted(told) == [
        "access-control-allow-origin: http://localhost:3000",
        "connection: close",
        "content-length: 2",
        "content-type: application/json",
        'etag: "1-x"',
        "idempotent-replayed: true",
        'link: </products?limit=1&cursor=x>; rel="next"',
        "server: uvicorn",
        "set-cookie: a=1; Path=/",
        "set-cookie: b=2; Path=/",
        "vary: Accept, Origin",
        "x-kept: Grüße",
        "x-request-id: mine",
    ]
    assert sum(line.startswith("date: ") for line in headers) == 1
    (shown,) = [line for line in headers if line.startswith("access-control-expose-headers")]
    assert exposed in shown
    assert "Secret" not in shown


async def test_a_packed_body_stays_packed(recorder: Recorder, gateway: httpx.AsyncClient) -> None:
    packed = gzip.compress(b"x" * 1000)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(packed)}\r\n\r\n"
    recorder.answer = head.encode() + packed
    answer = await exchanged(gateway, "GET /products HTTP/1.1")
    assert answer.split(b"\r\n\r\n", 1)[1] == packed
    assert b"content-encoding: gzip" in answer


@pytest.mark.parametrize(
    ("method", "answer", "told"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n", b"content-length: 999"),
        ("DELETE", b"HTTP/1.1 204 No\r\ncontent-length: 0\r\n\r\n", b" 204 "),
        ("GET", b'HTTP/1.1 304 Same\r\netag: "1"\r\ncontent-length: 99\r\n\r\n', b'etag: "1"'),
    ],
)
async def test_answers_without_a_body(
    recorder: Recorder, gateway: httpx.AsyncClient, method: str, answer: bytes, told: bytes
) -> None:
    recorder.answer = answer
    head, body = (await exchanged(gateway, f"{method} /products HTTP/1.1")).split(b"\r\n\r\n")
    assert told in head
    assert body == b""


@pytest.mark.parametrize("status", [400, 401, 404, 409, 412, 422, 429, 500, 503])
async def test_refusals_are_passed_on_as_they_are(
    recorder: Recorder, gateway: httpx.AsyncClient, status: int
) -> None:
    kind = "content-type: application/problem+json\r\nretry-after: 5\r\ncontent-length: 5"
    recorder.answer = f"HTTP/1.1 {status} No\r\n{kind}\r\n\r\n[1,2]".encode()
    response = await gateway.get("/orders")
    assert (response.status_code, response.content) == (status, b"[1,2]")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("{url}/products", "/products"),
        ("/products/7", "/products/7"),
        ("{url}?x", "{url}?x"),
        ("https://elsewhere/x", "https://elsewhere/x"),
    ],
)
async def test_redirects_are_passed_on_and_name_no_service(
    recorder: Recorder, gateway: httpx.AsyncClient, location: str, told: str
) -> None:
    there = location.format(url=recorder.url)
    recorder.answer = f"HTTP/1.1 307 Go\r\nlocation: {there}\r\ncontent-length: 0\r\n\r\n".encode()
    response = await gateway.get("/products/")
    assert (response.status_code, response.headers["location"]) == (
        307,
        told.format(url=recorder.url),
    )
    assert len(recorder.received) == 1


async def test_a_call_from_another_page_is_admitted_by_the_gateway_alone(
    recorder: Recorder, gateway: httpx.AsyncClient
) -> None:
    asked = {"origin": "http://localhost:1", "access-control-request-method": "PUT"}
    response = await gateway.options("/products/1", headers=asked)
    assert response.status_code == 200
    assert response.headers.get_list("access-control-allow-origin") == ["http://localhost:1"]
    assert recorder.received == []


async def test_a_client_that_waits_for_100_gets_it(
    recorder: Recorder, gateway: httpx.AsyncClient
) -> None:
    lines = "POST /orders HTTP/1.1\nContent-Length: 2\nExpect: 100-continue"
    assert (await exchanged(gateway, lines, b"{}")).startswith(CONTINUE)
    assert recorder.received[0].body == b"{}"
