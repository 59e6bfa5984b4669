"""A thousand faults of every kind leave nothing behind in the process of the gateway."""

import asyncio
import csv
import io
import itertools
import time
from collections import Counter
from pathlib import Path

import httpx
import openpyxl
import orjson
import pytest

from tests.gateway.fakes import FAULTS, LINES, NAMES, Answer, Service, line, page, until
from tests.gateway.processes import gateway_process
from tests.gateway.test_faults import NAMED

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts as Linux tells"),
]
MANY, AT_ONCE = 1000, 100
REPORT = "/report/customer-orders?format="
KEY = {"Idempotency-Key": "k"}
# sales-service is at fault, products-service refuses the connection
CALLS = [
    *(("GET", f"{REPORT}{kind}", {}) for kind in ("json", "csv", "ndjson", "excel")),
    *(("GET", "/orders", {}), ("POST", "/orders", {}), ("POST", "/orders", KEY)),
    *(("GET", "/products", {}), ("DELETE", "/products/1", {}), ("PUT", "/products/1", KEY)),
]


def descriptors(process: int) -> int:
    return len(list(Path(f"/proc/{process}/fd").iterdir()))


def in_turn(*answers: Answer) -> Answer:
    """Another of the answers each time."""
    turns = itertools.cycle(answers)

    async def act(writer: asyncio.StreamWriter) -> None:
        await next(turns)(writer)

    return act


async def outcome(client: httpx.AsyncClient, method: str, path: str, **headers: str) -> str:
    """How a call ended: its status, or that its answer was cut off."""
    try:
        response = await client.request(method, path, headers=headers)
    except httpx.RemoteProtocolError:
        return "cut off"
    if response.status_code == httpx.codes.OK:
        assert_whole(response)
    elif path.startswith("/report") or "upstream" in response.text:
        assert response.json()["code"] in {"upstream_failed", "upstream_timed_out"}
        assert response.json()["status"] == response.status_code
    return str(response.status_code)


def assert_whole(response: httpx.Response) -> None:
    """Of a report nothing is missing: all of each batch, and the last one last."""
    if response.url.path.startswith("/report"):
        customers = customers_of(response)
        assert customers == [2, 3] * (len(customers) // 2) + [1]


def customers_of(response: httpx.Response) -> list[int]:
    """The customer of each row of a report."""
    match response.headers["content-type"].split(";")[0].rpartition("/")[2]:
        case "json":
            return [row["customer_id"] for row in response.json()]
        case "csv":
            rows = csv.DictReader(io.StringIO(response.text))
            return [int(row["customer_id"]) for row in rows]
        case "x-ndjson":
            *lines, trailer = map(orjson.loads, response.content.splitlines())
            assert trailer["rows"] == len(lines)
            return [row["customer_id"] for row in lines]
    (sheet, _about) = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


async def rounds(url: str, count: int) -> Counter[str]:
    """So many calls, some at once, by how they ended."""
    limit = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=120, trust_env=False) as client:

        async def ask(method: str, path: str, headers: dict[str, str]) -> str:
            async with limit:
                return await outcome(client, method, path, **headers)

        calls = itertools.islice(itertools.cycle(CALLS), count)
        return Counter(await asyncio.gather(*(ask(*call) for call in calls)))


async def test_a_thousand_mixed_faults_leak_nothing(service: Service) -> None:
    faults = [act for act, _status in FAULTS.values()]
    sound = page(line())
    # each call meets another fault, some in the middle of a report, and some meet none
    batches = in_turn(*faults, page(line(2), line(3), following="x"), sound)
    service.answers = {LINES: [batches], NAMES: [NAMED], "/orders": [in_turn(*faults)]}
    settings = {"sales_url": service.url, "customers_url": service.url, "upstream_timeout": "2"}
    async with gateway_process(**settings, products_url="http://127.0.0.1:1") as (url, process):
        await rounds(url, len(CALLS))
        await until(lambda: service.connections == 0, 60)
        before = descriptors(process)
        began = time.monotonic()
        ended = await rounds(url, MANY)
        assert time.monotonic() - began < 120
        assert min(ended["502"], ended["504"], ended["cut off"]) > MANY / 50
        assert ended["502"] + ended["504"] + ended["cut off"] > MANY / 2
        await until(lambda: service.connections == 0, 60)
        await until(lambda: descriptors(process) <= before, 60)
        service.answers[LINES] = [sound]
        assert set(await rounds(url, 4)) == {"200"}
