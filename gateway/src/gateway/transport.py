"""httpx over aiohttp, as a gateway needs it: nothing added, nothing normalised, no write twice."""

from collections.abc import AsyncIterator

import aiohttp
import httpx
from aiohttp import ClientRequest, ClientResponse, ClientSession
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream, map_aiohttp_exceptions
from yarl import URL

# The extension of a request that holds its URL byte for byte. Both httpx and yarl would decode,
# encode and normalise what stands in it.
EXACT_URL = "exact_url"
# uvicorn hangs up after five idle seconds. Whoever lets go before never writes into that.
IDLE_SECONDS = 4
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_UNINVITED = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Transport(AiohttpTransport):
    """A pool of connections, `per_service` at most to each of the services."""

    def __init__(self, per_service: int) -> None:
        super().__init__(trust_env=False)
        self._per_service = per_service

    def get_client(self) -> ClientSession:
        """The session of aiohttp, which is made at the first request."""
        return ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, limit_per_host=self._per_service, keepalive_timeout=IDLE_SECONDS
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_UNINVITED,
            middlewares=(_never_twice,),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; its URL may stand in the extension."""
        url = request.extensions.get(EXACT_URL)
        if url is None:
            return await super().handle_async_request(request)
        if not isinstance(self.client, ClientSession):
            self.client = self.get_client()
        with map_aiohttp_exceptions():
            response = await self.client.request(
                request.method,
                URL(url, encoded=True),
                headers=_headers(request),
                data=_body(request),
                allow_redirects=False,
                auto_decompress=False,
                timeout=_timeout(request),
            )
        return httpx.Response(
            response.status, headers=response.raw_headers, stream=_Body(response), request=request
        )


class _Body(AiohttpResponseStream):
    CHUNK_SIZE = 2**17  # what aiohttp reads ahead; smaller pieces cost more than they save


async def _never_twice(
    request: ClientRequest, handler: aiohttp.ClientHandlerType
) -> ClientResponse:
    """Let aiohttp send once more, on another connection, what only reads.

    Where the pooled connection had died, it would repeat PUT and DELETE, too: the service may
    have done the first, and its answer to the second would be another.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as died:
        if request.method in _SAFE:
            raise
        # the parent of both, which aiohttp does not take for a reason to try again
        raise aiohttp.ClientConnectionError("the connection died") from died


def _headers(request: httpx.Request) -> list[tuple[str, str]]:
    # aiohttp sets the transfer-encoding that httpx sets, too
    return [
        (name.decode(), value.decode())
        for name, value in request.headers.raw
        if name.lower() != b"transfer-encoding"
    ]


def _body(request: httpx.Request) -> AsyncIterator[bytes] | None:
    if not isinstance(request.stream, httpx.ByteStream) and isinstance(
        request.stream, httpx.AsyncByteStream
    ):
        return aiter(request.stream)
    return None


def _timeout(request: httpx.Request) -> aiohttp.ClientTimeout:
    limits = request.extensions["timeout"]
    return aiohttp.ClientTimeout(
        connect=limits["pool"], sock_connect=limits["connect"], sock_read=limits["read"]
    )
