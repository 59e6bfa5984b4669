"""Move stock: the level and the ledger together, or neither."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, select, update

from common.db.models.catalogue import Product
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.session import Session
from common.errors import InsufficientStock
from common.stock import months
from common.times import now


@dataclass(frozen=True)
class Movement:
    """What is to move: `change` units of a stocked product, signed, and why.

    `counted` is how many units were on hand, where a count says so.
    """

    product_id: int
    change: int
    reason: str
    reference: str | None = None
    order_line_id: int | None = None
    counted: int | None = None
    stocktake_id: int | None = None


@dataclass(frozen=True)
class _Level:
    quantity: int
    counted: bool


def move(
    session: Session, movements: Sequence[Movement], effective_at: datetime | None = None
) -> list[InventoryTransaction]:
    """Write the movements into ledger and levels; InsufficientStock names every shortage.

    The caller shares the turn at the ledgers since before it locked anything else.
    """
    net: Counter[int] = Counter()
    for movement in movements:
        net[movement.product_id] += movement.change
    # In id order: two orders that share products then lock them in the same order.
    short = [id_ for id_ in sorted(net) if not _apply(session, id_, net[id_])]
    levels = _levels(session, net)
    if short:
        raise InsufficientStock.of(
            [
                {"product_id": i, "requested": -net[i], "available": levels[i].quantity}
                for i in short
            ]
        )
    happened = effective_at or now()
    months.add(session, {(id_, months.month_of(happened)): change for id_, change in net.items()})
    return _append(session, movements, net, levels, happened)


def open_stock(
    session: Session, product: Product, quantity: int, effective_at: datetime | None = None
) -> None:
    """Give a new stocked product its level and its first transaction, be it of 0 units."""
    session.add(StockLevel(product_id=product.id, quantity=0))
    session.flush()  # so that the movement finds the level
    move(session, [Movement(product.id, quantity, "opening stock")], effective_at)


def mark(session: Session, product: Product, reason: str) -> None:
    """Tell the ledger that the product was blocked, discontinued, deleted or is active again.

    Nothing moves; the row's quantity is null, or the level if the product is counted.
    """
    level = session.execute(
        select(StockLevel.quantity).where(StockLevel.product_id == product.id).with_for_update()
    ).scalar_one()
    happened = now()
    months.add(session, {(product.id, months.month_of(happened)): 0})
    session.add(
        InventoryTransaction(
            product_id=product.id,
            change=0,
            quantity=level if product.counted else None,
            reason=reason,
            effective_at=happened,
        )
    )


def _apply(session: Session, product_id: int, change: int) -> bool:
    # The guard is in the UPDATE, so it holds under concurrency on every database.
    result = session.execute(
        update(StockLevel)
        .where(StockLevel.product_id == product_id, StockLevel.quantity >= -change)
        .values(quantity=StockLevel.quantity + change)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], result).rowcount == 1


def _levels(session: Session, product_ids: Counter[int]) -> dict[int, _Level]:
    query = (
        select(StockLevel.product_id, StockLevel.quantity, Product)
        .join(Product, Product.id == StockLevel.product_id)
        .where(StockLevel.product_id.in_(list(product_ids)))
    )
    return {
        product_id: _Level(quantity, product.counted)
        for product_id, quantity, product in session.execute(query)
    }


def _append(
    session: Session,
    movements: Sequence[Movement],
    net: Counter[int],
    levels: dict[int, _Level],
    effective_at: datetime,
) -> list[InventoryTransaction]:
    running = {id_: level.quantity - net[id_] for id_, level in levels.items()}
    rows = []
    for movement in movements:
        running[movement.product_id] += movement.change
        counted = levels[movement.product_id].counted
        rows.append(
            InventoryTransaction(
                product_id=movement.product_id,
                change=movement.change,
                quantity=running[movement.product_id] if counted else None,
                reason=movement.reason,
                reference=movement.reference,
                order_line_id=movement.order_line_id,
                effective_at=effective_at,
                recorded_at=now(),
                counted=movement.counted,
                stocktake_id=movement.stocktake_id,
            )
        )
    session.add_all(rows)
    session.flush()  # for their ids
    return rows
