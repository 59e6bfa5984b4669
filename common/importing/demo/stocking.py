"""What stock a year of trade needs, so that no level ever falls below zero."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from common.catalogue.products import ProductKind
from common.importing.demo.orders import START, YEAR, DemoOrder
from common.importing.demo.shop import DemoProduct

_EVENING_BEFORE = timedelta(hours=8)  # a delivery comes at 16:00 before the month begins
_PACK = 10
_FORTNIGHTS = 26
_HEARD_EVERY = 1000


class Delivery(NamedTuple):
    """What comes at one moment: units by the place of the product."""

    moment: datetime
    reason: str
    reference: str | None
    units: dict[int, int]


class Stocking(NamedTuple):
    """The opening stock and the deliveries in the order of time; reorder points by place."""

    deliveries: Sequence[Delivery]
    reorder_points: dict[int, int]


def plan_stock(
    products: Sequence[DemoProduct], orders: Iterable[DemoOrder], done: Callable[[int], None]
) -> Stocking:
    """Rehearse the orders, and plan a delivery for each month that needs one."""
    places = [p for p, known in enumerate(products) if known.kind is ProductKind.stocked]
    moved = [[0] * len(places) for _ in range(12)]
    lowest = [[0] * len(places) for _ in range(12)]
    _rehearse(orders, moved, lowest, done)
    levels = [0] * len(places)
    deliveries = []
    for month in range(12):
        units = {}
        for p in places:
            missing = products[p].spare - lowest[month][p] - levels[p]
            if missing > 0:
                units[p] = missing if missing < _PACK else -(-missing // _PACK) * _PACK
            levels[p] += units.get(p, 0) + moved[month][p]
        deliveries.append(_delivery(month, units))
    sold = [-sum(month[p] for month in moved) for p in places]
    return Stocking(deliveries, {p: max(5, sold[p] // _FORTNIGHTS) for p in places})


def _rehearse(
    orders: Iterable[DemoOrder],
    moved: list[list[int]],
    lowest: list[list[int]],
    done: Callable[[int], None],
) -> None:
    """Of each month and product, what it moved in all, and the lowest that it came to."""
    things = len(moved[0])
    for place, order in enumerate(orders, start=1):
        sums, lows = moved[order.moment.month - 1], lowest[order.moment.month - 1]
        for product, quantity in order.lines:
            if product < things:
                sums[product] = level = sums[product] - quantity
                lows[product] = min(lows[product], level)
        if place % _HEARD_EVERY == 0:
            done(_HEARD_EVERY)


def _delivery(month: int, units: dict[int, int]) -> Delivery:
    if month == 0:
        return Delivery(START, "opening stock", None, units)
    begin = datetime(YEAR, month + 1, 1, tzinfo=UTC)
    return Delivery(begin - _EVENING_BEFORE, "delivery", f"DN-{YEAR}-{month + 1:02}", units)
