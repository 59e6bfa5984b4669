"""Customers over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from common.customers import passwords
from common.errors import Conflict, Duplicate, InUse, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web import problems
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.routes import Route
from customers_service.customers import queries, service
from customers_service.customers.schemas import CustomerIn, CustomerOut, CustomerPatch

router = APIRouter(route_class=Route, prefix="/customers", tags=["customers"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]

READ = [requires("customers:read")]
WRITE = [requires("customers:write")]


@router.get("", dependencies=READ, responses=problems.responses(Malformed, Invalid))
def list_customers(
    database: DatabaseDep, query: ListDep, request: Request, response: Response
) -> list[CustomerOut]:
    """List customers; `q` looks in number, name, e-mail and user name."""
    with database.reading() as session:
        page = service.page(session, query)
    tell_page(request, response, "customers", page)
    return list(page.rows)


@router.post(
    "",
    status_code=201,
    dependencies=WRITE,
    responses=problems.responses(Malformed, NotFound, Duplicate, Invalid),
)
def create_customer(database: DatabaseDep, body: CustomerIn, response: Response) -> CustomerOut:
    """Register a customer; one without a number gets `C-` and its id."""
    hashed = passwords.hashed(body.password)
    with database.transaction() as session:
        customer = service.create(session, body, hashed)
    response.headers["Location"] = f"/customers/{customer.id}"
    return customer


@router.get("/{customer_id}", dependencies=READ, responses=problems.responses(NotFound, Invalid))
def get_customer(database: DatabaseDep, customer_id: IdPath) -> CustomerOut:
    """Read a customer."""
    with database.reading() as session:
        return service.get(session, customer_id)


@router.put(
    "/{customer_id}",
    dependencies=WRITE,
    responses=problems.responses(Malformed, NotFound, Conflict, Duplicate, Invalid),
)
def replace_customer(database: DatabaseDep, customer_id: IdPath, body: CustomerIn) -> CustomerOut:
    """Replace a customer: what is not sent becomes null, except number and password."""
    hashed = passwords.hashed(body.password)
    with database.transaction() as session:
        return service.replace(session, customer_id, body, hashed)


@router.patch(
    "/{customer_id}",
    dependencies=WRITE,
    responses=problems.responses(Malformed, NotFound, Conflict, Duplicate, Invalid),
)
def update_customer(database: DatabaseDep, customer_id: IdPath, body: CustomerPatch) -> CustomerOut:
    """Change what is sent of a customer."""
    hashed = passwords.hashed(body.password)
    with database.transaction() as session:
        return service.edit(session, customer_id, body, hashed)


@router.delete(
    "/{customer_id}",
    dependencies=WRITE,
    responses=problems.responses(NotFound, Conflict, InUse, Invalid),
)
def delete_customer(database: DatabaseDep, customer_id: IdPath) -> CustomerOut:
    """Delete a customer without orders and purchases; its contacts stay."""
    with database.transaction() as session:
        return service.delete(session, customer_id)
