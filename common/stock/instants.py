"""Levels as they were at an instant: what the ledger says had happened by then.

Microseconds count. What was written later about that time counts too: a movement that was
told late changes the past from when it happened on.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Subquery, cast, func, select, union_all

from common.db.models.inventory import InventoryTransaction, StockMonth
from common.db.session import ReadSession
from common.stock.months import month_of, start_of


def levels_at(moment: datetime, product_ids: Collection[int] | None = None) -> Subquery:
    """SQL for `product_id` and `quantity` of each product that had a movement by then.

    Of all products, or of those that are named.
    """
    month, row = StockMonth.__table__.c, InventoryTransaction.__table__.c
    before = select(month.product_id, month.change).where(month.month < month_of(moment))
    since = select(row.product_id, row.change).where(
        row.effective_at >= start_of(moment), row.effective_at <= moment
    )
    if product_ids is not None:
        before = before.where(month.product_id.in_(product_ids))
        since = since.where(row.product_id.in_(product_ids))
    moved = union_all(before, since).subquery()
    quantity: Any = cast(func.sum(moved.c.change), BigInteger)  # a decimal on servers
    return (
        select(moved.c.product_id, quantity.label("quantity"))
        .group_by(moved.c.product_id)
        .subquery("levels")
    )


def lowest_since(
    session: ReadSession, moment: datetime, product_ids: Collection[int]
) -> dict[int, int]:
    """The lowest level of each product at any instant from the moment on, by id."""
    row = InventoryTransaction
    # movements of one instant are one step: nobody can ask for what was between them
    moved = func.sum(row.change).over(partition_by=row.product_id, order_by=row.effective_at)
    since = (
        select(row.product_id, moved.label("moved"))
        .where(row.product_id.in_(product_ids), row.effective_at > moment)
        .subquery()
    )
    query = select(since.c.product_id, func.min(since.c.moved)).group_by(since.c.product_id)
    fallen = {product_id: min(0, int(least)) for product_id, least in session.execute(query)}
    levels = levels_by_id(session, moment, product_ids)
    return {product_id: level + fallen.get(product_id, 0) for product_id, level in levels.items()}


def levels_by_id(
    session: ReadSession, moment: datetime, product_ids: Collection[int]
) -> dict[int, int]:
    """The level of each product at the moment, by id; 0 before its first movement."""
    levels = levels_at(moment, product_ids)
    found = {row.product_id: row.quantity for row in session.execute(select(levels))}
    return {product_id: found.get(product_id, 0) for product_id in product_ids}
