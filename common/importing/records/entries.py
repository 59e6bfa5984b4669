"""Write new orders with their lines and sales, and the stock that they moved."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from common.db import bulk
from common.db.session import Session
from common.importing.micros import from_micros
from common.importing.records.noting import note
from common.importing.records.shapes import Kind
from common.importing.records.staging import Staging
from common.importing.records.stocking import Stocking, Ware
from common.sales.history import OrderHistory, PastLine, PastOrder
from common.sales.numbering import number_of
from common.sales.states import OrderKind
from common.stock.history import Ledger, PastMovement
from common.times import now


class Bookkeeper:
    """Enters the new orders of a source. `wares` are their products by key."""

    def __init__(
        self, session: Session, staging: Staging, source: str, wares: Mapping[int, Ware]
    ) -> None:
        self._session, self._staging, self._source = session, staging, source
        self._wares = wares
        self._now = now()
        self._history = OrderHistory(session, self._now)

    def write(self, stocking: Stocking, *, keep: bool, advance: Callable[[int], None]) -> None:
        """All of them. With `keep` orders and lines have the ids that they had."""
        for batch in bulk.batches(self._orders(keep=keep)):
            self._enter(batch, advance)
        self._write_stock(stocking, keep=keep, advance=advance)

    def _enter(
        self, batch: list[tuple[PastOrder, int, str]], advance: Callable[[int], None]
    ) -> None:
        for written in self._history.append(order for order, _, _ in batch):
            advance(written)
        brought = [(key, digest, order.id or 0) for order, key, digest in batch]
        note(self._session, self._source, Kind.orders, brought)

    def _orders(self, *, keep: bool) -> Iterator[tuple[PastOrder, int, str]]:
        """The orders, each with its key and digest."""
        customers = self._staging.customer_ids()
        order_id, line_id = self._history.first_order_id, self._history.first_line_id
        rows = groupby(self._staging.new_orders(), key=itemgetter(slice(0, 5)))
        for (key, digest, customer, moment, label), lines in rows:
            past = [
                self._line(line[6:], line[5] if keep else line_id + place)
                for place, line in enumerate(lines)
            ]
            order = PastOrder(
                number=None,
                kind=OrderKind.sale,
                customer_id=None if customer is None else customers[customer],
                country=None,
                order_date=from_micros(moment),
                lines=past,
                label=label,
                id=key if keep else order_id,
            )
            yield order, key, digest
            order_id += 1
            line_id += len(past)

    def _line(self, row: tuple[Any, ...], id_: int) -> PastLine:
        product, quantity, price, total = row
        ware = self._wares[product]
        return PastLine(
            product_id=ware.id,
            sku=ware.sku,
            product_name=ware.name,
            category=ware.category,
            quantity=quantity,
            unit_price_cents=price,
            line_total_cents=total,
            id=id_,
        )

    def _write_stock(
        self, stocking: Stocking, *, keep: bool, advance: Callable[[int], None]
    ) -> None:
        uncounted = frozenset(ware.id for ware in stocking.held.values() if not ware.counted)
        ledger = Ledger(self._session, stocking.levels, uncounted, self._now)
        for _ in ledger.append(self._openings(stocking)):
            pass
        for ids in ledger.append(self._movements(keep=keep)):
            advance(len(ids))
        ledger.close()

    def _openings(self, stocking: Stocking) -> Iterator[PastMovement]:
        for reason, units in (
            ("opening stock", stocking.openings),
            ("correction by import", stocking.corrections),
        ):
            for key, change in units.items():
                yield PastMovement(self._wares[key].id, change, reason, None, None, stocking.since)

    def _movements(self, *, keep: bool) -> Iterator[PastMovement]:
        first_order, first_line = self._history.first_order_id, self._history.first_line_id
        rows = self._staging.movements()
        for product, quantity, moment, order_key, order_nth, line_key, line_nth in rows:
            ware = self._wares[product]
            if ware.stocked:
                yield PastMovement(
                    product_id=ware.id,
                    change=-quantity,
                    reason=OrderKind.sale.value,
                    reference=number_of(order_key if keep else first_order + order_nth),
                    order_line_id=line_key if keep else first_line + line_nth,
                    effective_at=from_micros(moment),
                )
