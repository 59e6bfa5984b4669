"""Write a year of trade into the ledgers, in the caller's transaction."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from common.catalogue.products import ProductKind
from common.db import bulk
from common.db.session import Session
from common.importing.demo.orders import START, DemoLine, DemoOrder
from common.importing.demo.register import Buyers
from common.importing.demo.shop import DemoProduct
from common.importing.demo.stocking import Delivery, Stocking
from common.importing.demo.words import LANDS
from common.sales.history import OrderHistory, PastLine, PastOrder
from common.sales.states import OrderKind
from common.stock.history import Ledger, PastMovement

FIRST_NUMBER = 100_001
_AT_ONCE = 1500


class Bookkeeper:
    """Enters orders and what they move, batch by batch; counts what it entered."""

    def __init__(
        self,
        session: Session,
        products: Sequence[DemoProduct],
        product_ids: Sequence[int],
        buyers: Buyers,
        now: datetime,
    ) -> None:
        self._products, self._product_ids, self._buyers = products, product_ids, buyers
        self._history = OrderHistory(session, now)
        self._ledger = Ledger(session, {}, frozenset(), now)
        self._coming: deque[Delivery] = deque()
        self._number = FIRST_NUMBER
        self.returns = self.lines = self.total_cents = 0

    def write(
        self, orders: Iterable[DemoOrder], stocking: Stocking, done: Callable[[int], None]
    ) -> None:
        """Enter the stock and the orders in the order of time, then the levels."""
        self._coming.extend(stocking.deliveries)
        self._move(self._delivered(START))  # the opening stock, even where nothing is sold
        for batch in bulk.batches(orders, _AT_ONCE):
            line_id = self._history.first_line_id + self.lines
            past = [self._past(order) for order in batch]
            for _ in self._history.append(past):
                pass
            self._move(self._movements(batch, past, line_id))
            done(len(batch))
        self._ledger.close()

    def _past(self, order: DemoOrder) -> PastOrder:
        lines = [self._line(line) for line in order.lines]
        buyer = order.customer
        past = PastOrder(
            number=str(self._number),
            kind=order.kind,
            customer_id=None if buyer is None else self._buyers.ids[buyer],
            country=None if buyer is None else LANDS[self._buyers.lands[buyer]].country,
            order_date=order.moment,
            lines=lines,
        )
        self._number += 1
        self.returns += order.kind is OrderKind.return_
        self.lines += len(lines)
        self.total_cents += sum(line.line_total_cents for line in lines)
        return past

    def _line(self, line: DemoLine) -> PastLine:
        product = self._products[line.product]
        return PastLine(
            product_id=self._product_ids[line.product],
            sku=product.sku,
            product_name=product.name,
            category=product.category.value,
            quantity=line.quantity,
            unit_price_cents=product.price_cents,
            line_total_cents=line.quantity * product.price_cents,
        )

    def _move(self, movements: Iterable[PastMovement]) -> None:
        for _ in self._ledger.append(movements):
            pass

    def _movements(
        self, batch: Iterable[DemoOrder], past: Iterable[PastOrder], line_id: int
    ) -> Iterator[PastMovement]:
        for order, entry in zip(batch, past, strict=True):
            yield from self._delivered(order.moment)
            for place, quantity in order.lines:
                if self._products[place].kind is ProductKind.stocked:
                    yield PastMovement(
                        product_id=self._product_ids[place],
                        change=-quantity,
                        reason=order.kind.value,
                        reference=entry.number,
                        order_line_id=line_id,
                        effective_at=order.moment,
                    )
                line_id += 1

    def _delivered(self, moment: datetime) -> Iterator[PastMovement]:
        """What has come by then."""
        while self._coming and self._coming[0].moment <= moment:
            delivery = self._coming.popleft()
            for place, units in delivery.units.items():
                yield PastMovement(
                    product_id=self._product_ids[place],
                    change=units,
                    reason=delivery.reason,
                    reference=delivery.reference,
                    order_line_id=None,
                    effective_at=delivery.moment,
                )
