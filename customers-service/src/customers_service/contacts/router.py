"""Contacts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response

from common.errors import Conflict, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web import problems
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.routes import Route
from customers_service.contacts import queries, service
from customers_service.contacts.schemas import ContactIn, ContactOut, ContactPatch

router = APIRouter(route_class=Route, prefix="/contacts", tags=["contacts"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]

READ = [requires("customers:read")]
WRITE = [requires("customers:write")]


@router.get("", dependencies=READ, responses=problems.responses(Malformed, Invalid))
def list_contacts(
    database: DatabaseDep, query: ListDep, request: Request, response: Response
) -> list[ContactOut]:
    """List contacts."""
    with database.reading() as session:
        page = service.page(session, query)
    tell_page(request, response, "contacts", page)
    return list(page.rows)


@router.post(
    "", status_code=201, dependencies=WRITE, responses=problems.responses(Malformed, Invalid)
)
def create_contact(database: DatabaseDep, body: ContactIn, response: Response) -> ContactOut:
    """Add a contact; customers name it in their `contact_ids`."""
    with database.transaction() as session:
        contact = service.create(session, body)
    response.headers["Location"] = f"/contacts/{contact.id}"
    return contact


@router.get("/{contact_id}", dependencies=READ, responses=problems.responses(NotFound, Invalid))
def get_contact(database: DatabaseDep, contact_id: IdPath) -> ContactOut:
    """Read a contact."""
    with database.reading() as session:
        return service.get(session, contact_id)


@router.put(
    "/{contact_id}",
    dependencies=WRITE,
    responses=problems.responses(Malformed, NotFound, Conflict, Invalid),
)
def replace_contact(database: DatabaseDep, contact_id: IdPath, body: ContactIn) -> ContactOut:
    """Replace a contact: what is not sent becomes null."""
    with database.transaction() as session:
        return service.replace(session, contact_id, body)


@router.patch(
    "/{contact_id}",
    dependencies=WRITE,
    responses=problems.responses(Malformed, NotFound, Conflict, Invalid),
)
def update_contact(database: DatabaseDep, contact_id: IdPath, body: ContactPatch) -> ContactOut:
    """Change what is sent of a contact."""
    with database.transaction() as session:
        return service.edit(session, contact_id, body)


@router.delete(
    "/{contact_id}",
    dependencies=WRITE,
    responses=problems.responses(NotFound, Conflict, Invalid),
)
def delete_contact(database: DatabaseDep, contact_id: IdPath) -> ContactOut:
    """Delete a contact; the customers who had it stay, without it."""
    with database.transaction() as session:
        return service.delete(session, contact_id)
