"""Adjustments: stock that moved without an order."""

from common.catalogue import products
from common.catalogue.products import ProductKind
from common.db import turns
from common.db.models.inventory import InventoryTransaction
from common.db.session import Session
from common.db.turns import Turn
from common.errors import Invalid
from common.stock import counting, levels
from common.stock.counting import Count
from common.stock.levels import Movement
from products_service.inventory.schemas import AdjustmentIn


def adjust(session: Session, body: AdjustmentIn) -> InventoryTransaction:
    """Write the change, or what it takes to come to the count, into the ledger.

    Raises NotFound, InsufficientStock where a change would take more than there is,
    Conflict where fewer were counted than are promised, and Invalid for services.
    """
    turns.share(session, Turn.ledgers)
    known = products.existing(session, [body.product_id], field="product_id")
    if known[body.product_id][0].kind == ProductKind.service:
        raise Invalid({"product_id": "is a service, of which no stock is held"})
    if body.counted is not None:
        counted = Count(
            {body.product_id: body.counted}, body.reason, body.reference, at=body.effective_at
        )
        return counting.count(session, counted)[0]
    assert body.change is not None
    movement = Movement(body.product_id, body.change, body.reason, body.reference)
    return levels.move(session, [movement], body.effective_at)[0]
