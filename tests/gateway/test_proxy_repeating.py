"""A write with a key is sent again to a service that died under it; no other is."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest

from common.settings import Settings
from gateway.proxy.repeating import ATTEMPTS
from tests.gateway.fakes import served, until
from tests.gateway.mortals import Mortal
from tests.gateway.recording import (
    Received,
    Recorder,
    connected,
    exchanged,
    listening,
    request_from,
)

pytestmark = pytest.mark.anyio
PATH, KEY = "/orders", {"Idempotency-Key": "till-7-1"}
WRITES = ["POST", "PUT", "PATCH", "DELETE"]
# what a service had said of its answer when it died
LAST_WORDS = {
    "nothing": b"",
    "half a head": b"HTTP/1.1 201 Created\r\ncontent-le",
    "a head": b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n",
}
RETRIES = "daybook_upstream_retries_total"


def at(url: str, patience: float = 60, **more: int) -> Settings:
    urls = dict.fromkeys(("products_url", "sales_url", "customers_url"), url)
    return Settings(connect_timeout=60, upstream_timeout=patience, **urls, **more)


@pytest.fixture
async def mortal(anyio_backend: str) -> AsyncIterator[Mortal]:
    made = Mortal()
    async with listening(made.serve) as made.url:
        yield made
        await until(lambda: made.connections == 0)


@pytest.fixture
async def gateway(mortal: Mortal) -> AsyncIterator[httpx.AsyncClient]:
    async with served(at(mortal.url, max_body_bytes=1_000_000)) as client:
        yield client


async def in_pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def retries(gateway: httpx.AsyncClient) -> int:
    told = (await gateway.get("/metrics")).text
    return int(float(told.split(f"\n{RETRIES} ")[1].split()[0]))


def assert_same(received: list[Received], count: int) -> None:
    assert len(received) == count
    assert all(each == received[0] for each in received)


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("last_words", LAST_WORDS)
async def test_a_write_with_a_key_is_sent_until_it_is_answered(
    mortal: Mortal,
    gateway: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    method: str,
    last_words: str,
) -> None:
    mortal.last_words = [LAST_WORDS[last_words]] * 2
    with caplog.at_level(logging.WARNING, "daybook"):
        response = await gateway.request(method, f"{PATH}/1?a=%20", content=b"{}\n", headers=KEY)
    assert (response.status_code, response.content) == (200, b"ok")
    assert_same(mortal.received, 3)
    assert mortal.received[0].line == f"{method} {PATH}/1?a=%20 HTTP/1.1"
    assert mortal.received[0].all("idempotency-key") == ["till-7-1"]
    assert mortal.received[0].all("x-request-id") == [response.headers["x-request-id"]]
    assert await retries(gateway) == 2
    told = [each.getMessage() for each in caplog.records if each.name == "daybook"]
    assert told == [f"sales-service died; {method} is sent again"] * 2


@pytest.mark.parametrize("resets", [False, True])
@pytest.mark.parametrize("body", [b"", b"{}", b"x" * 999_999, b"x" * 1_000_000])
@pytest.mark.parametrize("chunked", [False, True])
async def test_its_body_is_the_same_byte_for_byte(
    mortal: Mortal, gateway: httpx.AsyncClient, body: bytes, chunked: bool, resets: bool
) -> None:
    mortal.last_words, mortal.resets = [b"", b""], resets
    half = len(body) // 2
    content = in_pieces(body[:half], body[half:]) if chunked else body
    response = await gateway.post(PATH, content=content, headers=KEY)
    assert response.status_code == 200
    assert_same(mortal.received, 3)
    assert (mortal.received[0].body, mortal.received[0].chunked) == (body, chunked)


async def test_a_service_that_comes_back_is_not_missed(unused: int) -> None:
    recorder = Recorder()
    async with served(at(f"http://127.0.0.1:{unused}")) as gateway:
        call = asyncio.create_task(gateway.post(PATH, content=b"{}", headers=KEY))
        await asyncio.sleep(2)
        assert not call.done()
        async with listening(recorder.serve, unused):
            assert (await call).status_code == 200
        assert await retries(gateway) >= 3
    assert [received.body for received in recorder.received] == [b"{}"]


@pytest.fixture
def unused() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return int(bound.getsockname()[1])


@pytest.mark.parametrize(
    "headers", [{}, {"X-Idempotency-Key": "k"}, KEY | {"Connection": "Idempotency-Key"}]
)
@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("last_words", LAST_WORDS)
async def test_without_a_key_that_counts_a_write_is_sent_once(
    mortal: Mortal,
    gateway: httpx.AsyncClient,
    method: str,
    last_words: str,
    headers: dict[str, str],
) -> None:
    mortal.last_words = [LAST_WORDS[last_words]] * 2
    response = await gateway.request(method, PATH, content=b"{}", headers=headers)
    assert (response.status_code, len(mortal.received)) == (502, 1)
    assert await retries(gateway) == 0


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_to_be_kept_is_sent_once(
    mortal: Mortal, gateway: httpx.AsyncClient, chunked: bool
) -> None:
    body = b"x" * 1_000_001
    for last_words, status in ([b""], 502), ([], 200):
        mortal.last_words, mortal.received = last_words, []
        content = in_pieces(body[:600_000], body[600_000:-1], body[-1:]) if chunked else body
        response = await gateway.post(PATH, content=content, headers=KEY)
        assert response.status_code == status
        assert [(each.body, each.chunked) for each in mortal.received] == [(body, chunked)]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 503 No\r\nretry-after: 5\r\ncontent-length: 2\r\n\r\nno",
        b"HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno",
        b'HTTP/1.1 412 No\r\netag: "2-x"\r\ncontent-length: 2\r\n\r\nno',
    ],
)
async def test_what_the_service_answers_is_passed_on(
    mortal: Mortal, gateway: httpx.AsyncClient, answer: bytes
) -> None:
    mortal.answer = answer
    response = await gateway.post(PATH, content=b"{}", headers=KEY)
    assert (response.status_code, response.content) == (int(answer[9:12]), b"no")
    assert answer[17:].split(b"\r\n")[0] in [b": ".join(pair) for pair in response.headers.raw]
    assert len(mortal.received) == 1


async def test_garbage_is_an_answer_too(mortal: Mortal, gateway: httpx.AsyncClient) -> None:
    mortal.last_words = [b"SSH-2.0-OpenSSH_9.6\r\n"] * 2
    response = await gateway.post(PATH, content=b"{}", headers=KEY)
    assert (response.status_code, len(mortal.received)) == (502, 1)


async def test_a_service_that_is_slow_is_not_asked_again() -> None:
    asked = 0

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        await request_from(reader)
        asked += 1
        await reader.read()
        writer.close()

    async with listening(hang) as url, served(at(url, patience=1)) as gateway:
        response = await gateway.post(PATH, content=b"{}", headers=KEY)
        assert (response.status_code, asked) == (504, 1)


async def test_a_service_that_always_dies_is_given_up(
    mortal: Mortal, gateway: httpx.AsyncClient
) -> None:
    mortal.last_words = [b""] * 99
    response = await gateway.post(PATH, content=b"{}", headers=KEY)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (502, "upstream_failed")
    assert problem["service"] == "sales-service"
    assert_same(mortal.received, ATTEMPTS)


async def test_it_is_given_up_within_the_time_of_a_call(unused: int) -> None:
    async with served(at(f"http://127.0.0.1:{unused}", patience=2)) as gateway:
        response = await gateway.post(PATH, content=b"{}", headers=KEY)
        assert response.json()["detail"] == "sales-service cannot be reached."
        assert 1.4 < response.elapsed.total_seconds() < 30
        assert (await gateway.post(PATH, content=b"{}")).status_code == 502


async def test_all_attempts_together_have_the_time_of_one_call(anyio_backend: str) -> None:
    asked = died = 0

    async def die_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked, died
        await request_from(reader)
        asked += 1
        await asyncio.sleep(1.2)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        died += 1

    async with listening(die_late) as url, served(at(url, patience=2)) as gateway:
        response = await gateway.post(PATH, content=b"{}", headers=KEY)
        assert (response.status_code, asked) == (504, 2)
        await until(lambda: died == asked)


async def test_a_client_that_leaves_ends_it(mortal: Mortal, gateway: httpx.AsyncClient) -> None:
    mortal.last_words = [b""] * 99
    call = asyncio.create_task(gateway.post(PATH, content=b"{}", headers=KEY))
    await until(lambda: len(mortal.received) == 3)
    call.cancel()
    await until(call.done)
    await asyncio.sleep(0.5)  # what was on its way may still arrive
    count = len(mortal.received)
    await asyncio.sleep(2.5)
    assert len(mortal.received) == count


async def test_a_body_that_breaks_off_is_not_sent_at_all(
    mortal: Mortal, gateway: httpx.AsyncClient
) -> None:
    lines = "POST /orders HTTP/1.1\nIdempotency-Key: k\nTransfer-Encoding: chunked"
    answer = await exchanged(gateway, lines, b"3\r\nabc\r\nnonsense\r\n")
    assert not answer.startswith(b"HTTP/1.1 2")
    assert mortal.received == []


async def test_a_body_that_drips_is_given_up(mortal: Mortal) -> None:
    async with served(at(mortal.url, body_timeout=1)) as gateway:
        lines = "POST /orders HTTP/1.1\nIdempotency-Key: k\nContent-Length: 9"
        answer = await exchanged(gateway, lines, b"x")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"detail":"The body was not there within 1 seconds."' in answer
    assert mortal.received == []


async def test_bodies_are_kept_up_to_a_bound_of_all_together(mortal: Mortal) -> None:
    head = b"POST /orders HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: k\r\n"
    mortal.answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    async with served(at(mortal.url, max_body_bytes=1000)) as gateway:

        async def sent_again() -> bool:
            """Whether a write is, under which the service dies once."""
            mortal.received, mortal.last_words = [], [b""]
            answer = await gateway.post(PATH, content=b"y" * 1000, headers=KEY)
            assert (answer.status_code, len(mortal.received)) in {(200, 2), (502, 1)}
            return answer.status_code == 200

        assert await sent_again()
        held = [await connected(gateway) for _ in range(16)]
        for _, writer in held:
            writer.write(head + b"Content-Length: 1000\r\n\r\n" + b"x" * 999)
        async with asyncio.timeout(60):
            while await sent_again():
                pass  # until all have come
            for _, writer in held:
                writer.close()
                await writer.wait_closed()
            while not await sent_again():
                pass  # until they are known to be gone
