"""The names of all customers over HTTP: batches of bytes, for the gateway alone."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Response

from common.schemas import MAX_ID, Number
from common.web.auth import requires
from common.web.deps import DatabaseDep
from common.web.routes import Route
from customers_service.names import queries

BATCH = 4000

router = APIRouter(route_class=Route, prefix="/report", include_in_schema=False)


@router.get("/customer-names", dependencies=[requires("customers:read")])
def list_customer_names(
    database: DatabaseDep,
    after: Annotated[Number, Query(ge=0, le=MAX_ID)] = 0,
    limit: Annotated[Number, Query(ge=1, le=BATCH)] = BATCH,
) -> Response:
    """A batch of `[id, name]`, and the id to ask `after` next, or null at the end."""
    with database.reading() as session:
        found = queries.names_after(session, after, limit + 1)
    rows = found[:limit]
    following = rows[-1][0] if len(found) > limit else None
    return Response(orjson.dumps({"rows": rows, "next": following}), media_type="application/json")
