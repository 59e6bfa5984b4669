"""Services and clients that fail while something is passed through."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from common.settings import Settings
from gateway.upstream import CONNECTIONS_PER_SERVICE
from tests.gateway.fakes import FAULTS, Broken, Service, answer, hang, served, until
from tests.gateway.recording import connected, listening

pytestmark = pytest.mark.anyio
PATH, NAME = "/products", "products-service"
# of a service that is at fault before its answer begins
SILENT = ["hanging", "slow headers", "garbage", "closed without an answer"]
HEADERS = {"none": {}, "a key": {"Idempotency-Key": "k"}}
PIECE = b"x" * 65536
HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n"


def assert_problem(response: httpx.Response, status: int, code: str) -> None:
    told = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, told["status"], told["code"]) == (status, status, code)
    assert told["instance"] == PATH
    assert told["request_id"] == response.headers["x-request-id"]
    if code.startswith("upstream"):
        assert told["service"] == NAME
        assert told["detail"].startswith(f"{NAME} ")


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("fault", SILENT)
@pytest.mark.parametrize("headers", HEADERS)
async def test_a_service_that_fails_is_a_problem_that_names_it(
    service: Service, gateway: httpx.AsyncClient, method: str, fault: str, headers: str
) -> None:
    act, status = FAULTS[fault]
    service.answers = {PATH: [act]}
    code = {502: "upstream_failed", 504: "upstream_timed_out"}[status]
    response = await gateway.request(method, PATH, headers=HEADERS[headers])
    assert_problem(response, status, code)
    assert response.elapsed.total_seconds() < 20
    await until(lambda: service.connections == 0)


@pytest.mark.parametrize("body", [b"", b"{}", PIECE * 40])
async def test_a_service_that_is_not_there_is_a_problem_that_names_it(
    patient: Settings, body: bytes
) -> None:
    async with served(patient.model_copy(update={"products_url": "http://127.0.0.1:1"})) as gateway:
        response = await gateway.post(PATH, content=body)
    assert_problem(response, 502, "upstream_failed")
    assert response.json()["detail"] == f"{NAME} cannot be reached."


async def read(response: httpx.Response, received: bytearray) -> None:
    async for chunk in response.aiter_bytes():
        received += chunk


@pytest.mark.parametrize("fault", ["cut body", "stalled body"])
async def test_a_service_that_fails_later_never_leaves_a_plausible_answer(
    service: Service, gateway: httpx.AsyncClient, fault: str
) -> None:
    service.answers = {PATH: [FAULTS[fault][0]]}
    received = bytearray()
    async with gateway.stream("GET", PATH) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            await read(response, received)
    assert received == b'{"rows": [[1, '
    await until(lambda: service.connections == 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_whose_connection_died_is_never_repeated(
    service: Service, gateway: httpx.AsyncClient, method: str
) -> None:
    async def vanish(_writer: asyncio.StreamWriter) -> None:
        raise Broken

    service.answers = {PATH: [answer(b""), vanish, answer(b"")]}
    assert (await gateway.get(PATH)).status_code == 200
    assert service.connections == 1  # and it waits in the pool
    response = await gateway.request(method, PATH)
    if method in {"GET", "HEAD"}:
        assert (response.status_code, service.asked(PATH)) == (200, 3)
    else:
        assert_problem(response, 502, "upstream_failed")
        assert service.asked(PATH) == 2


class Stubborn:
    """A service that takes the head of a request and no more, and answers if it has an answer."""

    def __init__(self, told: bytes = b"", *, endless: bool = False) -> None:
        self.told, self.endless = told, endless
        self.asked = self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            if b"/healthz" in head:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
            elif b"/short" in head:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            else:
                await self._answer(writer)
            await reader.read()
        except ConnectionError:
            pass
        finally:
            self.connections -= 1
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        writer.write(self.told)
        while self.endless:
            writer.write(PIECE)
            await writer.drain()


async def pieces(count: int, pause: float = 0) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield PIECE
        await asyncio.sleep(pause)


def at(url: str, upstream: float = 60, client: float = 60) -> Settings:
    urls = dict.fromkeys(("products_url", "sales_url", "customers_url"), url)
    return Settings(connect_timeout=60, upstream_timeout=upstream, client_timeout=client, **urls)


async def test_an_answer_that_comes_before_the_body_was_sent_is_passed_on() -> None:
    body = b'{"code": "content_too_large"}'
    head = f"HTTP/1.1 413 No\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    stubborn = Stubborn(head + body)
    async with listening(stubborn.serve) as url, served(at(url)) as gateway:
        response = await gateway.post(PATH, content=pieces(400))
        assert (response.status_code, response.content) == (413, body)
        await until(lambda: stubborn.connections == 0)  # it waits for a body: not for another


async def test_a_service_that_stops_taking_the_body_times_out() -> None:
    stubborn = Stubborn()
    async with listening(stubborn.serve) as url, served(at(url, upstream=2)) as gateway:
        response = await gateway.post(PATH, content=pieces(400))
        assert_problem(response, 504, "upstream_timed_out")
        await until(lambda: stubborn.connections == 0)


async def test_a_client_that_stops_sending_is_given_up() -> None:
    stubborn = Stubborn()
    async with listening(stubborn.serve) as url, served(at(url, client=1)) as gateway:
        reader, writer = await connected(gateway)
        writer.write(b"POST /products HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\nabc")
        async with asyncio.timeout(60):
            head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        writer.close()
        await until(lambda: stubborn.connections == 0)


async def test_a_long_upload_is_not_cut_while_it_goes_on() -> None:
    taken = 0

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(20):
            taken += len(await reader.readexactly(len(PIECE)))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
        await reader.read()
        writer.close()

    async with listening(take) as url, served(at(url, upstream=12, client=12)) as gateway:
        length = {"content-length": str(20 * len(PIECE))}
        response = await gateway.post(PATH, content=pieces(20, pause=0.75), headers=length)
        assert response.elapsed.total_seconds() > 12
    assert (response.status_code, taken) == (200, 20 * len(PIECE))


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_client_that_leaves_before_the_answer_ends_the_call(
    service: Service, patient: Settings, method: str
) -> None:
    service.answers = {PATH: [hang]}
    async with served(patient) as gateway:
        call = asyncio.create_task(gateway.request(method, PATH))
        await until(lambda: service.asked(PATH) == 1)
        call.cancel()
        await until(lambda: service.connections == 0)


async def test_a_client_that_leaves_in_its_upload_ends_the_call() -> None:
    stubborn = Stubborn()
    async with listening(stubborn.serve) as url, served(at(url)) as gateway:
        call = asyncio.create_task(gateway.post(PATH, content=pieces(10**6, pause=0.01)))
        await until(lambda: stubborn.asked == 1)
        call.cancel()
        await until(lambda: stubborn.connections == 0)


async def test_a_client_that_leaves_in_its_download_ends_the_call() -> None:
    stubborn = Stubborn(HEAD, endless=True)
    async with listening(stubborn.serve) as url, served(at(url)) as gateway:
        async with gateway.stream("GET", PATH) as response:
            await anext(response.aiter_bytes())
        await until(lambda: stubborn.connections == 0)


async def stalled(gateway: httpx.AsyncClient, stubborn: Stubborn) -> list[asyncio.StreamWriter]:
    """As many clients as there are connections, who ask and then take nothing."""
    writers = []
    for count in range(1, CONNECTIONS_PER_SERVICE + 1):
        _, writer = await connected(gateway)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(b"GET /products HTTP/1.1\r\nHost: localhost\r\n\r\n")
        writers.append(writer)
        await until(lambda count=count: stubborn.asked == count)
    return writers


async def test_clients_that_take_nothing_hold_up_others_for_a_while_only() -> None:
    stubborn = Stubborn(HEAD, endless=True)
    async with listening(stubborn.serve) as url, served(at(url, client=5)) as gateway:
        writers = await stalled(gateway, stubborn)
        assert (await gateway.get("/readyz")).status_code == 200
        assert (await gateway.get("/products/short")).content == b"ok"
        for writer in writers:
            writer.transport.abort()
        await until(lambda: stubborn.connections <= len(("products", "sales", "customers")) + 1)


async def test_who_waits_for_a_connection_is_told_in_the_end() -> None:
    stubborn = Stubborn(HEAD, endless=True)
    async with listening(stubborn.serve) as url, served(at(url, upstream=3)) as gateway:
        writers = await stalled(gateway, stubborn)
        assert_problem(await gateway.get(PATH), 504, "upstream_timed_out")
        assert (await gateway.get("/readyz")).status_code == 200
        for writer in writers:
            writer.transport.abort()
        await until(lambda: stubborn.connections <= len(("products", "sales", "customers")))
