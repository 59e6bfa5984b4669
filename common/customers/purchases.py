"""Purchases are free notes of what a customer bought; they move no stock."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from common.db.models.catalogue import Product
from common.db.models.customers import Purchase
from common.db.session import ReadSession, Session
from common.errors import NotFound
from common.times import now


def record(session: Session, purchase: Purchase) -> None:
    """Add a purchase of a customer who is known to exist; its product is looked for here."""
    _refuse_unknown_product(session, purchase.product_id)
    session.add(purchase)
    session.flush()


def change(session: Session, purchase: Purchase, changes: Mapping[str, Any]) -> None:
    """Apply changes by field. A product that was deleted since may stay where it is."""
    product_id = changes.get("product_id", purchase.product_id)
    if product_id != purchase.product_id:
        _refuse_unknown_product(session, product_id)
    for field, value in changes.items():
        setattr(purchase, field, value)
    purchase.last_updated_on = now()
    session.flush()


def _refuse_unknown_product(session: ReadSession, product_id: int | None) -> None:
    if product_id is None:
        return
    known = exists().where(Product.id == product_id, Product.deleted_at.is_(None))
    if not session.scalar(select(known)):
        raise NotFound.of("product", [product_id], field="product_id")
