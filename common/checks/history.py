"""Months and prices, from which the past is told, are those of the ledgers; so are counts."""

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from common.checks.invariant import Invariant
from common.db.functions import month_number
from common.db.models.catalogue import Product, ProductPrice
from common.db.models.inventory import InventoryTransaction, StockLevel, StockMonth, Stocktake

_month = month_number(InventoryTransaction.effective_at)
_moved = (
    select(
        InventoryTransaction.product_id.label("product_id"),
        _month.label("month"),
        func.sum(InventoryTransaction.change).label("moved"),
    )
    .group_by(InventoryTransaction.product_id, _month)
    .subquery()
)
_months_that_differ = (
    select(_moved.c.month, _moved.c.product_id, StockMonth.change, _moved.c.moved)
    .outerjoin(
        StockMonth,
        and_(StockMonth.product_id == _moved.c.product_id, StockMonth.month == _moved.c.month),
    )
    .where(or_(StockMonth.product_id.is_(None), StockMonth.change != _moved.c.moved))
)
_months_of_nothing = (
    select(StockMonth.month, StockMonth.product_id, StockMonth.change)
    .outerjoin(
        _moved,
        and_(_moved.c.product_id == StockMonth.product_id, _moved.c.month == StockMonth.month),
    )
    .where(_moved.c.product_id.is_(None))
)
_summed = (
    select(StockMonth.product_id, func.sum(StockMonth.change).label("moved"))
    .group_by(StockMonth.product_id)
    .subquery()
)
_levels_off_their_months = (
    select(StockLevel.product_id, StockLevel.quantity, _summed.c.moved)
    .outerjoin(_summed, _summed.c.product_id == StockLevel.product_id)
    .where(or_(_summed.c.moved.is_(None), _summed.c.moved != StockLevel.quantity))
)

_newest = (
    select(ProductPrice.product_id, func.max(ProductPrice.effective_at).label("effective_at"))
    .group_by(ProductPrice.product_id)
    .subquery()
)
_price = aliased(ProductPrice)
_prices_that_differ = (
    select(
        Product.id,
        Product.price_cents,
        Product.cost_cents,
        _price.price_cents.label("told_price"),
        _price.cost_cents.label("told_cost"),
    )
    .outerjoin(_newest, _newest.c.product_id == Product.id)
    .outerjoin(
        _price,
        and_(_price.product_id == Product.id, _price.effective_at == _newest.c.effective_at),
    )
    .where(
        or_(
            _price.id.is_(None),
            _price.price_cents != Product.price_cents,
            func.coalesce(_price.cost_cents, -1) != func.coalesce(Product.cost_cents, -1),
        )
    )
)

_counts_of_another_moment = (
    select(InventoryTransaction.id, Stocktake.id.label("stocktake_id"))
    .join(Stocktake, Stocktake.id == InventoryTransaction.stocktake_id)
    .where(
        or_(
            InventoryTransaction.counted.is_(None),
            InventoryTransaction.effective_at != Stocktake.counted_at,
            InventoryTransaction.reason != Stocktake.reason,
            func.coalesce(InventoryTransaction.reference, "")
            != func.coalesce(Stocktake.reference, ""),
        )
    )
)
_stocktakes_of_nothing = (
    select(Stocktake.id)
    .outerjoin(InventoryTransaction, InventoryTransaction.stocktake_id == Stocktake.id)
    .where(InventoryTransaction.id.is_(None))
)

INVARIANTS = (
    Invariant(
        "each stock month is the sum of its movements",
        _months_that_differ,
        "month {} of product {} states {}, its movements come to {}",
    ),
    Invariant(
        "each stock month has a movement",
        _months_of_nothing,
        "month {} of product {} states {}, and nothing moved in it",
    ),
    Invariant(
        "each stock level is the sum of its months",
        _levels_off_their_months,
        "product {} has the level {}, its months come to {}",
    ),
    Invariant(
        "the last price of each product is the present one",
        _prices_that_differ,
        "product {} costs {} (cost {}), its last price says {} (cost {})",
    ),
    Invariant(
        "each count of a stocktake is of its moment",
        _counts_of_another_moment,
        "inventory transaction {} is no count of stocktake {}",
    ),
    Invariant(
        "each stocktake has a count",
        _stocktakes_of_nothing,
        "stocktake {} has no inventory transaction",
    ),
)
