"""Levels over HTTP: only read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from common.db.session import freeze
from common.errors import Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.schemas import PastMoment
from common.times import now
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from products_service.levels import queries, service
from products_service.levels.schemas import ExplanationOut, InventoryOut

router = APIRouter(route_class=Route, tags=["inventory"])
ListDep = Annotated[ListQuery, asked_of(queries.VOCABULARY, besides=["as_of"])]
AsOf = Annotated[
    PastMoment | None,
    Query(description="The instant, an RFC 3339 time that is not in the future; else now"),
]
READ = [requires("inventory:read")]


@router.get("/inventory", dependencies=READ, responses=responses(Malformed, Invalid))
def list_inventory(
    request: Request, response: Response, query: ListDep, db: DatabaseDep, as_of: AsOf = None
) -> list[InventoryOut]:
    """List what there was of each product that had moved by an instant, and its value then."""
    moment = as_of or now()
    with db.reading() as session:
        page = queries.page(session, query, moment)
    tell_page(request, response, "inventory", page, as_of=moment.isoformat())
    return [InventoryOut.of(row, moment) for row in page.rows]


@router.get(
    "/products/{product_id}/inventory", dependencies=READ, responses=responses(NotFound, Invalid)
)
def get_product_inventory(product_id: IdPath, db: DatabaseDep, as_of: AsOf = None) -> InventoryOut:
    """Fetch what there was of a product at an instant, and its value then."""
    with db.reading() as session:
        return service.level(session, product_id, as_of or now())


@router.get(
    "/products/{product_id}/inventory/explain",
    dependencies=READ,
    responses=responses(NotFound, Invalid),
)
def explain_product_inventory(product_id: IdPath, db: DatabaseDep) -> ExplanationOut:
    """Tell how the level of a product came about, what is promised, and the last count."""
    with db.reading() as session:
        freeze(session)
        return service.explanation(session, product_id)
