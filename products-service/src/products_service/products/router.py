"""Products over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response, status

from common.db import shop
from common.errors import Duplicate, InUse, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from common.web.writes import WriteDep
from products_service.products import queries, service
from products_service.products.schemas import (
    ProductIn,
    ProductOut,
    ProductPatch,
    ProductReplacement,
)

router = APIRouter(route_class=Route, prefix="/products", tags=["products"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]
READ, WRITE = [requires("products:read")], [requires("products:write")]


@router.get("", dependencies=READ, responses=responses(Malformed, Invalid))
def list_products(
    request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[ProductOut]:
    """List products; `q` looks for a piece of SKU or name."""
    with db.reading() as session:
        currency = shop.currency(session)
        page = queries.page(session, query)
        tell_page(request, response, "products", page)
        return [ProductOut.of(row[0], row[1], row[2], currency) for row in page.rows]


@router.post(
    "",
    dependencies=WRITE,
    status_code=status.HTTP_201_CREATED,
    response_model=ProductOut,
    responses=responses(NotFound, Duplicate),
)
def create_product(body: ProductIn, write: WriteDep) -> Response:
    """Create a product; `quantity` is its opening stock."""
    return write(
        lambda session: service.record(session, service.create(session, body)),
        location="/products/{id}",
    )


@router.get("/{product_id}", dependencies=READ, responses=responses(NotFound))
def get_product(product_id: IdPath, db: DatabaseDep) -> ProductOut:
    """Fetch a product with the level of its stock."""
    with db.reading() as session:
        return service.record(session, queries.one(session, product_id))


@router.put(
    "/{product_id}",
    dependencies=WRITE,
    response_model=ProductOut,
    responses=responses(NotFound, Duplicate),
)
def replace_product(product_id: IdPath, body: ProductReplacement, write: WriteDep) -> Response:
    """Replace what can be edited of a product; its stock is not."""
    return write(
        lambda session: service.record(session, service.replace(session, product_id, body)),
        current=lambda session: service.to_edit(session, product_id),
        body=body,
    )


@router.patch(
    "/{product_id}",
    dependencies=WRITE,
    response_model=ProductOut,
    responses=responses(NotFound, Duplicate),
)
def update_product(product_id: IdPath, body: ProductPatch, write: WriteDep) -> Response:
    """Change some of a product; a quantity is registered as a movement to it."""
    return write(
        lambda session: service.record(session, service.update(session, product_id, body)),
        current=lambda session: service.to_edit(session, product_id),
        body=body,
    )


@router.delete(
    "/{product_id}",
    dependencies=WRITE,
    response_model=ProductOut,
    responses=responses(NotFound, InUse),
)
def delete_product(product_id: IdPath, write: WriteDep) -> Response:
    """Delete a product that was never ordered."""
    return write(
        lambda session: service.delete(session, product_id),
        current=lambda session: service.to_edit(session, product_id),
    )
