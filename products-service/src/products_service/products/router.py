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
    responses=responses(NotFound, Duplicate),
)
def create_product(body: ProductIn, response: Response, db: DatabaseDep) -> ProductOut:
    """Create a product; `quantity` is its opening stock."""
    with db.transaction() as session:
        created = service.record(session, service.create(session, body))
    response.headers["Location"] = f"/products/{created.id}"
    return created


@router.get("/{product_id}", dependencies=READ, responses=responses(NotFound))
def get_product(product_id: IdPath, db: DatabaseDep) -> ProductOut:
    """Fetch a product with the level of its stock."""
    with db.reading() as session:
        return service.record(session, queries.one(session, product_id))


@router.put("/{product_id}", dependencies=WRITE, responses=responses(NotFound, Duplicate))
def replace_product(product_id: IdPath, body: ProductReplacement, db: DatabaseDep) -> ProductOut:
    """Replace what can be edited of a product; its stock is not."""
    with db.transaction() as session:
        return service.record(session, service.replace(session, product_id, body))


@router.patch("/{product_id}", dependencies=WRITE, responses=responses(NotFound, Duplicate))
def update_product(product_id: IdPath, body: ProductPatch, db: DatabaseDep) -> ProductOut:
    """Change some of a product; a quantity is registered as a movement to it."""
    with db.transaction() as session:
        return service.record(session, service.update(session, product_id, body))


@router.delete("/{product_id}", dependencies=WRITE, responses=responses(NotFound, InUse))
def delete_product(product_id: IdPath, db: DatabaseDep) -> ProductOut:
    """Delete a product that was never ordered."""
    with db.transaction() as session:
        return service.delete(session, product_id)
