"""Products in SQL, with the levels of their stock."""

from typing import Any

from sqlalchemy import Row, case, literal, select

from common.db.lists import Listing, fetch
from common.db.models.catalogue import Product
from common.db.models.inventory import StockLevel
from common.db.models.orders import OrderLine
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing import ListQuery, Page
from common.stock.counting import allocated_units

_columns = Product.__table__.c
_quantity = case((_columns.status == "active", StockLevel.__table__.c.quantity))
_allocated = allocated_units(_columns.id)
_FIELDS = {
    name: _columns[name]
    for name in (
        *("id", "sku", "name", "description", "category_id", "price_cents", "cost_cents"),
        *("kind", "status", "reorder_point", "created_at", "updated_at", "version"),
    )
}


def page(session: ReadSession, query: ListQuery, currency: str) -> Page[Row[*tuple[Any, ...]]]:
    """Rows of product, level and units allocated."""
    derived = {"quantity": _quantity, "allocated": _allocated, "on_hand": _quantity + _allocated}
    listing = Listing(
        fields=_FIELDS | derived | {"currency": literal(currency)},
        id=_columns.id,
        folded={"sku": _columns.sku_folded},
        search=_columns.search,
    )
    return fetch(session, _with_levels().where(Product.deleted_at.is_(None)), listing, query)


def one(session: ReadSession, product_id: int) -> Product:
    """The product, or NotFound if there is none or it was deleted."""
    product = session.get(Product, product_id)
    if product is None or product.deleted_at is not None:
        raise NotFound.of("product", [product_id])
    return product


def level(session: ReadSession, product_id: int) -> tuple[int | None, int]:
    """The level of the product's stock, null for services, and the units allocated."""
    query = _with_levels().where(Product.id == product_id)
    _product, quantity, allocated = session.execute(query).one()
    return quantity, allocated


def was_ordered(session: ReadSession, product_id: int) -> bool:
    """Whether an order line names the product."""
    query = select(OrderLine.id).where(OrderLine.product_id == product_id).limit(1)
    return session.scalar(query) is not None


def _with_levels() -> Any:
    return select(Product, StockLevel.quantity, _allocated).outerjoin(
        StockLevel, StockLevel.product_id == Product.id
    )
