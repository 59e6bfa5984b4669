"""A year of trade, order by order in the order of time; it can be run again and is the same."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from common.importing.demo.dice import Dice, Stream
from common.importing.demo.shop import DemoProduct, demand
from common.importing.demo.wares import SERVICES
from common.sales.states import OrderKind

YEAR = 2025
START = datetime(YEAR, 1, 1, tzinfo=UTC)

_HOURS = (2, 1, 1, 1, 1, 2, 4, 8, 12, 16, 19, 20, 21, 18, 17, 18, 19, 20, 22, 25, 26, 21, 12, 5)
_WEEKDAYS = (10, 9, 9, 10, 11, 13, 14)
_MONTHS = (70, 68, 75, 80, 86, 78, 72, 74, 84, 92, 135, 190)
_CHRISTMAS, _AFTER_CHRISTMAS = 23, 55  # from that day of December on, so little is sold

_COUNTS = list(accumulate((36, 27, 18, 12, 7)))  # orders of one line, of two ...
_MOST_LINES = len(_COUNTS)
_SERVICE_ODDS = list(accumulate(service.percent for service in SERVICES))
_ANONYMOUS, _RETURNS = 3, 4.4  # of a hundred orders; not every return finds its sale
_CHEAP = 1500
_UNITS_CHEAP, _UNITS_DEAR = (1, 1, 1, 1, 2, 2, 3, 4, 6, 12), (1, 1, 1, 1, 1, 1, 1, 2)

# Orders of about two weeks can be returned; of a great shop the last so many.
_RECENT_SHARE, _FEWEST_RECENT, _MOST_RECENT = 24, 8, 20_000


class DemoLine(NamedTuple):
    """Units, signed, of the product at that place of the shop's list."""

    product: int
    quantity: int


class DemoOrder(NamedTuple):
    """An order; `customer` is the place of one, null for a stranger."""

    kind: OrderKind
    customer: int | None
    moment: datetime
    lines: Sequence[DemoLine]


class Trade:
    """A year of orders. Of what was sold it remembers only the last weeks."""

    def __init__(
        self, seed: int, *, customers: int, orders: int, products: Sequence[DemoProduct]
    ) -> None:
        self._seed = seed
        self._customers, self._orders = customers, orders
        self._products = products
        self._things = len(products) - len(SERVICES)
        self._demand = demand(products)
        self._hours = _rhythm()
        self._begin()

    def orders(self) -> Iterator[DemoOrder]:
        """The year from its beginning: each time the same orders. Run one at a time."""
        self._begin()
        for place in range(self._orders):
            moment = self._moment(place)
            slot = place % len(self._recent)
            order = self._return(slot, moment) if self._dice.chance(_RETURNS) else None
            self._recent[slot] = None
            if order is None:
                order = self._recent[slot] = self._sale(moment)
            yield order

    def _begin(self) -> None:
        self._dice = Dice(self._seed, Stream.orders)
        size = min(_MOST_RECENT, max(_FEWEST_RECENT, self._orders // _RECENT_SHARE))
        self._recent: list[DemoOrder | None] = [None] * size

    def _moment(self, place: int) -> datetime:
        """The year is cut into as many parts of equal trade as there are orders: one in each."""
        total = self._hours[-1]
        mark = (place * total + self._dice.below(total)) // self._orders
        hour = bisect_right(self._hours, mark)
        begin = self._hours[hour - 1] if hour else 0
        into = (mark - begin) * 3600 // (self._hours[hour] - begin)
        return START + timedelta(seconds=hour * 3600 + into)

    def _sale(self, moment: datetime) -> DemoOrder:
        dice, weights = self._dice, self._demand[moment.month - 1]
        customer = None
        if self._customers and not dice.chance(_ANONYMOUS):
            customer = dice.low_below(self._customers)
        wished = {dice.weighted(weights) for _ in range(1 + dice.weighted(_COUNTS))}
        lines = [DemoLine(product, self._units(product)) for product in sorted(wished)]
        service = bisect_right(_SERVICE_ODDS, dice.below(100))
        if service < len(SERVICES) and len(lines) < _MOST_LINES:
            lines.append(DemoLine(self._things + service, 1))
        return DemoOrder(OrderKind.sale, customer, moment, lines)

    def _units(self, product: int) -> int:
        cheap = self._products[product].price_cents < _CHEAP
        return self._dice.pick(_UNITS_CHEAP if cheap else _UNITS_DEAR)

    def _return(self, slot: int, moment: datetime) -> DemoOrder | None:
        """Units of a line of an order from the older half of those that are remembered.

        The order is then forgotten, so nothing comes back twice. Null while there is none.
        """
        size = len(self._recent)
        chosen = (slot + self._dice.below(size // 2)) % size
        sold, self._recent[chosen] = self._recent[chosen], None
        if sold is None:
            return None
        line = self._dice.pick([line for line in sold.lines if line.product < self._things])
        back = DemoLine(line.product, -1 - self._dice.below(line.quantity))
        return DemoOrder(OrderKind.return_, sold.customer, moment, [back])


def _rhythm() -> list[int]:
    """The trade from the year's beginning to the end of each of its hours, in UTC."""
    return list(accumulate(_weight(START + timedelta(hours=hour)) for hour in range(365 * 24)))


def _weight(hour: datetime) -> int:
    late = hour.month == 12 and hour.day >= _CHRISTMAS  # noqa: PLR2004 # December
    season = _AFTER_CHRISTMAS if late else _MONTHS[hour.month - 1]
    return _HOURS[hour.hour] * _WEEKDAYS[hour.weekday()] * season
