"""How many there are: what can be sold, what is promised, what stands on the shelf."""

from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, cast, func, literal, select

from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order, OrderLine
from common.db.session import Session
from common.errors import Conflict
from common.stock.levels import Movement, move


def allocated_units(product_id: ColumnElement[int]) -> ColumnElement[int]:
    """SQL for the units of a product on placed lines that are not yet shipped."""
    units = (
        select(func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.fulfilment_status == "unfulfilled",
            Order.status == "placed",
            OrderLine.product_id == product_id,
        )
    )
    return cast(func.coalesce(units.scalar_subquery(), 0), BigInteger)


def count(
    session: Session,
    product_id: int,
    counted: int,
    *,
    reason: str,
    reference: str | None = None,
    effective_at: datetime | None = None,
) -> InventoryTransaction:
    """Correct the level to what was counted on the shelf, promised units among them.

    Raises Conflict if fewer were counted than are promised to placed orders.
    """
    level = _locked_level(session, product_id)  # first: what is promised must not change
    promised = session.execute(select(allocated_units(literal(product_id)))).scalar_one()
    if counted < promised:
        raise Conflict(
            f"{promised} units of product {product_id} are promised to placed orders;"
            f" only {counted} were counted.",
            errors={"counted": f"must be at least {promised}, which placed orders await"},
        )
    movement = Movement(product_id, counted - promised - level, reason, reference)
    return move(session, [movement], effective_at)[0]


def set_quantity(session: Session, product_id: int, quantity: int) -> InventoryTransaction:
    """Move the level to `quantity` units that can be sold, as if counted."""
    change = quantity - _locked_level(session, product_id)
    return move(session, [Movement(product_id, change, "count")])[0]


def _locked_level(session: Session, product_id: int) -> int:
    """The level, which nobody moves until this transaction ends."""
    return session.execute(
        select(StockLevel.quantity).where(StockLevel.product_id == product_id).with_for_update()
    ).scalar_one()
