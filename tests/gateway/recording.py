"""A service by hand that keeps each request, byte for byte, and a client that sends such bytes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok"
PATIENCE = 60


@dataclass
class Received:
    """A request as it came."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes
    chunked: bool

    def all(self, name: str) -> list[str]:
        return [value for known, value in self.headers if known == name]


@dataclass
class Recorder:
    """Keeps every request and gives every one the same answer."""

    answer: bytes = OK
    received: list[Received] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await request_from(reader)
                self.received.append(request)
                head, _, body = self.answer.partition(b"\r\n\r\n")
                writer.write(head + b"\r\n\r\n")
                writer.write(b"" if request.line.startswith("HEAD ") else body)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def request_from(reader: asyncio.StreamReader) -> Received:
    """The next request of a connection, whole."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rest = head.rstrip().split("\r\n")
    headers = [(name.lower(), value) for name, value in (each.split(": ", 1) for each in rest)]
    chunked = ("transfer-encoding", "chunked") in headers
    length = next((int(value) for name, value in headers if name == "content-length"), 0)
    body = await _chunks(reader) if chunked else await reader.readexactly(length)
    return Received(line, headers, body, chunked)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return body


@asynccontextmanager
async def listening(serve: object, port: int = 0) -> AsyncIterator[str]:
    """The address where each connection is handed to `serve`."""
    server = await asyncio.start_server(serve, "127.0.0.1", port)  # type: ignore[arg-type]
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def connected(
    gateway: httpx.AsyncClient | str,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A bare connection to the gateway."""
    url = httpx.URL(gateway) if isinstance(gateway, str) else gateway.base_url
    return await asyncio.open_connection(url.host, url.port)


async def exchanged(gateway: httpx.AsyncClient, sent: str, body: bytes = b"") -> bytes:
    """What comes back for these lines, which get a Host if they have none."""
    reader, writer = await connected(gateway)
    lines = sent.strip().split("\n")
    host = [] if any(line.lower().startswith("host:") for line in lines) else ["Host: localhost"]
    head = "\r\n".join([*lines, *host, "Connection: close", "", ""])
    writer.write(head.encode("latin-1") + body)
    async with asyncio.timeout(PATIENCE):
        answer = await reader.read()
    writer.close()
    return answer
