"""The stock ledger over HTTP: read by everyone, written by adjustments."""

from typing import Annotated

from fastapi import APIRouter, Request, Response, status

from common.errors import Conflict, InsufficientStock, Invalid, Malformed, NotFound
from common.listing.query import ListQuery
from common.web.auth import requires
from common.web.deps import DatabaseDep, IdPath
from common.web.pagination import asked_of, tell_page
from common.web.problems import responses
from common.web.routes import Route
from common.web.writes import WriteDep
from products_service.inventory import queries, service
from products_service.inventory.schemas import AdjustmentIn, InventoryTransactionOut

router = APIRouter(route_class=Route, tags=["inventory"])
ListDep = Annotated[ListQuery, asked_of(queries.LISTING.asked)]
READ, WRITE = [requires("inventory:read")], [requires("inventory:write")]
NAME = "inventory-transactions"


@router.get(f"/{NAME}", dependencies=READ, responses=responses(Malformed, Invalid))
def list_inventory_transactions(
    request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[InventoryTransactionOut]:
    """List the movements of all products."""
    with db.reading() as session:
        page = queries.page(session, query)
        tell_page(request, response, NAME, page)
        return [InventoryTransactionOut.model_validate(row[0]) for row in page.rows]


@router.get(f"/{NAME}/{{transaction_id}}", dependencies=READ, responses=responses(NotFound))
def get_inventory_transaction(transaction_id: IdPath, db: DatabaseDep) -> InventoryTransactionOut:
    """Fetch one movement."""
    with db.reading() as session:
        return InventoryTransactionOut.model_validate(queries.one(session, transaction_id))


@router.get(
    f"/products/{{product_id}}/{NAME}",
    dependencies=READ,
    responses=responses(Malformed, NotFound, Invalid),
)
def list_product_inventory_transactions(
    product_id: IdPath, request: Request, response: Response, query: ListDep, db: DatabaseDep
) -> list[InventoryTransactionOut]:
    """List the movements of one product, as a time series."""
    with db.reading() as session:
        page = queries.page(session, query, product_id)
        tell_page(request, response, NAME, page)
        return [InventoryTransactionOut.model_validate(row[0]) for row in page.rows]


@router.post(
    "/inventory-adjustments",
    dependencies=WRITE,
    status_code=status.HTTP_201_CREATED,
    response_model=InventoryTransactionOut,
    responses=responses(NotFound, InsufficientStock, Conflict),
)
def adjust_inventory(body: AdjustmentIn, write: WriteDep) -> Response:
    """Tell of stock that moved without an order, or of what was counted."""
    return write(
        lambda session: InventoryTransactionOut.model_validate(service.adjust(session, body)),
        location=f"/{NAME}/{{id}}",
    )
