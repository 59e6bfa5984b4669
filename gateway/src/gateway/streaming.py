"""Answers that are sent while they are made, and clients that leave before the end.

A stream starts when its first chunk is there, so that a service that is down is a problem;
when a later chunk fails, the error goes on to the server, which aborts the connection.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import anyio
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from common.web.access import CLIENT_LEFT
from gateway.upstream import bare_errors

Chunks: TypeAlias = AsyncGenerator[bytes, None]


class Stream(StreamingResponse):
    """A stream that closes what makes its chunks, however it ends.

    Starlette leaves that to the garbage collector when the client goes while a chunk is
    being sent, and temp files and calls in flight live for as long.
    """

    def __init__(
        self, first: bytes, chunks: Chunks, *, headers: dict[str, str], media_type: str
    ) -> None:
        super().__init__(_joined(first, chunks), headers=headers, media_type=media_type)
        self._chunks = chunks

    @classmethod
    async def start(cls, chunks: Chunks, *, headers: dict[str, str], media_type: str) -> "Stream":
        """The stream of the chunks, once the first of them is there."""
        first = await anext(chunks)
        return cls(first, chunks, headers=headers, media_type=media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. For HEAD, what comes after the first chunk is not made."""
        if scope["method"] == "HEAD":
            self.body_iterator = _nothing()
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._chunks.aclose()


async def unless_gone(request: Request, work: Callable[[], Awaitable[Response]]) -> Response:
    """What `work` answers; if the client leaves before, the work is cancelled."""
    left = False

    async def watch(scope: anyio.CancelScope) -> None:
        nonlocal left
        while (await request.receive())["type"] != "http.disconnect":
            pass
        left = True
        scope.cancel()

    answer = Response(status_code=CLIENT_LEFT)
    try:
        with bare_errors():
            async with anyio.create_task_group() as group:
                group.start_soon(watch, group.cancel_scope)
                answer = await work()
                group.cancel_scope.cancel()
    except Exception:
        if not left:  # else it is the echo of the cancellation in a thread
            raise
    return answer


async def _nothing() -> AsyncIterator[bytes]:
    yield b""


async def _joined(first: bytes, chunks: Chunks) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield chunk
