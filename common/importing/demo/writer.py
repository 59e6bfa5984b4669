"""Write a sample shop in one transaction: all of it or, on any failure, nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from common.catalogue import categories
from common.catalogue import products as catalogue
from common.catalogue.categories import CategoryName
from common.catalogue.products import ProductStatus
from common.db import bulk, shop
from common.db.models.catalogue import Product
from common.db.models.customers import Customer
from common.db.models.orders import Order
from common.db.session import Database, ReadSession, Session
from common.importing.demo.bookkeeping import Bookkeeper
from common.importing.demo.orders import Trade
from common.importing.demo.people import people
from common.importing.demo.register import write_customers
from common.importing.demo.shop import DemoProduct, products
from common.importing.demo.stocking import Stocking, plan_stock
from common.importing.progress import Progress, Silence
from common.times import now


class ShopNotEmpty(Exception):
    """The shop holds products, customers or orders of its own."""


@dataclass(frozen=True)
class Made:
    """What a sample shop came to. Returns are orders too; money is in minor units."""

    customers: int
    products: int
    orders: int
    returns: int
    lines: int
    total_cents: int
    currency: str


def make_demo(
    database: Database, *, customers: int, orders: int, seed: int, progress: Progress | None = None
) -> Made:
    """Fill the empty shop: the same numbers and seed make the same rows on every machine.

    Memory does not grow with the orders, and by nine bytes with each customer. Raises
    ShopNotEmpty.
    """
    watched = progress or Silence()
    with database.reading() as session:  # told at once, and looked at again below
        _refuse_unless_empty(session)
    found = products(seed, orders)
    trade = Trade(seed, customers=customers, orders=orders, products=found)
    watched.phase("Rehearsing the orders", orders)
    stocking = plan_stock(found, trade.orders(), watched.advance)
    watched.phase("Waiting for its turn", None)
    with database.transaction() as session:
        bulk.prepare(session)  # takes the turn
        _refuse_unless_empty(session)
        product_ids = _write_products(session, found, stocking)
        watched.phase("Writing customers", customers)
        who = people(seed, customers, len(found))
        buyers = write_customers(session, who, found, product_ids, watched.advance)
        watched.phase("Writing orders", orders)
        books = Bookkeeper(session, found, product_ids, buyers, now())
        books.write(trade.orders(), stocking, watched.advance)
        return Made(
            customers=customers,
            products=len(found),
            orders=orders,
            returns=books.returns,
            lines=books.lines,
            total_cents=books.total_cents,
            currency=shop.currency(session),
        )


def _refuse_unless_empty(session: ReadSession) -> None:
    for model in (Product, Customer, Order):
        if session.scalar(select(model.id).limit(1)) is not None:
            raise ShopNotEmpty


def _write_products(
    session: Session, found: Sequence[DemoProduct], stocking: Stocking
) -> list[int]:
    """Write all ten categories and every product; the ids of these by place."""
    ids = {name: categories.named(session, name).id for name in CategoryName}
    rows = [
        _product(known, ids[known.category], stocking.reorder_points.get(place))
        for place, known in enumerate(found)
    ]
    catalogue.add_all(session, rows)
    return [row.id for row in rows]


def _product(known: DemoProduct, category_id: int, reorder_point: int | None) -> Product:
    return Product(
        sku=known.sku,
        name=known.name,
        category_id=category_id,
        price_cents=known.price_cents,
        cost_cents=known.cost_cents,
        kind=known.kind.value,
        status=ProductStatus.active.value,
        reorder_point=reorder_point,
    )
