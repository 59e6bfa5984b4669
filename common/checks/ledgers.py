"""Stock levels are the sum of their movements, and the ledgers have a row for each line."""

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from common.checks.invariant import Invariant
from common.db.models.catalogue import Product
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.sales.states import OrderStatus

_moved = (
    select(
        InventoryTransaction.product_id,
        func.sum(InventoryTransaction.change).label("moved"),
        func.max(InventoryTransaction.id).label("last_id"),
    )
    .group_by(InventoryTransaction.product_id)
    .subquery()
)
_levels_that_differ = (
    select(Product.id, StockLevel.quantity, _moved.c.moved)
    .outerjoin(StockLevel, StockLevel.product_id == Product.id)
    .outerjoin(_moved, _moved.c.product_id == Product.id)
    .where(
        or_(
            and_(
                Product.kind == "stocked",
                func.coalesce(StockLevel.quantity, -1) != func.coalesce(_moved.c.moved, -2),
            ),
            and_(
                Product.kind != "stocked",
                or_(StockLevel.quantity.is_not(None), _moved.c.moved.is_not(None)),
            ),
        )
    )
)

_running = select(
    InventoryTransaction.id,
    InventoryTransaction.product_id,
    InventoryTransaction.quantity,
    func.sum(InventoryTransaction.change)
    .over(partition_by=InventoryTransaction.product_id, order_by=InventoryTransaction.id)
    .label("level"),
).subquery()
_rows_off_their_level = select(
    _running.c.id, _running.c.product_id, _running.c.quantity, _running.c.level
).where(_running.c.quantity.is_not(None), _running.c.quantity != _running.c.level)

_last = aliased(InventoryTransaction)
_wrongly_shown = (
    select(Product.id, Product.status, _last.quantity)
    .join(_moved, _moved.c.product_id == Product.id)
    .join(_last, _last.id == _moved.c.last_id)
    .where(
        or_(
            and_(
                Product.status == "active", Product.deleted_at.is_(None), _last.quantity.is_(None)
            ),
            and_(
                or_(Product.status != "active", Product.deleted_at.is_not(None)),
                _last.quantity.is_not(None),
            ),
        )
    )
)

_lines_without_equal_sale = (
    select(OrderLine.id, OrderLine.order_id)
    .join(Order, Order.id == OrderLine.order_id)
    .outerjoin(Sale, Sale.order_line_id == OrderLine.id)
    .where(
        Order.status != OrderStatus.draft,
        or_(
            Sale.id.is_(None),
            Sale.order_id != OrderLine.order_id,
            Sale.product_id != OrderLine.product_id,
            Sale.product_name != OrderLine.product_name,
            Sale.quantity != OrderLine.quantity,
            Sale.unit_price_cents != OrderLine.unit_price_cents,
            Sale.total_cents != OrderLine.line_total_cents,
            Sale.sold_at != Order.order_date,
            Sale.kind != Order.kind,
            func.coalesce(Sale.customer_id, 0) != func.coalesce(Order.customer_id, 0),
            func.coalesce(Sale.country, "") != func.coalesce(Order.country, ""),
        ),
    )
)
_sales_of_no_placed_line = (
    select(Sale.id, Sale.order_line_id)
    .outerjoin(OrderLine, OrderLine.id == Sale.order_line_id)
    .outerjoin(Order, Order.id == OrderLine.order_id)
    .where(or_(Order.id.is_(None), Order.status == OrderStatus.draft))
)
_OTHER = "has a movement of another"
_lines_without_movement = (
    select(
        OrderLine.id,
        OrderLine.order_id,
        case(
            (Product.kind != "stocked", "is of a service and has a movement"),
            (InventoryTransaction.id.is_(None), "has no movement"),
            (InventoryTransaction.product_id != OrderLine.product_id, f"{_OTHER} product"),
            (InventoryTransaction.change != -OrderLine.quantity, f"{_OTHER} quantity"),
            else_=f"{_OTHER} time",
        ),
    )
    .join(Order, Order.id == OrderLine.order_id)
    .join(Product, Product.id == OrderLine.product_id)
    .outerjoin(InventoryTransaction, InventoryTransaction.order_line_id == OrderLine.id)
    .where(
        Order.status != OrderStatus.draft,
        or_(
            and_(Product.kind != "stocked", InventoryTransaction.id.is_not(None)),
            and_(
                Product.kind == "stocked",
                or_(
                    InventoryTransaction.id.is_(None),
                    InventoryTransaction.product_id != OrderLine.product_id,
                    InventoryTransaction.change != -OrderLine.quantity,
                    InventoryTransaction.effective_at != Order.order_date,
                ),
            ),
        ),
    )
)

INVARIANTS = (
    Invariant(
        "each stock level is the sum of its movements",
        _levels_that_differ,
        "product {} has the level {}, its movements come to {}",
    ),
    Invariant(
        "no stock level is below zero",
        select(StockLevel.product_id, StockLevel.quantity).where(StockLevel.quantity < 0),
        "product {} has the level {}",
    ),
    Invariant(
        "each movement states the level that it left",
        _rows_off_their_level,
        "inventory transaction {} of product {} states {}, the level was {}",
    ),
    Invariant(
        "the stock of products that are not sold is not shown",
        _wrongly_shown,
        "product {} is {}, its last inventory transaction states {}",
    ),
    Invariant(
        "each line of a placed order has its one, equal sale",
        _lines_without_equal_sale,
        "order line {} of order {} has no sale that equals it",
    ),
    Invariant(
        "each sale belongs to a line of a placed order",
        _sales_of_no_placed_line,
        "sale {} names order line {}, which is of no placed order",
    ),
    Invariant(
        "each line of a stocked product has its movement",
        _lines_without_movement,
        "order line {} of order {} {}",
    ),
)
