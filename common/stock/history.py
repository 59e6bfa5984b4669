"""Write stock movements of the past, many at once, as an import found them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from common.db import bulk
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.session import ReadSession, Session
from common.stock import months

_LEDGER = (
    *("id", "product_id", "change", "quantity", "reason", "reference"),
    *("order_line_id", "effective_at", "recorded_at"),
)
_LEVELS = ("product_id", "quantity")


@dataclass(frozen=True, slots=True)
class PastMovement:
    """A movement at its own time; `order_line_id` is null for what no order moved."""

    product_id: int
    change: int
    reason: str
    reference: str | None
    order_line_id: int | None
    effective_at: datetime


class Ledger:
    """Appends past movements and keeps count of levels and months, which `close` writes.

    `levels` are those before; a product that is absent there gets a level. Products in
    `uncounted` are not active, so their rows state no level.
    """

    def __init__(
        self, session: Session, levels: Mapping[int, int], uncounted: frozenset[int], now: datetime
    ) -> None:
        self._session = session
        self._before = dict(levels)
        self._levels = dict(levels)
        self._uncounted = uncounted
        self._stored = bulk.moments(session)
        self._now = self._stored(now)
        self._next_id = bulk.first_free_id(session, InventoryTransaction)
        self._months: Counter[tuple[int, int]] = Counter()

    def append(self, movements: Iterable[PastMovement]) -> Iterator[list[int]]:
        """Write the movements in their order; yields the ids of each batch once written."""
        for batch in bulk.batches(movements):
            rows = [self._row(movement) for movement in batch]
            bulk.write(self._session, InventoryTransaction, _LEDGER, rows)
            yield [row[0] for row in rows]

    def close(self) -> None:
        """Write the levels that the movements left, in the order in which others lock them.

        And what each month moved; a counter keeps a month whose movements come to 0.
        """
        new = sorted(self._levels.keys() - self._before.keys())
        rows = [(id_, self._levels[id_]) for id_ in new]
        bulk.write(self._session, StockLevel, _LEVELS, rows)
        moved = [
            {"id": id_, "change": self._levels[id_] - before}
            for id_, before in sorted(self._before.items())
            if self._levels[id_] != before
        ]
        if moved:
            table = StockLevel.__table__
            statement = (
                update(StockLevel)
                .where(table.c.product_id == bindparam("id"))
                .values(quantity=table.c.quantity + bindparam("change"))
            )
            self._session.connection().execute(statement, moved)
        months.add_many(self._session, self._months)

    def _row(self, movement: PastMovement) -> tuple[Any, ...]:
        """A row in the order of _LEDGER, its id first."""
        product_id = movement.product_id
        level = self._levels.get(product_id, 0) + movement.change
        self._levels[product_id] = level
        self._months[product_id, months.month_of(movement.effective_at)] += movement.change
        id_ = self._next_id
        self._next_id += 1
        return (
            id_,
            product_id,
            movement.change,
            None if product_id in self._uncounted else level,
            movement.reason,
            movement.reference,
            movement.order_line_id,
            self._stored(movement.effective_at),
            self._now,
        )


def levels(session: ReadSession, product_ids: Collection[int]) -> dict[int, int]:
    """What the ledger says of each product that holds stock, by id."""
    query = select(StockLevel.product_id, StockLevel.quantity)
    found = session.execute(query.where(StockLevel.product_id.in_(product_ids)))
    return {row.product_id: row.quantity for row in found}


def lowest_levels(
    session: ReadSession, product_ids: Collection[int], since: datetime
) -> dict[int, int]:
    """The lowest level of each product at any time from just before `since` on, by id."""
    row = InventoryTransaction
    level = func.sum(row.change).over(
        partition_by=row.product_id, order_by=(row.effective_at, row.id)
    )
    running = (
        select(row.product_id, row.effective_at, level.label("level"))
        .where(row.product_id.in_(product_ids))
        .subquery()
    )
    before = (
        select(row.product_id, func.sum(row.change))
        .where(row.product_id.in_(product_ids), row.effective_at < since)
        .group_by(row.product_id)
    )
    later = (
        select(running.c.product_id, func.min(running.c.level))
        .where(running.c.effective_at >= since)
        .group_by(running.c.product_id)
    )
    lowest = dict.fromkeys(product_ids, 0)
    lowest |= {id_: int(found) for id_, found in session.execute(before)}
    for id_, found in session.execute(later):
        lowest[id_] = min(lowest[id_], int(found))
    return lowest
