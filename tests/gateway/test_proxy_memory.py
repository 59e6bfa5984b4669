"""Whatever its size, what is passed through is in memory for a moment only."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.gateway.fakes import answer, until
from tests.gateway.processes import gateway_process
from tests.gateway.recording import listening

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells of Linux's memory"),
]
SIZE = 200_000_000
MEBIBYTE = 2**20
ALLOWED = 40 * MEBIBYTE
PIECE = b"x" * 100_000


class Warehouse:
    """A service that gives and takes 200 MB; it begins to do so when it is let."""

    def __init__(self) -> None:
        self.taken = 0
        self.open = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith((b"GET /healthz", b"GET /products/short")):
            await answer({})(writer)
        elif head.startswith(b"GET"):
            writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {SIZE}\r\n\r\n".encode())
            for _ in range(SIZE // len(PIECE)):
                writer.write(PIECE)
                await writer.drain()
        else:
            await self.open.wait()
            while self.taken < SIZE:
                self.taken += len(await reader.read(MEBIBYTE))
            await answer({"taken": self.taken})(writer)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def in_front_of(url: str) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """A client of a gateway in a process of its own, and the number of the process."""
    urls = {f"{name}_url": url for name in ("products", "sales", "customers")}
    async with (
        gateway_process(**urls, upstream_timeout="90") as (base, process),
        httpx.AsyncClient(base_url=base, timeout=120, trust_env=False) as client,
    ):
        # both pools make their session and all is imported that is at first use
        assert (await client.get("/readyz")).status_code == 200
        assert (await client.get("/products/short")).status_code == 200
        yield client, process


def peak(process: int) -> int:
    """The most memory that the process had since the last `forget`, in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def forget(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5")


async def test_a_download_of_200_mb(anyio_backend: str) -> None:
    async with listening(Warehouse().serve) as url, in_front_of(url) as (client, process):
        forget(process)
        before = peak(process)
        size = 0
        async with client.stream("GET", "/products") as response:
            await asyncio.sleep(1)  # a client that takes its time: nothing may pile up meanwhile
            async for chunk in response.aiter_raw():
                size += len(chunk)
        assert size == SIZE
        assert peak(process) - before < ALLOWED


async def test_an_upload_of_200_mb(anyio_backend: str) -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(SIZE // len(PIECE)):
            yield PIECE
            sent += len(PIECE)

    warehouse = Warehouse()
    async with listening(warehouse.serve) as url, in_front_of(url) as (client, process):
        forget(process)
        before = peak(process)
        length = {"content-length": str(SIZE)}
        call = asyncio.create_task(client.put("/products/1", content=body(), headers=length))
        await until(lambda: sent > len(PIECE))
        await settled(lambda: sent)
        assert sent < ALLOWED  # the service takes nothing, so the client is held up
        warehouse.open.set()
        response = await call
        assert (response.status_code, response.json()) == (200, {"taken": SIZE})
        assert peak(process) - before < ALLOWED


async def settled(value: Callable[[], int]) -> None:
    """Wait until the value has stood still for a second."""
    last = None
    while last != value():
        last = value()
        await asyncio.sleep(1)
