"""Purchases over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from common.errors import Conflict, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web import problems
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.routes import Route
from common.web.writes import WriteDep
from customers_service.purchases import queries, service
from customers_service.purchases.schemas import PurchaseIn, PurchaseOut, PurchasePatch

router = APIRouter(route_class=Route, tags=["purchases"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]

READ = [requires("customers:read")]
WRITE = [requires("customers:write")]


@router.get("/purchases", dependencies=READ, responses=problems.responses(Malformed, Invalid))
def list_purchases(
    database: DatabaseDep, query: ListDep, request: Request, response: Response
) -> list[PurchaseOut]:
    """List the purchases of all customers."""
    with database.reading() as session:
        page = service.page(session, query)
    tell_page(request, response, "purchases", page)
    return list(page.rows)


@router.get(
    "/customers/{customer_id}/purchases",
    dependencies=READ,
    responses=problems.responses(Malformed, NotFound, Invalid),
)
def list_purchases_of_customer(
    database: DatabaseDep,
    customer_id: IdPath,
    query: ListDep,
    request: Request,
    response: Response,
) -> list[PurchaseOut]:
    """List the purchases of a customer."""
    with database.reading() as session:
        page = service.page_of(session, customer_id, query)
    tell_page(request, response, "purchases", page)
    return list(page.rows)


@router.post(
    "/customers/{customer_id}/purchases",
    status_code=201,
    dependencies=WRITE,
    response_model=PurchaseOut,
    responses=problems.responses(Malformed, NotFound, Invalid),
)
def create_purchase(customer_id: IdPath, body: PurchaseIn, write: WriteDep) -> Response:
    """Note a purchase of a customer."""
    return write(
        lambda session: service.create(session, customer_id, body), location="/purchases/{id}"
    )


@router.get(
    "/purchases/{purchase_id}",
    dependencies=READ,
    responses=problems.responses(NotFound, Invalid),
)
def get_purchase(database: DatabaseDep, purchase_id: IdPath) -> PurchaseOut:
    """Read a purchase."""
    with database.reading() as session:
        return service.get(session, purchase_id)


@router.put(
    "/purchases/{purchase_id}",
    dependencies=WRITE,
    response_model=PurchaseOut,
    responses=problems.responses(Malformed, NotFound, Conflict, Invalid),
)
def replace_purchase(purchase_id: IdPath, body: PurchaseIn, write: WriteDep) -> Response:
    """Replace a purchase: what is not sent becomes null; customer and date stay."""
    return write(
        lambda session: service.replace(session, purchase_id, body),
        current=lambda session: service.to_edit(session, purchase_id),
        body=body,
    )


@router.patch(
    "/purchases/{purchase_id}",
    dependencies=WRITE,
    response_model=PurchaseOut,
    responses=problems.responses(Malformed, NotFound, Conflict, Invalid),
)
def update_purchase(purchase_id: IdPath, body: PurchasePatch, write: WriteDep) -> Response:
    """Change what is sent of a purchase."""
    return write(
        lambda session: service.edit(session, purchase_id, body),
        current=lambda session: service.to_edit(session, purchase_id),
        body=body,
    )


@router.delete(
    "/purchases/{purchase_id}",
    dependencies=WRITE,
    response_model=PurchaseOut,
    responses=problems.responses(NotFound, Conflict, Invalid),
)
def delete_purchase(purchase_id: IdPath, write: WriteDep) -> Response:
    """Delete a purchase."""
    return write(
        lambda session: service.delete(session, purchase_id),
        current=lambda session: service.to_edit(session, purchase_id),
    )
