"""The report as ndjson: lines, and a trailer that only the whole of them has."""

import hashlib
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import anyio
import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.money import decimals
from daybook.commands.report_trailer import Lines, TrailerWrong
from gateway.customer_orders.formats.as_ndjson import write_ndjson
from gateway.customer_orders.report import COLUMNS, Batches, Report, Row
from tests.gateway.fakes import LINES, NAMES, Service, answer, line, page
from tests.gateway.reports import report, row, written

pytestmark = pytest.mark.anyio
URL = "/report/customer-orders?format=ndjson"
NAMED = answer({"rows": [[1, "Ann"]], "next": None})


def verified(told: bytes, currency: str = "GBP") -> list[dict[str, Any]]:
    """The rows of a report, by what docs/api.md says of it; AssertionError if it is not whole."""
    assert told.endswith(b"\n")
    *lines, last, after = told.split(b"\n")
    assert after == b""
    trailer = orjson.loads(last)
    assert list(trailer) == ["rows", "total_cents", "sha256"]
    rows = [orjson.loads(each) for each in lines]
    assert trailer["rows"] == len(rows)
    assert trailer["sha256"] == hashlib.sha256(told[: -len(last) - 1]).hexdigest()
    total = sum((Decimal(str(each["line_total"])) for each in rows), Decimal())
    assert trailer["total_cents"] == total.scaleb(decimals(currency))
    return rows


def is_whole(told: bytes, *sizes: int) -> bool:
    """Whether the command takes the report, which comes in chunks of these sizes and the rest."""
    lines, start = Lines(), 0
    for size in (*sizes, len(told)):
        lines.feed(told[start : start + size])
        start += size
    try:
        lines.verify()
    except TrailerWrong:
        return False
    return True


async def test_an_empty_report_is_the_trailer_alone() -> None:
    told = b'{"rows":0,"total_cents":0,"sha256":"' + hashlib.sha256().hexdigest().encode() + b'"}\n'
    assert await written(write_ndjson(report())) == told
    assert await written(write_ndjson(report([], []))) == told
    assert verified(told) == []


async def test_one_row_is_a_line() -> None:
    told = await written(write_ndjson(report([row()])))
    assert told.startswith(
        b'{"customer_id":1,"customer_name":"Ann","order_id":3,'
        b'"order_date":"2010-12-01T08:26:00Z","order_status":"placed","order_total":249.90,'
        b'"order_line_id":1,"product_id":7,"product_name":"Lamp","quantity":1,'
        b'"unit_price":0.05,"line_total":-0.05,"currency":"GBP"}\n'
        b'{"rows":1,"total_cents":-5,"sha256":"'
    )
    assert [list(each) for each in verified(told)] == [list(COLUMNS)]


async def test_a_chunk_is_sent_for_each_batch_before_the_next_is_asked_for() -> None:
    asked: list[int] = []

    async def give() -> Batches:
        for number in (1, 2, 3):
            asked.append(number)
            yield [row(number)]

    chunks = write_ndjson(Report(9, "GBP", give))
    for number in (1, 2, 3):
        assert orjson.loads(await anext(chunks))["order_line_id"] == number
        assert asked == list(range(1, number + 1))
    assert orjson.loads(await anext(chunks))["rows"] == 3


async def test_a_batch_that_fails_leaves_no_trailer() -> None:
    async def give() -> Batches:
        yield [row()]
        raise RuntimeError("the service is gone")

    chunks = write_ndjson(Report(9, "GBP", give))
    assert not is_whole(await anext(chunks))
    with pytest.raises(RuntimeError, match="the service is gone"):
        await anext(chunks)


def test_the_example_of_the_docs_is_whole_and_of_the_rows_of_the_one_before() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    as_json, told = re.search(
        r"GET /report/customer-orders.*?\n200\n(.*?)```.*?```ndjson\n(.*?)```", page, re.DOTALL
    ).groups()  # type: ignore[union-attr]
    assert verified(told.encode()) == orjson.loads(as_json)
    assert is_whole(told.encode())


