"""The way of one request to its service and back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import anyio
import httpx
from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from common.errors import Malformed, NotFound
from common.settings import Settings
from common.web.access import CLIENT_LEFT
from gateway.proxy.headers import to_client, to_service
from gateway.proxy.repeating import Shelf, attempts, may_be_repeated
from gateway.proxy.sender import Sender
from gateway.transport import EXACT_URL
from gateway.upstream import Upstream, Upstreams, bare_errors

# Segments that a server behind us might resolve, to another path than the one we looked at.
_DOTS = frozenset({".", ".."})

_log = logging.getLogger("daybook")


@dataclass(frozen=True)
class Answer:
    """A service's answer that has begun: its head, and of its body the first chunk, if any."""

    response: httpx.Response
    chunks: AsyncIterator[bytes]
    first: bytes | None


class Passing:
    """The endpoint of every path of one service, for every method.

    What fails before the answer begins is a problem; later, the connection is aborted. A client
    that is silent for `client_timeout` seconds is given up. A write that may be repeated is kept
    for that if it has `max_body_bytes` at the most and the shelf has room; `repeated` is told
    each time.
    """

    def __init__(
        self, service: str, settings: Settings, shelf: Shelf, repeated: Callable[[], None]
    ) -> None:
        self._service = service
        self._client_timeout = settings.client_timeout
        self._most_kept, self._kept_within = settings.max_body_bytes, settings.body_timeout
        self._shelf = shelf
        self._repeated = repeated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        request = Request(scope, receive, send)
        if not _DOTS.isdisjoint(scope["path"].split("/")):
            raise NotFound("There is no such path.")
        upstreams: Upstreams = request.state.upstreams
        upstream = upstreams.on_behalf_of(request)[self._service]
        patience = {"patience": self._client_timeout, "service_patience": upstream.patience}
        sender = Sender(request, upstream.name, **patience)
        with bare_errors():
            async with anyio.create_task_group() as group:
                group.start_soon(sender.listen, group.cancel_scope)
                await self._pass(upstream, request, sender, send)
                group.cancel_scope.cancel()
        if not sender.answered:
            await Response(status_code=CLIENT_LEFT)(scope, receive, send)

    async def _pass(self, upstream: Upstream, request: Request, sender: Sender, send: Send) -> None:
        wanted = sender.size(self._most_kept) if may_be_repeated(request) else None
        with self._shelf.room(wanted) as there_is_room:
            # a service that dies before the first byte is still a problem
            with upstream.failures():
                answer = await self._answer(upstream, request, sender, keep=there_is_room)
            try:
                sender.answered = True
                await self._send(upstream, answer, send)
            finally:
                await _give_up(answer.response)

    async def _answer(
        self, upstream: Upstream, request: Request, sender: Sender, *, keep: bool
    ) -> Answer:
        """The answer to the request, which is sent once more if its body could be kept."""
        repeatable = keep and await sender.keep(self._most_kept, self._kept_within)
        # the limits of the client are of silence only: a service that drips for ever ends here
        async with asyncio.timeout(upstream.patience) as sender.limit:
            if not repeatable:
                return await _begin(upstream, _outgoing(request, upstream, sender))
            async for attempt in attempts(upstream.patience):
                with attempt:
                    if attempt.num > 1:
                        _log.warning("%s died; %s is sent again", upstream.name, request.method)
                        self._repeated()
                    return await _begin(upstream, _outgoing(request, upstream, sender))
        raise AssertionError  # the last attempt returns or raises

    async def _send(self, upstream: Upstream, answer: Answer, send: Send) -> None:
        status, chunk = answer.response.status_code, answer.first
        headers = to_client(status, answer.response.headers.raw, upstream.url)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        while chunk is not None:
            # no limit is as generous to the service as a client that is slow needs it
            async with asyncio.timeout(self._client_timeout):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            with upstream.failures():
                chunk = await anext(answer.chunks, None)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def _outgoing(request: Request, upstream: Upstream, sender: Sender) -> httpx.Request:
    """The request as the service gets it: the same target, byte for byte."""
    query = request.scope["query_string"]
    path = request.scope["raw_path"].decode()
    url = f"{upstream.url}{path}?{query.decode()}" if query else f"{upstream.url}{path}"
    try:
        return httpx.Request(
            request.method,
            url,
            headers=to_service(request),
            content=sender.body() if sender.has_body else None,
            extensions={EXACT_URL: url, "timeout": upstream.passing.timeout.as_dict()},
        )
    except httpx.InvalidURL as wrong:
        raise Malformed("The URL is not sound.") from wrong


async def _begin(upstream: Upstream, outgoing: httpx.Request) -> Answer:
    """The service's answer, once its first byte is there."""
    response = await upstream.passing.send(outgoing, stream=True)
    try:
        if response.is_informational:
            raise httpx.RemoteProtocolError("a protocol that nobody asked for")
        chunks = response.aiter_raw()
        return Answer(response, chunks, await anext(chunks, None))
    except BaseException:
        await _give_up(response)
        raise


async def _give_up(response: httpx.Response) -> None:
    """Give up what has not come yet, so that its connection is closed, or used again."""
    with anyio.CancelScope(shield=True):
        await response.aclose()
