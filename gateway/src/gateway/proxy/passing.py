"""The way of one request to its service and back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from common.errors import Malformed, NotFound
from common.web.access import CLIENT_LEFT
from gateway.proxy.headers import to_client, to_service
from gateway.proxy.sender import Sender
from gateway.transport import EXACT_URL
from gateway.upstream import Upstream, Upstreams, bare_errors

# Segments that a server behind us might resolve, to another path than the one we looked at.
_DOTS = frozenset({".", ".."})


class Passing:
    """The endpoint of every path of one service, for every method.

    What fails before the answer begins is a problem; later, the connection is aborted. A client
    that is silent for `client_timeout` seconds is given up.
    """

    def __init__(self, service: str, client_timeout: float) -> None:
        self._service = service
        self._client_timeout = client_timeout

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
                await self._pass(upstream, _outgoing(request, upstream, sender), sender, send)
                group.cancel_scope.cancel()
        if not sender.answered:
            await Response(status_code=CLIENT_LEFT)(scope, receive, send)

    async def _pass(
        self, upstream: Upstream, outgoing: httpx.Request, sender: Sender, send: Send
    ) -> None:
        async with _answer(upstream, outgoing) as response:
            chunks = response.aiter_raw()
            with upstream.failures():
                if response.is_informational:
                    raise httpx.RemoteProtocolError("a protocol that nobody asked for")
                # a service that dies before the first byte is still a problem
                chunk = await anext(chunks, None)
            sender.answered = True
            start = {"type": "http.response.start", "status": response.status_code}
            headers = to_client(response.status_code, response.headers.raw, upstream.url)
            await send(start | {"headers": headers})
            while chunk is not None:
                # no limit is as generous to the service as a client that is slow needs it
                async with asyncio.timeout(self._client_timeout):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                with upstream.failures():
                    chunk = await anext(chunks, None)
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


@asynccontextmanager
async def _answer(upstream: Upstream, outgoing: httpx.Request) -> AsyncIterator[httpx.Response]:
    """The service's answer, which is given up if it is left before its end."""
    with upstream.failures():
        response = await upstream.passing.send(outgoing, stream=True)
    try:
        yield response
    finally:
        with anyio.CancelScope(shield=True):
            await response.aclose()
