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
from common.web.writes import WriteDep
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
    "",
    status_code=201,
    dependencies=WRITE,
    response_model=ContactOut,
    responses=problems.responses(Malformed, Invalid),
)
def create_contact(body: ContactIn, write: WriteDep) -> Response:
    """Add a contact; customers name it in their `contact_ids`."""
    return write(lambda session: service.create(session, body), location="/contacts/{id}")


@router.get("/{contact_id}", dependencies=READ, responses=problems.responses(NotFound, Invalid))
def get_contact(database: DatabaseDep, contact_id: IdPath) -> ContactOut:
    """Read a contact."""
    with database.reading() as session:
        return service.get(session, contact_id)


@router.put(
    "/{contact_id}",
    dependencies=WRITE,
    response_model=ContactOut,
    responses=problems.responses(Malformed, NotFound, Conflict, Invalid),
)
def replace_contact(contact_id: IdPath, body: ContactIn, write: WriteDep) -> Response:
    """Replace a contact: what is not sent becomes null."""
    return write(
        lambda session: service.replace(session, contact_id, body),
        current=lambda session: service.to_edit(session, contact_id),
        body=body,
    )


@router.patch(
    "/{contact_id}",
    dependencies=WRITE,
    response_model=ContactOut,
    responses=problems.responses(Malformed, NotFound, Conflict, Invalid),
)
def update_contact(contact_id: IdPath, body: ContactPatch, write: WriteDep) -> Response:
    """Change what is sent of a contact."""
    return write(
        lambda session: service.edit(session, contact_id, body),
        current=lambda session: service.to_edit(session, contact_id),
        body=body,
    )


@router.delete(
    "/{contact_id}",
    dependencies=WRITE,
    response_model=ContactOut,
    responses=problems.responses(NotFound, Conflict, Invalid),
)
def delete_contact(contact_id: IdPath, write: WriteDep) -> Response:
    """Delete a contact; the customers who had it stay, without it."""
    return write(
        lambda session: service.delete(session, contact_id),
        current=lambda session: service.to_edit(session, contact_id),
    )
