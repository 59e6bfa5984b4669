"""The Customer Purchase API over HTTP, under `/api/v1`."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import TypeAdapter

from common.schemas import Number
from common.web.auth import requires
from common.web.deps import DatabaseDep
from common.web.routes import Route
from common.web.whole_lists import whole_list
from common.web.writes import WriteDep
from customers_service.legacy import queries, service
from customers_service.legacy.schemas import (
    Change,
    CustomerCreated,
    CustomerIn,
    DeletionOrUpdate,
    PurchaseAdded,
    PurchaseIn,
    PurchaseItem,
    PurchaseList,
    PurchasesDeleted,
    PurchaseUpdated,
    Update,
)

router = APIRouter(route_class=Route, tags=["Customer Purchase API"])

READ = [requires("customers:read")]
WRITE = [requires("customers:write")]
_ITEMS = TypeAdapter(Sequence[PurchaseItem])
_Id = Annotated[Number, Path(description="The number of the record")]
_CustomerId = Annotated[Number | None, Query(description="Whose; all customers' if absent")]


@router.post("/customer", status_code=201, dependencies=WRITE, response_model=CustomerCreated)
def create_customer(body: CustomerIn, write: WriteDep) -> Response:
    """Create a customer."""
    return write(lambda session: CustomerCreated(data=service.create_customer(session, body)))


@router.get("/customer", dependencies=READ, response_model=PurchaseList)
def list_purchases(database: DatabaseDep, customer_id: _CustomerId = None) -> Response:
    """List the purchases of all customers, or of one."""
    return _listed(database, customer_id)


@router.get("/purchase/{id}", dependencies=READ, response_model=PurchaseList)
def list_purchases_of_customer(database: DatabaseDep, id: _Id) -> Response:
    """List the purchases of the customer with this id."""
    return _listed(database, id)


@router.post("/purchase/{id}", status_code=201, dependencies=WRITE, response_model=PurchaseAdded)
def add_purchase(id: _Id, body: PurchaseIn, write: WriteDep) -> Response:
    """Add a purchase to the customer with this id."""
    return write(lambda session: PurchaseAdded(data=service.add_purchase(session, id, body)))


@router.put("/purchase/{id}", dependencies=WRITE, response_model=PurchaseUpdated)
def replace_purchase(id: _Id, body: Update, write: WriteDep) -> Response:
    """Update the purchase with this id; what is not sent stays."""
    return _updated(id, body, write)


@router.patch("/purchase/{id}", dependencies=WRITE, response_model=PurchaseUpdated)
def update_purchase(id: _Id, body: Update, write: WriteDep) -> Response:
    """Update the purchase with this id; what is not sent stays."""
    return _updated(id, body, write)


@router.delete(
    "/purchase/{id}", dependencies=WRITE, response_model=PurchasesDeleted | PurchaseUpdated
)
def delete_purchases(id: _Id, body: DeletionOrUpdate, write: WriteDep) -> Response:
    """Delete purchases of the customer with this id.

    With `delete_all` all of them, else those of `purchase_ids` that are the customer's. A body
    with `purchase_name` or `quantity` is the update of the purchase with this id.
    """
    if body.changes():
        return _updated(id, body, write)
    return write(
        lambda session: PurchasesDeleted(deleted_count=service.delete_purchases(session, id, body))
    )


def _updated(purchase_id: int, body: Change, write: WriteDep) -> Response:
    return write(
        lambda session: PurchaseUpdated(data=service.update_purchase(session, purchase_id, body)),
        current=lambda session: service.to_edit(session, purchase_id),
    )


def _listed(database: DatabaseDep, customer_id: int | None) -> Response:
    if customer_id is not None:
        with database.reading() as session:
            service.refuse_unknown(session, customer_id)
    return whole_list(
        database,
        _ITEMS,
        partial(queries.purchases_after, customer_id=customer_id),
        opening='{"status":"ok","data":[',
        closing=lambda _count: "]}",
    )
