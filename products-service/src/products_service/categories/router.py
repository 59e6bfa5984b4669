"""Categories over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Request, Response, status

from common.errors import Duplicate, InUse, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from common.web.writes import WriteDep
from products_service.categories import queries, service
from products_service.categories.schemas import CategoryIn, CategoryOut, CategoryPatch

router = APIRouter(route_class=Route, prefix="/categories", tags=["categories"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]
READ, WRITE = [requires("products:read")], [requires("products:write")]


@router.get("", dependencies=READ, responses=responses(Malformed, Invalid))
def list_categories(
    request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[CategoryOut]:
    """List categories."""
    with db.reading() as session:
        page = queries.page(session, query)
        tell_page(request, response, "categories", page)
        return [CategoryOut.model_validate(row[0]) for row in page.rows]


@router.post(
    "",
    dependencies=WRITE,
    status_code=status.HTTP_201_CREATED,
    response_model=CategoryOut,
    responses=responses(Duplicate),
)
def create_category(body: CategoryIn, write: WriteDep) -> Response:
    """Create a category; its name is one of the curated ones."""
    return write(lambda session: service.create(session, body), location="/categories/{id}")


@router.get("/{category_id}", dependencies=READ, responses=responses(NotFound))
def get_category(category_id: IdPath, db: DatabaseDep) -> CategoryOut:
    """Fetch a category."""
    with db.reading() as session:
        return CategoryOut.model_validate(queries.one(session, category_id))


@router.put(
    "/{category_id}",
    dependencies=WRITE,
    response_model=CategoryOut,
    responses=responses(NotFound, Duplicate),
)
def replace_category(category_id: IdPath, body: CategoryIn, write: WriteDep) -> Response:
    """Replace what can be edited of a category."""
    return write(
        lambda session: service.change(session, category_id, body),
        current=lambda session: service.to_edit(session, category_id),
        body=body,
    )


@router.patch(
    "/{category_id}",
    dependencies=WRITE,
    response_model=CategoryOut,
    responses=responses(NotFound, Duplicate),
)
def update_category(category_id: IdPath, body: CategoryPatch, write: WriteDep) -> Response:
    """Change some of a category."""
    return write(
        lambda session: service.change(session, category_id, body),
        current=lambda session: service.to_edit(session, category_id),
        body=body,
    )


@router.delete(
    "/{category_id}",
    dependencies=WRITE,
    response_model=CategoryOut,
    responses=responses(NotFound, InUse),
)
def delete_category(category_id: IdPath, write: WriteDep) -> Response:
    """Delete a category that no product is in."""
    return write(
        lambda session: service.delete(session, category_id),
        current=lambda session: service.to_edit(session, category_id),
    )
