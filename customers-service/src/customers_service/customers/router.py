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
from common.web.writes import WriteDep
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
    response_model=CustomerOut,
    responses=problems.responses(Malformed, NotFound, Duplicate, Invalid),
)
def create_customer(body: CustomerIn, write: WriteDep) -> Response:
    """Register a customer; one without a number gets `C-` and its id."""
    hashed = passwords.hashed(body.password)
    return write(lambda session: service.create(session, body, hashed), location="/customers/{id}")


@router.get("/{customer_id}", dependencies=READ, responses=problems.responses(NotFound, Invalid))
def get_customer(database: DatabaseDep, customer_id: IdPath) -> CustomerOut:
    """Read a customer."""
    with database.reading() as session:
        return service.get(session, customer_id)


@router.put(
    "/{customer_id}",
    dependencies=WRITE,
    response_model=CustomerOut,
    responses=problems.responses(Malformed, NotFound, Conflict, Duplicate, Invalid),
)
def replace_customer(customer_id: IdPath, body: CustomerIn, write: WriteDep) -> Response:
    """Replace a customer: what is not sent becomes null, except number and password."""
    hashed = passwords.hashed(body.password)
    return write(
        lambda session: service.replace(session, customer_id, body, hashed),
        current=lambda session: service.to_edit(session, customer_id),
        body=body,
    )


@router.patch(
    "/{customer_id}",
    dependencies=WRITE,
    response_model=CustomerOut,
    responses=problems.responses(Malformed, NotFound, Conflict, Duplicate, Invalid),
)
def update_customer(customer_id: IdPath, body: CustomerPatch, write: WriteDep) -> Response:
    """Change what is sent of a customer."""
    hashed = passwords.hashed(body.password)
    return write(
        lambda session: service.edit(session, customer_id, body, hashed),
        current=lambda session: service.to_edit(session, customer_id),
        body=body,
    )


@router.delete(
    "/{customer_id}",
    dependencies=WRITE,
    response_model=CustomerOut,
    responses=problems.responses(NotFound, Conflict, InUse, Invalid),
)
def delete_customer(customer_id: IdPath, write: WriteDep) -> Response:
    """Delete a customer without orders and purchases; its contacts stay."""
    return write(
        lambda session: service.delete(session, customer_id),
        current=lambda session: service.to_edit(session, customer_id),
    )
