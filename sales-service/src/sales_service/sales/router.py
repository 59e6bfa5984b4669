"""Sales over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from common.errors import InsufficientStock, Invalid, Malformed, NotFound, ProductNotActive
from common.listing.query import ListQuery
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from common.web.writes import WriteDep
from sales_service.sales import queries, service
from sales_service.sales.schemas import SaleIn, SaleOut, SummaryRow

router = APIRouter(route_class=Route, prefix="/sales", tags=["sales"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]
READ, WRITE = [requires("sales:read")], [requires("sales:write")]
_SUMMARY_WORDS = {"group_by", "from", "to", "tz"}
SummaryDep = Annotated[ListQuery, asked_of(service.SUMMARY, besides=_SUMMARY_WORDS)]


@router.get("", dependencies=READ, responses=responses(Malformed, Invalid))
def list_sales(
    request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[SaleOut]:
    """List sales, one of each order line."""
    with db.reading() as session:
        page = queries.page(session, query)
        tell_page(request, response, "sales", page)
        return [SaleOut.model_validate(row[0]) for row in page.rows]


@router.post(
    "",
    dependencies=WRITE,
    status_code=status.HTTP_201_CREATED,
    response_model=SaleOut,
    responses=responses(NotFound, InsufficientStock, ProductNotActive),
)
def register_sale(body: SaleIn, write: WriteDep) -> Response:
    """Register that a product was sold: an order of one line, paid and shipped at once."""
    return write(
        lambda session: SaleOut.model_validate(service.sell(session, body)),
        location="/sales/{id}",
    )


@router.get(
    "/summary",
    dependencies=READ,
    response_model_exclude_unset=True,  # of the dimensions, only those that were asked for
    responses=responses(Malformed, Invalid),
)
def summarise_sales(
    request: Request,
    response: Response,
    query: SummaryDep,
    db: DatabaseDep,
    group_by: Annotated[
        str,
        Query(description="product, category, country, hour, day, week, month, year; with commas"),
    ] = "",
    from_: Annotated[str | None, Query(alias="from", description="Date or time, inclusive")] = None,
    to: Annotated[str | None, Query(description="Date or time, exclusive")] = None,
    tz: Annotated[str | None, Query(description="IANA time zone of days; the shop's")] = None,
) -> list[SummaryRow]:
    """Add sales up by product, category, country and time; fields of sales filter them."""
    pairs = request.query_params.multi_items()
    named = [word for word, _ in pairs if word in _SUMMARY_WORDS]
    if twice := sorted({word for word in named if named.count(word) > 1}):
        errors = dict.fromkeys(twice, "stands twice")
        raise Malformed(f"{', '.join(twice)} must stand once in the query.", errors=errors)
    with db.reading() as session:
        page = service.summarise(session, group_by, (from_, to, tz), query)
        tell_page(request, response, "summary", page)
        return list(page.rows)


@router.get("/{sale_id}", dependencies=READ, responses=responses(NotFound))
def get_sale(sale_id: IdPath, db: DatabaseDep) -> SaleOut:
    """Fetch a sale."""
    with db.reading() as session:
        return SaleOut.model_validate(queries.one(session, sale_id))
