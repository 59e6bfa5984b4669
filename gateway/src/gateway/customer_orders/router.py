"""The customer-orders report over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from common.errors import Invalid, Malformed, NotFound, UpstreamFailed, UpstreamTimedOut
from common.web.auth import requires
from common.web.problems import responses
from gateway.customer_orders.formats import FORMATS
from gateway.customer_orders.report import of_all, of_customer
from gateway.customer_orders.schemas import CustomerOrderLine
from gateway.streaming import Stream, unless_gone
from gateway.upstream import Params, UpstreamsDep

router = APIRouter(prefix="/report", tags=["report"])

_WORDS = ("customer_id", "format", "from", "to", "tz", "status", "kind")
_REPEATED = ("status", "kind")

_CustomerId = Annotated[
    int | None, Query(ge=1, le=2**63 - 1, description="One customer; all of them if absent")
]
_Moment = Annotated[str | None, Query(examples=["2011-11-25", "2011-11-25T10:00:00Z"])]
_Words = Annotated[list[str] | None, Query()]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The rows; X-As-Of tells the highest order id that was counted",
        "content": {chosen.media_type: {} for chosen in FORMATS.values()},
    }
}


async def _known_words(request: Request) -> None:
    """A parameter that nobody reads is refused: its sender believes that it filters."""
    seen: set[str] = set()
    for word, _value in request.query_params.multi_items():
        if word not in _WORDS:
            raise Malformed(
                f"There is no parameter {word}.", errors={word: "is not a parameter here"}
            )
        if word in seen and word not in _REPEATED:
            raise Malformed(f"{word} stands twice in the query.", errors={word: "stands twice"})
        seen.add(word)


async def _filters(
    from_: Annotated[_Moment, Query(alias="from", description="Inclusive")] = None,
    to: Annotated[_Moment, Query(description="Exclusive")] = None,
    tz: Annotated[str | None, Query(description="The zone of dates; the shop's if absent")] = None,
    status: _Words = None,
    kind: _Words = None,
) -> Params:
    """What chooses among the lines, for sales-service to judge."""
    single = (("from", from_), ("to", to), ("tz", tz))
    return (
        *((word, value) for word, value in single if value is not None),
        *(("status", value) for value in status or ()),
        *(("kind", value) for value in kind or ()),
    )


@router.get(
    "/customer-orders",
    dependencies=[requires("reports:read"), Depends(_known_words)],
    response_model=list[CustomerOrderLine],
    responses=_ANSWERS | responses(Malformed, Invalid, NotFound, UpstreamFailed, UpstreamTimedOut),
)
async def report_customer_orders(
    request: Request,
    upstreams: UpstreamsDep,
    filters: Annotated[Params, Depends(_filters)],
    customer_id: _CustomerId = None,
    format: Literal["json", "csv", "excel", "xlsx"] = "json",
) -> Response:
    """Every order line with its order and its customer, sorted by customer, order and line.

    Orders without a customer come last. `from` is inclusive and `to` exclusive; each is a
    date or an RFC 3339 time.
    """
    chosen = FORMATS[format]

    async def answer() -> Response:
        if customer_id is None:
            report, name = await of_all(upstreams, filters), "customer-orders"
        else:
            report = await of_customer(upstreams, customer_id, filters)
            name = f"customer-orders-{customer_id}"
        headers = {
            "X-As-Of": str(report.as_of),
            "Content-Disposition": (f'{chosen.disposition}; filename="{name}.{chosen.extension}"'),
        }
        return await Stream.start(
            chosen.write(report), headers=headers, media_type=chosen.media_type
        )

    return await unless_gone(request, answer)
