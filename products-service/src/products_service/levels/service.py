"""What there was, and why."""

from datetime import datetime

from common.catalogue.products import ProductKind
from common.db.models.catalogue import Product
from common.db.session import ReadSession
from common.errors import Invalid
from products_service.levels import queries
from products_service.levels.schemas import (
    AllocationOut,
    CountOut,
    ExplanationOut,
    InventoryOut,
    MovementOut,
    ReasonOut,
)


def level(session: ReadSession, product_id: int, moment: datetime) -> InventoryOut:
    """The level of one product at the moment, 0 before its first movement.

    Raises NotFound if it was never there or deleted by then, and Invalid for services.
    """
    product = queries.existing(session, product_id, moment)
    _refuse_service(product)
    return InventoryOut.of(queries.one(session, product, moment), moment)


def explanation(session: ReadSession, product_id: int) -> ExplanationOut:
    """What made the level of the product. The session sees one state of the database.

    Raises NotFound and, for services, Invalid.
    """
    product = queries.existing(session, product_id)
    _refuse_service(product)
    by_reason = [
        ReasonOut(reason=reason, movements=movements, change=change)
        for reason, movements, change in queries.movements_by_reason(session, product_id)
    ]
    quantity = sum(each.change for each in by_reason)
    level_ = queries.present_level(session, product_id)
    orders, allocated, oldest = queries.allocations(session, product_id)
    last = queries.last_count(session, product_id)
    return ExplanationOut(
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        quantity=quantity,
        level=level_,
        agrees=level_ == quantity,
        allocated=allocated,
        on_hand=quantity + allocated,
        movements=sum(each.movements for each in by_reason),
        movements_by_reason=by_reason,
        recent_movements=_recent(session, product_id),
        allocation_count=orders,
        allocations=[
            AllocationOut(order_id=id_, number=str(number), order_date=date, quantity=units)
            for id_, number, date, units in oldest
        ],
        last_count=None if last is None else CountOut.model_validate(last),
    )


def _recent(session: ReadSession, product_id: int) -> list[MovementOut]:
    return [
        MovementOut(
            id=row.id,
            change=row.change,
            quantity=row.quantity,
            reason=row.reason,
            reference=row.reference,
            order_id=order_id,
            order_number=number,
            counted=row.counted,
            effective_at=row.effective_at,
            recorded_at=row.recorded_at,
        )
        for row, order_id, number in queries.recent_movements(session, product_id)
    ]


def _refuse_service(product: Product) -> None:
    if product.kind == ProductKind.service:
        raise Invalid({"product_id": "is a service, of which no stock is held"})
