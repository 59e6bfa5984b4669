"""Lines and names are merged rightly, however they are cut into batches."""

import asyncio
from collections.abc import Mapping
from typing import Any

import anyio
import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.settings import Settings
from gateway.customer_orders import report as reports
from gateway.customer_orders.report import Row
from gateway.upstream import connect
from tests.gateway.fakes import line

Line = list[Any]


class Shop:
    """Two services that give their rows in batches of these sizes, by their own protocol."""

    def __init__(self, lines: list[Line], names: Mapping[int, str], sizes: tuple[int, int]) -> None:
        self.lines, self.names, self.sizes = lines, sorted(names.items()), sizes
        self.asked: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        params = dict(request.url.params)
        self.asked.append({"path": request.url.path, **params})
        if request.url.path == "/report/order-lines":
            return httpx.Response(200, content=orjson.dumps(self._lines(params)))
        return httpx.Response(200, content=orjson.dumps(self._names(int(params["after"]))))

    def _lines(self, params: dict[str, str]) -> dict[str, Any]:
        start = int(params.get("cursor", 0))
        end = start + self.sizes[0]
        following = str(end) if end < len(self.lines) else None
        return {"as_of": 77, "currency": "GBP", "rows": self.lines[start:end], "next": following}

    def _names(self, after: int) -> dict[str, Any]:
        rest = [pair for pair in self.names if pair[0] > after]
        rows = rest[: self.sizes[1]]
        return {"rows": rows, "next": rows[-1][0] if len(rest) > len(rows) else None}


async def composed(shop: Shop) -> list[Row]:
    async with connect(Settings(), httpx.MockTransport(shop)) as upstreams:
        report = await reports.of_all(upstreams, ())
        return [row async for batch in report.batches() for row in batch]


# of each customer's id, how many lines; the customers without lines are there for the names
shops = st.dictionaries(st.integers(1, 40), st.integers(0, 4), max_size=12)


@settings(deadline=None)
@given(shops, st.integers(0, 4), st.integers(1, 5), st.integers(1, 5))
def test_every_line_gets_the_name_of_its_customer(
    counts: dict[int, int], nobodys: int, lines_size: int, names_size: int
) -> None:
    owners: list[int | None] = [id_ for id_ in sorted(counts) for _ in range(counts[id_])]
    owners += [None] * nobodys
    lines = [line(owner, number, number) for number, owner in enumerate(owners, start=1)]
    names = {id_: f"Customer {id_}" for id_ in counts}
    rows = anyio.run(composed, Shop(lines, names, (lines_size, names_size)))
    assert rows == [
        (told[0], None if told[0] is None else names[told[0]], *told[1:]) for told in lines
    ]


@pytest.mark.anyio
async def test_the_report_is_a_cut_and_no_page_is_asked_for_twice() -> None:
    lines = [line(1, number, number) for number in range(1, 6)]
    shop = Shop(lines, {1: "Ann", 2: "Bob", 3: "Cy"}, (2, 2))
    await composed(shop)
    of_lines = [ask for ask in shop.asked if ask["path"] == "/report/order-lines"]
    assert of_lines == [
        {"path": "/report/order-lines", "limit": "4000"},
        {"path": "/report/order-lines", "limit": "4000", "as_of": "77", "cursor": "2"},
        {"path": "/report/order-lines", "limit": "4000", "as_of": "77", "cursor": "4"},
    ]
    # the watermark is taken before the names, so that they hold everybody in the report
    assert shop.asked[0] == of_lines[0]
    of_names = [ask["after"] for ask in shop.asked if ask["path"] == "/report/customer-names"]
    assert of_names == ["0", "2"]


@pytest.mark.anyio
async def test_a_customer_whom_nobody_knows_has_no_name() -> None:
    shop = Shop([line(1), line(2), line(3)], {1: "Ann", 3: "Cy"}, (9, 1))
    assert [row[:2] for row in await composed(shop)] == [(1, "Ann"), (2, None), (3, "Cy")]


@pytest.mark.anyio
async def test_the_rows_can_be_asked_for_again() -> None:
    shop = Shop([line(number, number) for number in (1, 2, 3)], {1: "A", 2: "B", 3: "C"}, (1, 1))
    async with connect(Settings(), httpx.MockTransport(shop)) as upstreams:
        report = await reports.of_all(upstreams, ())
        first = [row async for batch in report.batches() for row in batch]
        again = [row async for batch in report.batches() for row in batch]
    assert first == again
    assert len(first) == 3


@pytest.mark.anyio
async def test_a_report_that_is_closed_early_ends_the_calls_in_flight() -> None:
    asked, ended = asyncio.Event(), asyncio.Event()
    shop = Shop([line(1), line(1, 2, 2)], {1: "Ann"}, (1, 1))

    async def hang_later(request: httpx.Request) -> httpx.Response:
        if "cursor" not in request.url.params:
            return shop(request)
        asked.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        raise AssertionError

    async with connect(Settings(), httpx.MockTransport(hang_later)) as upstreams:
        report = await reports.of_all(upstreams, ())
        batches = report.batches()
        await anext(batches)
        await asked.wait()
        await batches.aclose()
        assert ended.is_set()
