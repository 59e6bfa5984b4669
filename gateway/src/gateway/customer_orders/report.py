"""The rows of the report, composed from the order lines and the names of the customers.

Both come sorted by customer, a batch at a time, and are merged as they come: in memory
are one batch of each, and the one that is asked for while they are used.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, TypeVar

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass as checked

from gateway.upstream import CALLERS_OWN, Params, Upstreams, together

BATCH = 4000
_BEYOND = 2**63  # all ids of customers: orders without one come last

# What sales-service tells of an order line, and the same with the customer's name second.
Line: TypeAlias = tuple[int | None, int, str, str, int, int, int, str, int, int, int]
Row: TypeAlias = tuple[int | None, str | None, int, str, str, int, int, int, str, int, int, int]
Batches: TypeAlias = AsyncGenerator[list[Row], None]

COLUMNS = (
    *("customer_id", "customer_name", "order_id", "order_date", "order_status", "order_total"),
    *("order_line_id", "product_id", "product_name", "quantity", "unit_price", "line_total"),
    "currency",
)


@checked
class LinesPage:
    """A batch of order lines; `as_of` is the highest id of the orders in the report."""

    as_of: int
    currency: str
    rows: list[Line]
    next: str | None


@checked
class NamesPage:
    """A batch of customers' ids and names."""

    rows: list[tuple[int, str]]
    next: int | None


@checked
class Customer:
    """What the report tells of a customer."""

    id: int
    name: str


_LINES, _NAMES, _CUSTOMER = TypeAdapter(LinesPage), TypeAdapter(NamesPage), TypeAdapter(Customer)


@dataclass(frozen=True)
class Report:
    """A report whose first batch is there. `batches` gives its rows, from the first on.

    It may be called again: the rows are asked for once more, of the same orders. `filters`
    and `customer` (None is all of them) are what was asked for.
    """

    as_of: int
    currency: str
    batches: Callable[[], Batches]
    filters: Params = ()
    customer: Customer | None = None


async def of_customer(upstreams: Upstreams, customer_id: int, params: Params) -> Report:
    """The report of one customer, who must exist."""
    lines = _Lines(upstreams, (*params, ("customer_id", str(customer_id))))
    customer, first = await together(
        upstreams.customers.get(f"/customers/{customer_id}", _CUSTOMER, relay=CALLERS_OWN | {404}),
        lines.first(),
    )

    async def batches() -> Batches:
        async with aclosing(_pages(first, lines.after)) as pages:
            async for page in pages:
                yield [(line[0], customer.name, *line[1:]) for line in page.rows]

    return Report(first.as_of, first.currency, batches, params, customer)


async def of_all(upstreams: Upstreams, params: Params) -> Report:
    """The report of all customers, and last of the orders without one."""
    lines = _Lines(upstreams, params)
    # One after the other: a customer of an order up to the watermark is among names asked
    # for later, however new.
    first = await lines.first()
    names = await _names_after(upstreams, 0)

    async def batches() -> Batches:
        async with (
            aclosing(_pages(first, lines.after)) as line_pages,
            aclosing(_pages(names, lambda page: _names_after(upstreams, page.next))) as name_pages,
        ):
            async for rows in _merged(line_pages, name_pages):
                yield rows

    return Report(first.as_of, first.currency, batches, params)


class _Lines:
    """The pages of order lines that these parameters choose."""

    def __init__(self, upstreams: Upstreams, params: Params) -> None:
        self._sales = upstreams.sales
        self._params = (*params, ("limit", str(BATCH)))

    async def first(self) -> LinesPage:
        return await self._sales.get("/report/order-lines", _LINES, self._params)

    async def after(self, page: LinesPage) -> LinesPage:
        place = (("as_of", str(page.as_of)), ("cursor", str(page.next)))
        return await self._sales.get("/report/order-lines", _LINES, (*self._params, *place))


async def _names_after(upstreams: Upstreams, after: int | None) -> NamesPage:
    params = (("after", str(after)), ("limit", str(BATCH)))
    return await upstreams.customers.get("/report/customer-names", _NAMES, params)


class _Page(Protocol):
    @property
    def next(self) -> Any: ...


AnyPage = TypeVar("AnyPage", bound=_Page)


async def _pages(
    page: AnyPage, ask: Callable[[AnyPage], Awaitable[AnyPage]]
) -> AsyncGenerator[AnyPage, None]:
    """The page and all after it, each asked for while the one before is used."""
    while page.next is not None:
        coming = asyncio.ensure_future(ask(page))
        try:
            yield page
            page = await coming
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
    yield page


async def _merged(
    line_pages: AsyncGenerator[LinesPage, None], name_pages: AsyncGenerator[NamesPage, None]
) -> Batches:
    """Rows in the order of the lines; a name is null if customers-service tells none."""
    page = await anext(name_pages)
    names: dict[int | None, str] = dict(page.rows)
    async for lines in line_pages:
        rows = lines.rows
        while rows:
            upto = len(rows) if page.next is None else bisect_right(rows, page.next, key=_customer)
            if upto:
                yield [(line[0], names.get(line[0]), *line[1:]) for line in rows[:upto]]
                rows = rows[upto:]
            if rows:
                page = await anext(name_pages)
                names = dict(page.rows)


def _customer(line: Line) -> int:
    return _BEYOND if line[0] is None else line[0]
