"""A stream that nobody reads to its end."""

import asyncio
from typing import Any

import pytest

from gateway.streaming import Chunks, Stream

pytestmark = pytest.mark.anyio


async def test_a_stream_that_is_left_while_it_is_sent_closes_its_chunks() -> None:
    closed, sending = asyncio.Event(), asyncio.Event()

    async def make() -> Chunks:
        try:
            yield b"one"
            yield b"two"
        finally:
            closed.set()

    async def receive() -> dict[str, Any]:
        await sending.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sending.set()
            await asyncio.sleep(60)  # the client does not read

    chunks = make()  # held here, so that no garbage collector closes it
    stream = await Stream.start(chunks, headers={}, media_type="text/plain")
    await stream({"type": "http", "method": "GET", "asgi": {"spec_version": "2.3"}}, receive, send)
    assert closed.is_set()


async def test_for_head_nothing_is_made_after_the_first_chunk() -> None:
    made: list[int] = []
    sent: list[Any] = []

    async def make() -> Chunks:
        for number in range(3):
            made.append(number)
            yield b"piece"

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    stream = await Stream.start(make(), headers={"X-As-Of": "7"}, media_type="text/plain")
    await stream({"type": "http", "method": "HEAD", "asgi": {}}, receive, send)
    assert made == [0]
    assert b"".join(message.get("body", b"") for message in sent) == b""
    assert (b"x-as-of", b"7") in sent[0]["headers"]
