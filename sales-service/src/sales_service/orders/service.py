"""What may become of orders."""

from common.db import shop
from common.db.models.orders import Order
from common.db.session import ReadSession, Session
from common.sales import placing
from sales_service.orders import queries
from sales_service.orders.schemas import OrderIn, OrderOut, OrderPatch, OrderReplacement


def place(session: Session, body: OrderIn) -> Order:
    """A new order: unpaid and unfulfilled, its stock taken, its sales recorded."""
    return placing.place(session, body.wish())


def relabel(session: Session, order_id: int, body: OrderReplacement) -> Order:
    """The order with another label; nothing else of a placed order is edited."""
    order = queries.one_to_edit(session, order_id)
    if isinstance(body, OrderPatch):
        body.refuse_changes(record(session, order))
    if "label" in body.model_fields_set or not isinstance(body, OrderPatch):
        order.label = body.label
    session.flush()  # for its new version
    return order


def record(session: ReadSession, order: Order) -> OrderOut:
    """The order as it is sent."""
    return OrderOut.of(order, shop.currency(session))
