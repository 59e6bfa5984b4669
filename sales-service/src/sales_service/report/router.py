"""Batches of the customer-orders report, for the gateway that composes it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response

from common.db import shop
from common.errors import Invalid
from common.periods import Period
from common.sales.states import OrderKind, OrderStatus
from common.schemas import Number
from common.web.auth import requires
from common.web.deps import DatabaseDep
from common.web.problems import responses
from common.web.routes import Route
from sales_service.report import queries, schemas
from sales_service.report.queries import Cut

router = APIRouter(route_class=Route, prefix="/report", include_in_schema=False)
BATCH = 4000
REPORTED = [status for status in OrderStatus if status is not OrderStatus.draft]
_Id = Annotated[Number | None, Query(ge=0, le=2**63 - 1)]


@router.get(
    "/order-lines",
    dependencies=[requires("reports:read")],
    response_class=Response,
    responses=responses(Invalid),
)
def list_report_lines(
    db: DatabaseDep,
    customer_id: _Id = None,
    from_: Annotated[str | None, Query(alias="from")] = None,
    to: str | None = None,
    tz: str | None = None,
    status: Annotated[list[OrderStatus] | None, Query()] = None,
    kind: Annotated[list[OrderKind] | None, Query()] = None,
    as_of: _Id = None,
    cursor: str | None = None,
    limit: Annotated[Number, Query(ge=1, le=BATCH)] = BATCH,
) -> Response:
    """Rows by customer, order and line of the orders up to `as_of`, the highest id if absent.

    Each is [customer_id, order_id, order_date, status, order_total_cents, order_line_id,
    product_id, product_name, quantity, unit_price_cents, line_total_cents].
    """
    statuses = REPORTED if status is None else [each for each in status if each in REPORTED]
    place = schemas.place_of(cursor)
    with db.reading() as session:
        owner = shop.the_shop(session)
        period = Period.parse(from_, to, tz or owner.time_zone)
        top = queries.watermark(session) if as_of is None else as_of
        cut = Cut(top, period, customer_id, statuses, kind or [])
        rows = queries.lines_after(session, cut, place, limit + 1)
    if as_of is None and len(rows) > limit and db.numbers_early:
        # More batches will be read up to a watermark of the first, so it must stand still.
        with db.reading() as session:  # one of its own: it makes those who place orders wait
            cut = replace(cut, as_of=queries.settled_watermark(session))
        with db.reading() as session:
            rows = queries.lines_after(session, cut, place, limit + 1)
    more = len(rows) > limit
    told = schemas.batch(rows[:limit], as_of=cut.as_of, currency=owner.currency, more=more)
    return Response(told, media_type="application/json")
