"""Services by hand, which fail in every way, and a gateway in front of them."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import uvicorn

from common.settings import Settings
from gateway.main import create_app

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
LINES, NAMES, CUSTOMER = "/report/order-lines", "/report/customer-names", "/customers/1"
NORMAL = 200


class Broken(Exception):
    """Raised by an answer: the service closes the connection now."""


def answer(
    body: Any, status: int = NORMAL, kind: str = "application/json", **headers: str
) -> Answer:
    """A sound answer with this JSON or these bytes."""
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    told = {"content-type": kind, "content-length": str(len(content)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} Whatever\r\n{lines}\r\n".encode() + content)

    return write


def page(*rows: list[Any], following: str | None = None, as_of: int = 9) -> Answer:
    """A batch of order lines."""
    return answer({"as_of": as_of, "currency": "GBP", "rows": rows, "next": following})


def line(customer: int | None = 1, order: int = 1, line_id: int = 1) -> list[Any]:
    """An order line as sales-service tells it."""
    moment = "2010-12-01T08:26:00Z"
    return [customer, order, moment, "placed", 24990, line_id, 7, "Lamp", 1, 24990, 24990]


async def hang(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    """Never silent for long, and never done."""
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x-header: slow\r\n" * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def cut(writer: asyncio.StreamWriter) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n"
    writer.write(head + b'{"rows": [[1, ')
    raise Broken


async def stall(writer: asyncio.StreamWriter) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n"
    writer.write(head + b'{"rows": [[1, ')
    await writer.drain()
    await asyncio.sleep(60)


async def garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    raise Broken


async def vanish(writer: asyncio.StreamWriter) -> None:
    raise Broken


FAULTS: dict[str, tuple[Answer, int]] = {
    "hanging": (hang, 504),
    "slow headers": (drip, 504),
    "stalled body": (stall, 504),
    "cut body": (cut, 502),
    "garbage": (garbage, 502),
    "closed without an answer": (vanish, 502),
    "error 500": (answer({"status": 500}, 500, "application/problem+json"), 502),
    "error 503": (answer(b"Bad luck", 503, "text/plain"), 502),
    "refusal that is no problem": (answer(b"Invalid host header", 400, "text/plain"), 502),
    "refusal that is no JSON": (answer(b"<", 422, "application/problem+json"), 502),
    "no JSON": (answer(b"<html>hello</html>", NORMAL, "text/html"), 502),
    "other JSON": (answer({"rows": [[1, "two", 3]], "next": None}), 502),
    "redirect": (answer(b"", 307, location="http://127.0.0.1:1/"), 502),
}


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until the condition holds; fail when it does not."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 # what is waited for sets no event
            await asyncio.sleep(0.005)


class Service:
    """A service by hand. `answers` maps a path to its answers in turn; the last one stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.heads: list[str] = []
        self.connections = 0
        self.opened = 0
        self.url = ""

    def asked(self, path: str) -> int:
        return sum(head.split(" ")[1].startswith(path) for head in self.heads)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.opened += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.heads.append(head)
                answers = self.answers[head.split(" ")[1].split("?")[0]]
                await self._answered(reader, writer, answers)
        except (Broken, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.connections -= 1
            writer.close()

    async def _answered(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: list[Answer]
    ) -> None:
        """Answer, unless the gateway hangs up before."""
        told = asyncio.ensure_future((answers.pop(0) if len(answers) > 1 else answers[0])(writer))
        left = asyncio.ensure_future(reader.read(1))
        try:
            await asyncio.wait({told, left}, return_when=asyncio.FIRST_COMPLETED)
            if not told.done():
                raise Broken
            await told
        finally:
            for task in (told, left):
                task.cancel()
            await asyncio.gather(told, left, return_exceptions=True)


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway on a real port."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        config = uvicorn.Config(create_app(settings), log_config=None, lifespan="on")
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        task = asyncio.create_task(server.serve(sockets=[bound]))
        await until(lambda: server.started)
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, timeout=90, trust_env=False) as client:
            yield client
        server.should_exit = True
        await task
