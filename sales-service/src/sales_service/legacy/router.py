"""Order Management v1 over HTTP, under `/order-mgmt`."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import TypeAdapter

from common.schemas import Number
from common.web.auth import requires
from common.web.deps import DatabaseDep
from common.web.routes import Route
from common.web.whole_lists import whole_list
from common.web.writes import WriteDep
from sales_service.legacy import queries, service
from sales_service.legacy.schemas import (
    OrderIn,
    OrderList,
    OrderOut,
    ProductIn,
    ProductOut,
    UserIn,
    UserOut,
)

router = APIRouter(route_class=Route, tags=["Order Management v1"])

_USERS = TypeAdapter(Sequence[UserOut])
_PRODUCTS = TypeAdapter(Sequence[ProductOut])
_ORDERS = TypeAdapter(Sequence[OrderOut])
_UserId = Annotated[Number, Query(description="Whose orders")]


@router.get("/users", dependencies=[requires("customers:read")], response_model=list[UserOut])
def list_users(database: DatabaseDep) -> Response:
    """List all users."""
    return whole_list(database, _USERS, queries.users_after)


@router.post(
    "/users",
    status_code=201,
    dependencies=[requires("customers:write")],
    response_model=UserOut,
)
def create_user(body: UserIn, write: WriteDep) -> Response:
    """Create a user."""
    return write(lambda session: service.create_user(session, body))


@router.get("/products", dependencies=[requires("products:read")], response_model=list[ProductOut])
def list_products(database: DatabaseDep) -> Response:
    """List all products."""
    return whole_list(database, _PRODUCTS, queries.products_after)


@router.post(
    "/products",
    status_code=201,
    dependencies=[requires("products:write")],
    response_model=ProductOut,
)
def create_product(body: ProductIn, write: WriteDep) -> Response:
    """Create a product, of which no stock is held."""
    return write(lambda session: service.create_product(session, body))


@router.get("/orders", dependencies=[requires("orders:read")], response_model=OrderList)
def list_orders(database: DatabaseDep, user_id: _UserId) -> Response:
    """List the orders of a user."""
    with database.reading() as session:
        queries.refuse_unknown_user(session, user_id)
    return whole_list(
        database,
        _ORDERS,
        partial(queries.orders_after, user_id=user_id),
        opening='{"orders":[',
        closing='],"total":{}}}'.format,
    )


@router.post(
    "/orders",
    status_code=201,
    dependencies=[requires("orders:write")],
    response_model=OrderOut,
)
def place_order(body: OrderIn, write: WriteDep) -> Response:
    """Place an order; its items have the prices of now for ever."""
    return write(lambda session: service.place_order(session, body))
