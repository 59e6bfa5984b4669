"""Levels at an instant, and what made them, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from common.db.functions import first_line
from common.db.lists import Listing, fetch
from common.db.models.catalogue import Product, ProductPrice
from common.db.models.inventory import InventoryTransaction, StockLevel
from common.db.models.orders import Order, OrderLine
from common.db.models.shop import Shop
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing.fields import fields_of
from common.listing.query import ListQuery, Page, Vocabulary
from common.stock.counting import awaited
from common.stock.instants import levels_at
from products_service.levels.schemas import InventoryOut

RECENT = 20  # movements that an explanation tells
ALLOCATIONS = 100  # and orders that await the product
_FIELDS = {name: field for name, field in fields_of(InventoryOut).items() if name != "as_of"}
VOCABULARY = Vocabulary("inventory", _FIELDS, searched=True)
# Beyond it a value would not fit 63 bits; compared as decimals, or as floats on SQLite.
_LARGEST_VALUE: ColumnElement[Any] = literal_column("9.2e18")
_ONE: ColumnElement[Any] = literal_column("1.0")


def page(session: ReadSession, query: ListQuery, moment: datetime) -> Page[Row[*tuple[Any, ...]]]:
    """Rows that begin with the columns of InventoryOut but for the moment."""
    columns, inventory = _inventory(moment)
    product = Product.__table__.c
    # a deleted product has no key any more, but its search text begins with it
    folded = {"sku": func.coalesce(product.sku_folded, first_line(product.search))}
    listing = Listing(VOCABULARY, columns, folded, product.search, ())
    return fetch(session, inventory, listing, query)


def one(session: ReadSession, product: Product, moment: datetime) -> Row[*tuple[Any, ...]]:
    """The columns of InventoryOut but for the moment; NotFound if it was deleted by then.

    On a server it may have been since `existing` found it there.
    """
    columns, inventory = _inventory(moment, product.id)
    row = session.execute(inventory.where(columns["id"] == product.id)).one_or_none()
    if row is None:
        raise NotFound.of("product", [product.id])
    return row


def existing(session: ReadSession, product_id: int, moment: datetime | None = None) -> Product:
    """The product, or NotFound if there never was one or it was deleted by the moment, or now."""
    product = session.get(Product, product_id)
    if product is None or (
        product.deleted_at is not None and (moment is None or product.deleted_at <= moment)
    ):
        raise NotFound.of("product", [product_id])
    return product


def present_level(session: ReadSession, product_id: int) -> int | None:
    """The level from which sales are taken; null if the product has none."""
    return session.scalar(select(StockLevel.quantity).where(StockLevel.product_id == product_id))


def movements_by_reason(session: ReadSession, product_id: int) -> Sequence[Row[str, int, int]]:
    """Rows of reason, how many movements, and what they come to; by reason."""
    row = InventoryTransaction
    query = (
        select(row.reason, func.count(), cast(func.sum(row.change), BigInteger))
        .where(row.product_id == product_id)
        .group_by(row.reason)
        .order_by(row.reason)
    )
    return session.execute(query).all()


def recent_movements(
    session: ReadSession, product_id: int
) -> Sequence[Row[InventoryTransaction, int | None, str | None]]:
    """The last RECENT rows that were recorded, the newest first, with id and number of orders."""
    query = (
        select(InventoryTransaction, Order.id, Order.number)
        .outerjoin(OrderLine, OrderLine.id == InventoryTransaction.order_line_id)
        .outerjoin(Order, Order.id == OrderLine.order_id)
        .where(InventoryTransaction.product_id == product_id)
        .order_by(InventoryTransaction.id.desc())
        .limit(RECENT)
    )
    return session.execute(query).all()


def allocations(
    session: ReadSession, product_id: int
) -> tuple[int, int, Sequence[Row[int, str | None, datetime, int]]]:
    """How many orders await how many units, and the oldest ALLOCATIONS of them.

    As rows of id, number, date and units.
    """
    units = cast(func.sum(OrderLine.quantity), BigInteger)
    awaiting = (
        select(Order.id, Order.number, Order.order_date, units.label("units"))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(*awaited(), OrderLine.product_id == product_id)
        .group_by(Order.id, Order.number, Order.order_date)
    )
    each = awaiting.subquery()
    whole = select(func.count(), cast(func.coalesce(func.sum(each.c.units), 0), BigInteger))
    orders, allocated = session.execute(whole.select_from(each)).one()
    oldest = awaiting.order_by(Order.order_date, Order.id).limit(ALLOCATIONS)
    return orders, allocated, session.execute(oldest).all()


def last_count(session: ReadSession, product_id: int) -> InventoryTransaction | None:
    """The row of the ledger that was recorded last of those that come from a count."""
    query = (
        select(InventoryTransaction)
        .where(
            InventoryTransaction.product_id == product_id,
            InventoryTransaction.counted.is_not(None),
        )
        .order_by(InventoryTransaction.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def _inventory(
    moment: datetime, product_id: int | None = None
) -> tuple[dict[str, ColumnElement[Any]], Select[*tuple[Any, ...]]]:
    """The columns of a record by name, and the rows of them that were there at the moment.

    Of one product a row even before its first movement.
    """
    product, price = Product.__table__, ProductPrice.__table__
    levels = levels_at(moment, None if product_id is None else [product_id])
    quantity = func.coalesce(levels.c.quantity, 0)
    columns: dict[str, ColumnElement[Any]] = {
        "id": product.c.id,
        "product_id": product.c.id.label("product_id"),
        "sku": product.c.sku,
        "name": product.c.name,
        "category_id": product.c.category_id,
        "quantity": quantity,
        "price_cents": price.c.price_cents,
        "cost_cents": price.c.cost_cents,
        "currency": select(Shop.currency).scalar_subquery(),
        "value_at_price_cents": _value(quantity, price.c.price_cents),
        "value_at_cost_cents": _value(quantity, price.c.cost_cents),
    }
    moved = product.join(
        levels, levels.c.product_id == product.c.id, isouter=product_id is not None
    )
    then = and_(price.c.product_id == product.c.id, price.c.id == _price_at(moment))
    rows = moved.join(price, then)
    there = or_(product.c.deleted_at.is_(None), product.c.deleted_at > moment)
    return columns, select(*columns.values()).select_from(rows).where(there)


def _price_at(moment: datetime) -> ColumnElement[Any]:
    """The id of the price at the moment; before the first one that is known, of that."""
    price, product = ProductPrice.__table__.alias(), Product.__table__
    known = select(price.c.id).where(price.c.product_id == product.c.id).correlate(product)
    by_then = known.where(price.c.effective_at <= moment).order_by(price.c.effective_at.desc())
    first = known.order_by(price.c.effective_at)
    return func.coalesce(by_then.limit(1).scalar_subquery(), first.limit(1).scalar_subquery())


def _value(quantity: ColumnElement[int], cents: ColumnElement[Any]) -> ColumnElement[Any]:
    fits = func.abs(quantity) * _ONE * cents < _LARGEST_VALUE
    return case((fits, quantity * cents))
