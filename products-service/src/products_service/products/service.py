"""What may become of products, and what the ledger hears of it."""

from typing import Any

from common.catalogue import prices, products
from common.catalogue.products import ProductKind
from common.db import shop, turns
from common.db.models.catalogue import Product
from common.db.session import ReadSession, Session
from common.db.turns import Turn
from common.errors import InUse, Invalid
from common.stock import counting, levels
from common.times import now
from products_service.products import queries
from products_service.products.schemas import (
    ProductBody,
    ProductIn,
    ProductOut,
    ProductPatch,
    ProductReplacement,
)


def create(session: Session, body: ProductIn) -> Product:
    """A new product; its opening stock is its first inventory transaction."""
    stocked = body.kind == ProductKind.stocked
    if body.quantity is not None and not stocked:
        raise Invalid({"quantity": "is not held of services"})
    turns.share(session, Turn.ledgers)
    product = products.add(session, Product(**body.model_dump(exclude={"quantity"})))
    if stocked:
        levels.open_stock(session, product, body.quantity or 0)
    return product


def to_edit(session: Session, product_id: int) -> ProductOut:
    """The product, which nobody else edits until the transaction ends."""
    return record(session, queries.one_to_edit(session, product_id))


def replace(session: Session, product_id: int, body: ProductReplacement) -> Product:
    """The product with all that the body says; kind and status stay where it is silent."""
    product = queries.one_to_edit(session, product_id)
    silent = {"kind", "status"} - body.model_fields_set
    _change(session, product, body, body.model_dump(exclude=silent))
    return product


def update(session: Session, product_id: int, body: ProductPatch) -> Product:
    """The product with what the body says; a quantity is a movement to that level."""
    product = queries.one_to_edit(session, product_id)
    told = body.model_dump(exclude_unset=True)
    current = record(session, product)
    body.refuse_changes(current)
    wanted = told.pop("quantity", current.quantity)
    _change(session, product, body, told)
    if wanted != current.quantity:
        if product.kind == ProductKind.service:
            raise Invalid({"quantity": "is not held of services"})
        if wanted is None:
            raise Invalid({"quantity": "is null by itself while the product is not active"})
        counting.set_quantity(session, product.id, wanted)
    return product


def delete(session: Session, product_id: int) -> ProductOut:
    """The record that was; InUse if orders name it. Its ledger stays, its SKU is free."""
    product = queries.one_to_edit(session, product_id)
    if queries.was_ordered(session, product_id):
        raise InUse(f"Product {product_id} stands in orders; discontinue it instead.")
    deleted = record(session, product)
    product.deleted_at = now()
    if product.kind == ProductKind.stocked:
        levels.mark(session, product, "deleted")
    return deleted


def record(session: ReadSession, product: Product) -> ProductOut:
    """The product as it is sent."""
    return ProductOut.of(product, *queries.level(session, product.id), shop.currency(session))


def _change(session: Session, product: Product, body: ProductBody, told: dict[str, Any]) -> None:
    if told.get("kind", product.kind) != product.kind:
        raise Invalid({"kind": "never changes; create another product"})
    restated = told.get("status", product.status) != product.status
    for name, value in told.items():
        setattr(product, name, value)
    if body.model_fields_set & {"sku", "category_id"}:
        products.check(session, product)
    session.flush()  # for its new version
    if told.keys() & {"price_cents", "cost_cents"}:
        prices.change(session, product)
    if restated and product.kind == ProductKind.stocked:
        levels.mark(session, product, product.status)
