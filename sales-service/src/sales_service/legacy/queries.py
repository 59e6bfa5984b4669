"""Users, products and orders in SQL, as the API of old lists them."""

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from common.db.models.catalogue import Product
from common.db.models.customers import Customer
from common.db.models.orders import Order
from common.db.session import ReadSession
from common.errors import NotFound
from common.schemas import refuse_impossible
from sales_service.legacy.schemas import ItemOut, OrderOut, ProductOut, UserOut, to_the_second


def users_after(session: ReadSession, last_id: int, limit: int) -> Sequence[UserOut]:
    """The at most `limit` users after that id."""
    chosen = select(Customer).where(Customer.id > last_id).order_by(Customer.id).limit(limit)
    return [user_of(customer) for customer in session.scalars(chosen)]


def products_after(session: ReadSession, last_id: int, limit: int) -> Sequence[ProductOut]:
    """The at most `limit` products after that id."""
    chosen = (
        select(Product)
        .where(Product.id > last_id, Product.deleted_at.is_(None))
        .order_by(Product.id)
        .limit(limit)
    )
    return [product_of(product) for product in session.scalars(chosen)]


def orders_after(
    session: ReadSession, last_id: int, limit: int, *, user_id: int
) -> Sequence[OrderOut]:
    """The at most `limit` orders of the user after that id."""
    chosen = (
        select(Order)
        .where(Order.customer_id == user_id, Order.id > last_id)
        .order_by(Order.id)
        .limit(limit)
        .options(selectinload(Order.lines))
    )
    return [order_of(order) for order in session.scalars(chosen)]


def refuse_unknown_user(session: ReadSession, user_id: int, *, field: str | None = None) -> None:
    """Raise NotFound unless there is such a user, whatever number that is."""
    refuse_impossible("user", [user_id], field=field)
    if not session.scalar(select(exists().where(Customer.id == user_id))):
        raise NotFound.of("user", [user_id], field=field)


def user_of(customer: Customer) -> UserOut:
    """The customer as a user."""
    return UserOut(
        id=customer.id,
        email=customer.email,
        full_name=customer.name,
        created_at=to_the_second(customer.created_at),
    )


def product_of(product: Product) -> ProductOut:
    """The product as it is told here."""
    return ProductOut(id=product.id, name=product.name, price_cents=product.price_cents)


def order_of(order: Order) -> OrderOut:
    """The order as it is told here; it must have a customer."""
    assert order.customer_id is not None
    items = [
        ItemOut(
            id=line.id,
            product_id=line.product_id,
            quantity=line.quantity,
            price_cents_at_purchase=line.unit_price_cents,
        )
        for line in order.lines
    ]
    return OrderOut(
        id=order.id,
        user_id=order.customer_id,
        status=order.label or order.status,  # orders of elsewhere may have no label
        created_at=to_the_second(order.order_date),
        items=items,
        total_cents=order.total_cents,
        total_quantity=sum(item.quantity for item in items),
    )
