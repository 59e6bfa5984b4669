"""Products in SQL, with the levels of their stock."""

from typing import Any

from sqlalchemy import Row, case, select

from common.db import turns
from common.db.lists import Listing, fetch
from common.db.models.catalogue import Product
from common.db.models.inventory import StockLevel
from common.db.models.orders import OrderLine
from common.db.models.shop import Shop
from common.db.session import EDITED, ReadSession, Session
from common.db.turns import Turn
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from common.stock.counting import allocated_units
from products_service.products.schemas import ProductOut

_columns = Product.__table__.c
_quantity = case((_columns.status == "active", StockLevel.__table__.c.quantity))
_allocated = allocated_units(_columns.id)
LISTING = Listing.of(
    "products",
    ProductOut,
    Product.__table__,
    derived={
        "quantity": _quantity,
        "allocated": _allocated,
        "on_hand": _quantity + _allocated,
        "currency": select(Shop.currency).scalar_subquery(),
    },
    folded={"sku": _columns.sku_folded},
    search=_columns.search,
)


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """Rows of product, level and units allocated."""
    return fetch(session, _with_levels().where(Product.deleted_at.is_(None)), LISTING, query)


def one(session: ReadSession, product_id: int) -> Product:
    """The product, or NotFound if there is none or it was deleted."""
    return _there(session.get(Product, product_id), product_id)


def one_to_edit(session: Session, product_id: int) -> Product:
    """Like `one`; of two who edit at the same moment, the second waits here for the first.

    It takes the turn at the ledgers alone: on PostgreSQL those who sell a product could hold
    its row among them for ever, but they queue for the turn behind who wants it alone.
    """
    turns.take(session, Turn.ledgers)
    product = session.get(Product, product_id, with_for_update=EDITED)
    return _there(product, product_id)


def level(session: ReadSession, product_id: int) -> tuple[int | None, int]:
    """The level of the product's stock, null for services, and the units allocated."""
    query = _with_levels().where(Product.id == product_id)
    _product, quantity, allocated = session.execute(query).one()
    return quantity, allocated


def was_ordered(session: ReadSession, product_id: int) -> bool:
    """Whether an order line names the product."""
    query = select(OrderLine.id).where(OrderLine.product_id == product_id).limit(1)
    return session.scalar(query) is not None


def _there(product: Product | None, product_id: int) -> Product:
    if product is None or product.deleted_at is not None:
        raise NotFound.of("product", [product_id])
    return product


def _with_levels() -> Any:
    return select(Product, StockLevel.quantity, _allocated).outerjoin(
        StockLevel, StockLevel.product_id == Product.id
    )
