"""Sell over the counter, and add sales up."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from common.db import shop
from common.db.models.sales import Sale
from common.db.session import ReadSession, Session
from common.errors import Invalid, Malformed
from common.listing.query import ListQuery, Page, Positions, Sort, Vocabulary
from common.periods import PERIODS, Period, label
from common.sales import placing
from sales_service.sales import queries
from sales_service.sales.schemas import SaleIn, SummaryRow

COLUMNS = {"product": "product_id", "category": "category", "country": "country"}
SUMS = ("revenue_cents", "units", "orders")
SUMMARY = Vocabulary("summary", queries.LISTING.asked.fields, sorts=tuple(SummaryRow.model_fields))


def sell(session: Session, body: SaleIn) -> Sale:
    """Place an order of one line, paid and shipped at once; the sale that it is."""
    order = placing.place(session, body.wish(), closed=True)
    return queries.of_order(session, order.id)


def summarise(
    session: ReadSession,
    group_by: str,
    span: tuple[str | None, str | None, str | None],
    query: ListQuery,
) -> Page[SummaryRow]:
    """Sums by the dimensions of `group_by` (names with commas), in their order."""
    dimensions = _dimensions(group_by)
    if not isinstance(query.window, Positions):
        raise Malformed("A summary pages by _start and _end.", errors={"cursor": "is not known"})
    start, end, tz = span
    period = Period.parse(start, end, tz or shop.the_shop(session).time_zone)
    rows = _rows(session, dimensions, _fold(session, dimensions, period, query))
    for by in reversed(query.sort):
        rows.sort(key=_sort_key(by, dimensions), reverse=by.descending)
    window = rows[query.window.start : query.window.end]
    return Page(window, query.window.start, len(rows), None, keyed=False)


def _dimensions(group_by: str) -> list[str]:
    names = [name for name in group_by.split(",") if name]
    known = [*COLUMNS, *PERIODS]
    if len(set(names)) < len(names) or not set(names) <= set(known):
        raise Invalid({"group_by": f"must name each at most once of {', '.join(known)}"})
    return names


def _fold(
    session: ReadSession, dimensions: Sequence[str], period: Period, query: ListQuery
) -> dict[tuple[Any, ...], list[int]]:
    """The sums by their keys; quarters of an hour are folded into local periods."""
    columns = [COLUMNS[name] for name in dimensions if name in COLUMNS]
    by_quarter = any(name in PERIODS for name in dimensions)
    folded: defaultdict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in queries.sums(session, columns, period, query, by_quarter=by_quarter):
        values = iter(row[: len(columns)])
        key = tuple(
            next(values) if name in COLUMNS else label(name, int(row[-4]), period.zone)
            for name in dimensions
        )
        sums = folded[key]
        for place, amount in enumerate(row[-3:]):
            sums[place] += int(amount or 0)
    return folded


def _rows(
    session: ReadSession, dimensions: Sequence[str], folded: dict[tuple[Any, ...], list[int]]
) -> list[SummaryRow]:
    fields = [COLUMNS.get(name, name) for name in dimensions]
    names = queries.product_names(session) if "product" in dimensions else None
    rows = []
    for key in sorted(folded, key=lambda key: [(part is not None, part) for part in key]):
        told = dict(zip(fields, key, strict=True)) | dict(zip(SUMS, folded[key], strict=True))
        if names is not None:
            told["product_name"] = names[told["product_id"]]
        rows.append(SummaryRow(**told))
    return rows


def _sort_key(by: Sort, dimensions: Sequence[str]) -> Any:
    fields = {COLUMNS.get(name, name) for name in dimensions} | set(SUMS)
    if "product" in dimensions:
        fields.add("product_name")
    if by.field not in fields:
        raise Malformed(
            f"{by.field} is no field of this summary; its fields are {', '.join(sorted(fields))}.",
            errors={by.field: "is not known here"},
        )
    return lambda row: (getattr(row, by.field) is not None, getattr(row, by.field))
