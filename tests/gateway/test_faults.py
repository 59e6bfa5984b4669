"""Services that fail: a problem before the first byte, an aborted connection after it."""

import asyncio
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from common.settings import Settings
from tests.gateway.fakes import (
    CUSTOMER,
    FAULTS,
    LINES,
    NAMES,
    Service,
    answer,
    garbage,
    hang,
    line,
    page,
    served,
    until,
)

pytestmark = pytest.mark.anyio
FORMATS = ["json", "csv", "excel"]
ALL, ONE = "/report/customer-orders?", "/report/customer-orders?customer_id=1"
ANN = answer({"id": 1, "name": "Ann"})
NAMED = answer({"rows": [[1, "Ann"]], "next": None})
SALES, CUSTOMERS = "sales-service", "customers-service"


def assert_problem(response: httpx.Response, status: int, service: str) -> None:
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["code"] == {502: "upstream_failed", 504: "upstream_timed_out"}[status]
    assert problem["service"] == service
    assert problem["detail"].startswith(f"{service} ")
    assert problem["instance"] == "/report/customer-orders"
    assert problem["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("url", "broken", "name", "format"),
    [
        (ALL, LINES, SALES, "json"),
        (ALL, LINES, SALES, "csv"),
        (ALL, LINES, SALES, "excel"),
        (ALL, NAMES, CUSTOMERS, "csv"),
        (ONE, LINES, SALES, "excel"),
        (ONE, CUSTOMER, CUSTOMERS, "json"),
    ],
)
async def test_a_service_that_fails_is_a_problem_that_names_it(
    service: Service,
    gateway: httpx.AsyncClient,
    url: str,
    broken: str,
    name: str,
    format: str,
    fault: str,
) -> None:
    service.answers = {LINES: [page(line())], NAMES: [NAMED], CUSTOMER: [ANN]}
    act, status = FAULTS[fault]
    service.answers[broken] = [act]
    began = time.monotonic()
    assert_problem(await gateway.get(f"{url}&format={format}"), status, name)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", [SALES, CUSTOMERS])
async def test_a_service_that_is_not_there_is_a_problem_that_names_it(
    service: Service, patient: Settings, format: str, name: str
) -> None:
    service.answers = {LINES: [page(line())], CUSTOMER: [ANN]}
    missing = {f"{name.removesuffix('-service')}_url": "http://127.0.0.1:1"}
    async with served(patient.model_copy(update=missing)) as gateway:
        response = await gateway.get(f"{ONE}&format={format}")
    assert_problem(response, 502, name)
    assert response.json()["detail"] == f"{name} cannot be reached."


async def test_the_status_of_a_failing_service_is_told(
    service: Service, gateway: httpx.AsyncClient
) -> None:
    service.answers = {LINES: [FAULTS["error 500"][0]], CUSTOMER: [ANN]}
    problem = (await gateway.get(ONE)).json()
    assert problem["upstream_status"] == 500
    assert problem["detail"] == "sales-service answered with status 500."


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("broken", "format"), [(LINES, "json"), (LINES, "csv"), (LINES, "excel"), (NAMES, "json")]
)
async def test_a_service_that_fails_later_never_leaves_a_plausible_short_report(
    service: Service, gateway: httpx.AsyncClient, broken: str, format: str, fault: str
) -> None:
    act, status = FAULTS[fault]
    service.answers = {
        LINES: [page(line(1), line(2, 2, 2), following="x"), page(line(2, 3, 3))],
        NAMES: [
            answer({"rows": [[1, "Ann"]], "next": 1}),
            answer({"rows": [[2, "Bob"]], "next": None}),
        ],
    }
    service.answers[broken][1:] = [act]
    if format == "excel":  # the whole workbook is there before the first byte is sent
        response = await gateway.get(f"{ALL}format={format}")
        assert_problem(response, status, SALES if broken == LINES else CUSTOMERS)
        return
    received = bytearray()
    async with gateway.stream("GET", f"{ALL}format={format}") as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await _read(response, received)
    assert b"Ann" in received
    assert not received.endswith(b"]")


def entries(folder: Path) -> int:
    return len(list(folder.iterdir()))


async def _read(response: httpx.Response, received: bytearray) -> None:
    async for chunk in response.aiter_bytes():
        received += chunk


@pytest.mark.parametrize("format", FORMATS)
async def test_a_client_that_leaves_before_the_first_byte_cancels_the_calls(
    service: Service,
    patient: Settings,
    format: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    service.answers = {
        LINES: [page(line(), following="x") if format == "excel" else hang, hang],
        NAMES: [NAMED],
    }
    async with served(patient) as gateway:
        call = asyncio.create_task(gateway.get(f"{ALL}format={format}"))
        await until(lambda: service.asked(LINES) == (2 if format == "excel" else 1))
        assert entries(tmp_path) == (1 if format == "excel" else 0)
        call.cancel()
        await until(lambda: service.connections == 0)
        await until(lambda: entries(tmp_path) == 0)


async def test_a_client_that_leaves_in_the_middle_ends_the_calls(
    service: Service, patient: Settings
) -> None:
    service.answers = {LINES: [page(line(), following="x"), hang], NAMES: [NAMED]}
    async with served(patient) as gateway:
        async with gateway.stream("GET", ALL) as response:
            await anext(response.aiter_bytes())
        await until(lambda: service.asked(LINES) == 2 and service.connections == 1)


async def test_a_thousand_faults_leak_no_connection(service: Service, patient: Settings) -> None:
    service.answers = {LINES: [garbage], CUSTOMER: [ANN]}
    limit = asyncio.Semaphore(50)
    async with served(patient) as gateway:

        async def ask() -> int:
            async with limit:
                return (await gateway.get(ONE)).status_code

        began = time.monotonic()
        assert set(await asyncio.gather(*(ask() for _ in range(1000)))) == {502}
        assert time.monotonic() - began < 60
        # those to the customers wait in the pool, and no other is left
        assert service.connections <= 100
        service.answers[LINES] = [page(line())]
        assert (await gateway.get(ONE)).status_code == 200


async def test_hanging_calls_do_not_use_up_the_pool(service: Service, impatient: Settings) -> None:
    service.answers = {LINES: [hang], CUSTOMER: [ANN]}
    async with served(impatient) as gateway:
        answers = await asyncio.gather(*(gateway.get(ONE) for _ in range(150)))
        assert {response.status_code for response in answers} == {504}
        service.answers[LINES] = [page(line())]
        assert (await gateway.get(ONE)).status_code == 200
