"""What it costs to pass a request through the gateway, in CPU, in time and in memory.

python benchmarks/proxying.py [ROUNDS]
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import httpx2

from common.db.session import connect
from common.db.shop import found
from common.db.upgrade import upgrade
from common.settings import Settings

REQUESTS = 400
SIZE = 200_000_000
PIECE = b"x" * 100_000
PORTS = {"products": 18000, "gateway": 18050, "warehouse": 18001}
WARM_UP = 100


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int, line: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split(f"{line}:")[1].split()[0]) / 1024


def serving(app: str, port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "uvicorn", "--factory", app, "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "--no-access-log"], env=environment
    )
    while True:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == httpx2.codes.OK:
                return process
        except httpx2.TransportError:
            time.sleep(0.1)


def asked(client: httpx2.Client, url: str, processes: list[int]) -> tuple[float, float]:
    """CPU of the servers and time, in milliseconds a request."""
    spent, began = sum(map(cpu_seconds, processes)), time.perf_counter()
    for _ in range(REQUESTS):
        assert client.get(url).status_code == httpx2.codes.OK
    seconds = time.perf_counter() - began
    return 1000 * (sum(map(cpu_seconds, processes)) - spent) / REQUESTS, 1000 * seconds / REQUESTS


def compare(gateway: int, products: int, rounds: int) -> None:
    direct, passed = (
        f"http://127.0.0.1:{PORTS[name]}/products" for name in ("products", "gateway")
    )
    with httpx2.Client() as client:
        for _ in range(WARM_UP):
            client.get(direct)
            client.get(passed)
        both = [
            (asked(client, direct, [products]), asked(client, passed, [products, gateway]))
            for _ in range(rounds)
        ]
    for what, index in (("CPU", 0), ("time", 1)):
        one = median(first[index] for first, _ in both)
        two = median(second[index] for _, second in both)
        print(
            f"{what:<4} of a GET: direct {one:.2f} ms, passed {two:.2f} ms, ratio {two / one:.2f}"
        )


async def warehouse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Gives 200 MB to who gets, and takes them from who puts."""
    head = await reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"GET"):
        writer.write(f"HTTP/1.1 200 OK\r\ncontent-length: {SIZE}\r\n\r\n".encode())
        for _ in range(SIZE // len(PIECE)):
            writer.write(PIECE)
            await writer.drain()
    else:
        taken = 0
        while taken < SIZE:
            taken += len(await reader.read(2**20))
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
    await writer.drain()
    writer.close()


async def body() -> AsyncIterator[bytes]:
    for _ in range(SIZE // len(PIECE)):
        yield PIECE


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


async def pass_through(gateway: int) -> None:
    server = await asyncio.start_server(warehouse, "127.0.0.1", PORTS["warehouse"])
    url = f"http://127.0.0.1:{PORTS['gateway']}/sales"
    async with server, httpx2.AsyncClient(timeout=300) as client:
        for name in ("download", "upload"):
            forget_peak(gateway)
            before, began = resident_mib(gateway, "VmRSS"), time.perf_counter()
            spent = cpu_seconds(gateway)
            if name == "download":
                async with client.stream("GET", url) as response:
                    async for _ in response.aiter_raw():
                        pass
            else:
                await client.put(url, content=body(), headers={"content-length": str(SIZE)})
            grown = resident_mib(gateway, "VmHWM") - before
            seconds = time.perf_counter() - began
            print(
                f"{name} of 200 MB: {grown:.1f} MiB more at its peak, {seconds:.1f} s,"
                f" CPU {cpu_seconds(gateway) - spent:.1f} s"
            )


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(folder=Path(folder))
        database = connect(settings)
        upgrade(database)
        with database.transaction() as session:
            found(session, settings)
        database.dispose()
        urls = {
            f"DAYBOOK_{name.upper()}_URL": f"http://127.0.0.1:{PORTS[port]}"
            for name, port in (("products", "products"), ("sales", "warehouse"))
        }
        environment = {**os.environ, **urls, "DAYBOOK_FOLDER": folder}
        products = serving("products_service.main:create_app", PORTS["products"], environment)
        gateway = serving("gateway.main:create_app", PORTS["gateway"], environment)
        try:
            base = f"http://127.0.0.1:{PORTS['gateway']}"
            category = {"name": "toys"}
            number = httpx2.post(f"{base}/categories", json=category).json()["id"]
            for count in range(10):
                record = {"sku": f"S-{count}", "name": "Top", "price_cents": 500}
                httpx2.post(f"{base}/products", json=record | {"category_id": number})
            compare(gateway.pid, products.pid, rounds)
            asyncio.run(pass_through(gateway.pid))
        finally:
            for process in (gateway, products):
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