awkward = st.sampled_from(["a\nb", "a\r\n\u2028\u0085", "😀ß", '"}'])
names = st.none() | st.text(max_size=8) | awkward
rows = st.builds(
    row,
    line_id=st.integers(1, 2**53),
    customer_name=names,
    product_name=st.text(max_size=8),
    line_total=st.integers(-(10**12), 10**12),
)


@settings(deadline=None)
@given(st.lists(st.lists(rows, max_size=3), max_size=4), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_any_rows_in_any_batches_verify(batches: list[list[Row]], currency: str) -> None:
    told = anyio.run(written, write_ndjson(report(*batches, currency=currency)))
    found = verified(told, currency)
    assert [(each["customer_name"], each["product_name"]) for each in found] == [
        (each[1], each[8]) for batch in batches for each in batch
    ]
    assert is_whole(told)


@cache
def three() -> bytes:
    """A report of three rows in two batches."""
    told = report([row(1), row(2)], [row(3, customer_name="Zoë 😀")])
    return anyio.run(written, write_ndjson(told))


@settings(deadline=None)
@given(st.lists(st.integers(0, 1000), max_size=6))
def test_the_command_takes_a_whole_report_in_any_chunks(sizes: list[int]) -> None:
    assert is_whole(three(), *sizes)


def test_a_report_that_is_cut_anywhere_is_not_taken() -> None:
    told = three()
    assert [end for end in range(len(told) + 1) if is_whole(told[:end])] == [len(told)]


def test_a_report_of_which_a_byte_changed_is_not_taken() -> None:
    told = three()
    total = range(told.index(b'cents":') + len(b'cents":'), told.index(b',"sha256"'))
    for place in {*range(len(told))} - {*total}:  # the command does not add the total up
        assert not is_whole(told[:place] + bytes([told[place] ^ 1]) + told[place + 1 :])


def test_a_report_with_other_lines_is_not_taken() -> None:
    told = three()
    first, second, rest = told.split(b"\n", 2)
    assert is_whole(b"\n".join([first, second, rest]))
    for lines in ([first, rest], [second, first, rest], [first, first, second, rest]):
        assert not is_whole(b"\n".join(lines))
    assert not is_whole(told + told)
    assert not is_whole(told + b"\n")


async def read(response: httpx.Response, received: bytearray) -> None:
    async for chunk in response.aiter_bytes():
        received += chunk


@pytest.mark.parametrize("broken", [LINES, NAMES])
async def test_a_stream_that_is_cut_has_no_trailer(
    service: Service, gateway: httpx.AsyncClient, broken: str
) -> None:
    service.answers = {
        LINES: [page(line(1), line(2, 2, 2), following="x"), page(line(2, 3, 3))],
        NAMES: [
            answer({"rows": [[1, "Ann"]], "next": 1}),
            answer({"rows": [[2, "Bob"]], "next": None}),
        ],
    }
    service.answers[broken][1:] = [answer({"status": 500}, 500, "application/problem+json")]
    received = bytearray()
    async with gateway.stream("GET", URL) as response:
        assert response.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            await read(response, received)
    assert b"Ann" in received
    assert b"sha256" not in received
    assert not is_whole(bytes(received))


async def test_rows_of_many_batches_come_over_http(
    service: Service, gateway: httpx.AsyncClient
) -> None:
    pages = [page(line(1, number, number), following=str(number)) for number in range(1, 20)]
    service.answers = {LINES: [*pages, page(line(1, 20, 20))], NAMES: [NAMED]}
    response = await gateway.get(URL)
    found = verified(response.content)
    assert [each["order_line_id"] for each in found] == list(range(1, 21))
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.headers["x-as-of"] == "9"


async def test_a_service_that_fails_at_first_is_a_problem(
    service: Service, gateway: httpx.AsyncClient
) -> None:
    service.answers = {LINES: [answer({"status": 500}, 500, "application/problem+json")]}
    response = await gateway.get(URL)
    assert (response.status_code, response.json()["code"]) == (502, "upstream_failed")
