"""Orders over HTTP: entries, of which none is deleted and only the label changes."""

from typing import Annotated

from fastapi import APIRouter, Request, Response, status

from common.db import shop
from common.db.session import freeze
from common.errors import InsufficientStock, Invalid, Malformed, NotFound, ProductNotActive
from common.listing.query import ListQuery
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from common.web.writes import WriteDep
from sales_service.orders import queries, service
from sales_service.orders.schemas import (
    OrderExplanationOut,
    OrderIn,
    OrderOut,
    OrderPatch,
    OrderReplacement,
)

router = APIRouter(route_class=Route, prefix="/orders", tags=["orders"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]
READ, WRITE = [requires("orders:read")], [requires("orders:write")]


@router.get("", dependencies=READ, responses=responses(Malformed, Invalid))
def list_orders(
    request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[OrderOut]:
    """List orders with their lines; `q` looks for a piece of number or label."""
    with db.reading() as session:
        currency = shop.currency(session)
        page = queries.page(session, query)
        tell_page(request, response, "orders", page)
        return [OrderOut.of(row[0], currency) for row in page.rows]


@router.post(
    "",
    dependencies=WRITE,
    status_code=status.HTTP_201_CREATED,
    response_model=OrderOut,
    responses=responses(NotFound, InsufficientStock, ProductNotActive),
)
def place_order(body: OrderIn, write: WriteDep) -> Response:
    """Place an order. Its stock is taken and its sales are recorded with it, or nothing is."""
    return write(
        lambda session: service.record(session, service.place(session, body)),
        location="/orders/{id}",
    )


@router.get("/{order_id}", dependencies=READ, responses=responses(NotFound))
def get_order(order_id: IdPath, db: DatabaseDep) -> OrderOut:
    """Fetch an order with its lines."""
    with db.reading() as session:
        return service.record(session, queries.one(session, order_id))


@router.get("/{order_id}/explain", dependencies=READ, responses=responses(NotFound))
def explain_order(order_id: IdPath, db: DatabaseDep) -> OrderExplanationOut:
    """Tell how the total of an order comes about, line by line, with sales and movements."""
    with db.reading() as session:
        freeze(session)
        return service.explanation(session, order_id)


@router.put(
    "/{order_id}", dependencies=WRITE, response_model=OrderOut, responses=responses(NotFound)
)
def replace_order(order_id: IdPath, body: OrderReplacement, write: WriteDep) -> Response:
    """Replace what can be edited of a placed order: its label."""
    return write(
        lambda session: service.record(session, service.relabel(session, order_id, body)),
        current=lambda session: service.to_edit(session, order_id),
        body=body,
    )


@router.patch(
    "/{order_id}", dependencies=WRITE, response_model=OrderOut, responses=responses(NotFound)
)
def update_order(order_id: IdPath, body: OrderPatch, write: WriteDep) -> Response:
    """Change the label of an order; another member that differs is refused."""
    return write(
        lambda session: service.record(session, service.relabel(session, order_id, body)),
        current=lambda session: service.to_edit(session, order_id),
        body=body,
    )
