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
    await stream({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send)
    assert closed.is_set()
