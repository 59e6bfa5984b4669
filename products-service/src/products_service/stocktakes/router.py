"""Stocktakes over HTTP: taken and read, never changed."""

from typing import Annotated

from fastapi import APIRouter, Request, Response, status

from common.errors import Conflict, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from common.web.writes import WriteDep
from products_service.stocktakes import queries, service
from products_service.stocktakes.schemas import StocktakeIn, StocktakeOut

router = APIRouter(route_class=Route, prefix="/stocktakes", tags=["inventory"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]
READ, WRITE = [requires("inventory:read")], [requires("inventory:write")]


@router.get("", dependencies=READ, responses=responses(Malformed, Invalid))
def list_stocktakes(
    request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[StocktakeOut]:
    """List stocktakes with their lines; `q` looks for a piece of reason or reference."""
    with db.reading() as session:
        page = queries.page(session, query)
        tell_page(request, response, "stocktakes", page)
        rows = queries.rows_of(session, [row[0].id for row in page.rows])
        return [service.record(row[0], rows[row[0].id]) for row in page.rows]


@router.post(
    "",
    dependencies=WRITE,
    status_code=status.HTTP_201_CREATED,
    response_model=StocktakeOut,
    responses=responses(NotFound, Conflict),
)
def take_stock(body: StocktakeIn, write: WriteDep) -> Response:
    """Tell what was counted on the shelves; differences become movements, all or none."""
    return write(lambda session: service.take(session, body), location="/stocktakes/{id}")


@router.get("/{stocktake_id}", dependencies=READ, responses=responses(NotFound))
def get_stocktake(stocktake_id: IdPath, db: DatabaseDep) -> StocktakeOut:
    """Fetch a stocktake with its lines."""
    with db.reading() as session:
        stocktake = queries.one(session, stocktake_id)
        return service.record(stocktake, queries.rows_of(session, [stocktake_id])[stocktake_id])
