"""The client of a request that is passed through: what it sends, and whether it is still there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import anyio
from fastapi import Request
from starlette.types import Message

from common.errors import Malformed, Problem, RequestTimedOut, UpstreamTimedOut

Done = TypeVar("Done")


class Sender:
    """Takes in one piece of the body at a time: the client waits until the service took it.

    Before the answer has begun, neither may be silent for long: the client for `patience`
    seconds, the service for `service_patience`. Afterwards the service may well be answering
    without ever taking the rest.
    """

    def __init__(
        self, request: Request, service: str, *, patience: float, service_patience: float
    ) -> None:
        self._receive = request.receive
        self._service = service
        self._patience, self._service_patience = patience, service_patience
        self._pieces: asyncio.Queue[bytes | None] = asyncio.Queue()
        given = request.headers
        self.has_body = "transfer-encoding" in given or given.get("content-length", "0") != "0"
        told = given.get("content-length") if "transfer-encoding" not in given else None
        self._missing = None if told is None else int(told)
        self._told = self._missing or 0
        self._kept = b""
        self._whole = not self.has_body
        self.left = False
        self.answered = False
        # how long the answer may take to begin: while pieces are taken, that long from each
        self.limit: asyncio.Timeout | None = None

    def size(self, most: int) -> int:
        """How many bytes `keep` takes in at the most."""
        told = self._told if self._missing is not None else most
        return min(told, most) if self.has_body else 0

    async def keep(self, most: int, seconds: float) -> bool:
        """Take the body in, so that it can be sent again; whether it is whole with `most` bytes.

        A larger one can be sent once, as if nobody had asked. Raises RequestTimedOut for one that
        is not whole within so many seconds.
        """
        kept = bytearray()
        try:
            async with asyncio.timeout(seconds):
                while not self._whole and max(self._told, len(kept)) <= most:
                    piece = await self._pieces.get()
                    self._pieces.task_done()
                    kept += piece or b""
                    self._whole = piece is None
        except TimeoutError:
            raise RequestTimedOut(f"The body was not there within {seconds:g} seconds.") from None
        self._kept = bytes(kept)
        return self._whole

    async def body(self) -> AsyncIterator[bytes]:
        """The body, piece by piece; what was kept is one."""
        if self._kept:
            yield self._kept
        while not self._whole and (piece := await self._pieces.get()) is not None:
            yield piece
            # whoever asks for more has written this one
            self._pieces.task_done()
            self._prolong()

    def _prolong(self) -> None:
        if not (self.answered or self.limit is None or self.limit.expired()):
            seconds = self._service_patience
            self.limit.reschedule(asyncio.get_running_loop().time() + seconds)

    async def listen(self, scope: anyio.CancelScope) -> None:
        """Take in the body, then wait; cancels the scope when the client leaves.

        Raises RequestTimedOut or UpstreamTimedOut when one of the two falls silent, and Malformed
        when the body ends before it should.
        """
        more = self.has_body
        while not self.left:
            message = await self._received(self._patience if more else None)
            self.left = message["type"] == "http.disconnect"
            if more and not self.left:
                await self._hand_on(message.get("body", b""))
                more = message.get("more_body", False)
                if not more:
                    self._end()
        scope.cancel()

    async def _received(self, seconds: float | None) -> Message:
        silent = RequestTimedOut("The rest of the request did not arrive in time.")
        return await self._within(seconds, self._receive, silent)

    def _end(self) -> None:
        if self._missing:  # the service would take the next request for the rest of this one
            raise Malformed("The body is shorter than Content-Length says.")
        self._pieces.put_nowait(None)

    async def _hand_on(self, piece: bytes) -> None:
        if self._missing is not None:
            self._missing -= len(piece)
        self._pieces.put_nowait(piece)
        detail = f"{self._service} did not take the request in time."
        silent = UpstreamTimedOut(detail, service=self._service)
        await self._within(self._service_patience, self._pieces.join, silent)

    async def _within(
        self, seconds: float | None, wait: Callable[[], Awaitable[Done]], silent: Problem
    ) -> Done:
        while True:
            try:
                async with asyncio.timeout(None if self.answered else seconds):
                    return await wait()
            except TimeoutError:
                if not self.answered:
                    raise silent from None
