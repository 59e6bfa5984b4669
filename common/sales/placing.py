"""Place an order: prices and names captured, stock taken, sales recorded, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from common.catalogue import products
from common.catalogue.products import ProductStatus
from common.db import turns
from common.db.models.catalogue import Product
from common.db.models.customers import Customer
from common.db.models.orders import Order, OrderLine
from common.db.models.sales import Sale
from common.db.session import Session
from common.db.turns import Turn
from common.errors import Invalid, NotFound, ProductNotActive
from common.money import MAX_CENTS
from common.sales.numbering import number_of
from common.sales.states import FulfilmentStatus, OrderKind, OrderStatus, PaymentStatus
from common.stock.levels import Movement, move
from common.text import fold, searchable
from common.times import now


@dataclass(frozen=True)
class LineWish:
    """What is wanted: units of a product, at its price or at one of one's own."""

    product_id: int
    quantity: int
    unit_price_cents: int | None = None


@dataclass(frozen=True)
class OrderWish:
    """A sale that is to be placed: now, and in the customer's country, where it is silent."""

    lines: Sequence[LineWish]
    customer_id: int | None = None
    country: str | None = None
    label: str | None = None
    order_date: datetime | None = None


def place(session: Session, wish: OrderWish, *, closed: bool = False) -> Order:
    """Place a sale, unpaid and unfulfilled; or `closed`: paid and shipped at its date.

    Raises NotFound (customer, products), ProductNotActive, InsufficientStock, each naming
    all that are concerned, and Invalid if the total is beyond MAX_CENTS.
    """
    turns.share(session, Turn.ledgers)
    turns.share(session, Turn.orders)
    customer = _known_customer(session, wish.customer_id)
    known = _known_products(session, wish)
    order = Order(
        customer_id=wish.customer_id,
        country=wish.country or (customer and customer.country),
        label=wish.label,
        kind=OrderKind.sale,
        status=OrderStatus.closed if closed else OrderStatus.placed,
        payment_status=PaymentStatus.paid if closed else PaymentStatus.unpaid,
        fulfilment_status=(FulfilmentStatus.shipped if closed else FulfilmentStatus.unfulfilled),
        order_date=wish.order_date or now(),
        lines=[_line(line, known[line.product_id][0]) for line in wish.lines],
    )
    order.total_cents = sum(line.line_total_cents for line in order.lines)
    if order.total_cents > MAX_CENTS:
        raise Invalid({"lines": f"must come to at most {MAX_CENTS} cents in all"})
    session.add(order)
    session.flush()  # for the ids of order and lines
    _give_number(session, order)
    session.add_all(_sale(order, line, known[line.product_id][1]) for line in order.lines)
    session.flush()  # the rows of one's own first, the levels that others want last
    _take_stock(session, order, known)
    return order


def _give_number(session: Session, order: Order) -> None:
    """Made from the id, which comes with the insert; no edit, so it counts no version."""
    number = number_of(order.id)
    derived = {"number_folded": fold(number), "search": searchable(number, order.label)}
    session.execute(
        update(Order)
        .where(Order.id == order.id)
        .values(number=number, updated_at=order.updated_at, **derived)
        .execution_options(synchronize_session=False)
    )
    set_committed_value(order, "number", number)


def _known_customer(session: Session, customer_id: int | None) -> Customer | None:
    if customer_id is None:
        return None
    customer = session.get(Customer, customer_id)
    if customer is None:
        raise NotFound.of("customer", [customer_id], field="customer_id")
    return customer


def _known_products(session: Session, wish: OrderWish) -> dict[int, tuple[Product, str]]:
    known = products.existing(session, {line.product_id for line in wish.lines}, field="lines")
    inactive = [id_ for id_, (p, _) in known.items() if p.status != ProductStatus.active]
    if inactive:
        raise ProductNotActive.of(inactive)
    return known


def _line(wish: LineWish, product: Product) -> OrderLine:
    asked = wish.unit_price_cents
    price = product.price_cents if asked is None else asked
    return OrderLine(
        product_id=product.id,
        sku=product.sku,
        product_name=product.name,
        quantity=wish.quantity,
        unit_price_cents=price,
        line_total_cents=price * wish.quantity,
    )


def _sale(order: Order, line: OrderLine, category: str) -> Sale:
    return Sale(
        order_line_id=line.id,
        order_id=order.id,
        product_id=line.product_id,
        product_name=line.product_name,
        category=category,
        customer_id=order.customer_id,
        country=order.country,
        kind=order.kind,
        quantity=line.quantity,
        unit_price_cents=line.unit_price_cents,
        total_cents=line.line_total_cents,
        sold_at=order.order_date,
    )


def _take_stock(session: Session, order: Order, known: dict[int, tuple[Product, str]]) -> None:
    movements = [
        Movement(line.product_id, -line.quantity, order.kind, order.number, line.id)
        for line in order.lines
        if known[line.product_id][0].counted
    ]
    if movements:
        move(session, movements, order.order_date)
