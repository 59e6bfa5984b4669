"""The customer-orders report over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from common.errors import Invalid, Malformed, NotFound, UpstreamFailed, UpstreamTimedOut
from common.schemas import Number
from common.web.auth import requires
from common.web.problems import responses
from common.web.routes import Route
from gateway.customer_orders.formats import FORMATS
from gateway.customer_orders.report import of_all, of_customer
from gateway.customer_orders.schemas import EXAMPLES, CustomerOrderLine
from gateway.streaming import Stream, unless_gone
from gateway.upstream import Params, UpstreamsDep

router = APIRouter(route_class=Route, prefix="/report", tags=["report"])

_WORDS = ("customer_id", "format", "from", "to", "tz", "status", "kind")
_REPEATED = ("status", "kind")

_CustomerId = Annotated[
    Number | None, Query(ge=1, le=2**63 - 1, description="One customer; all of them if absent")
]
_Moment = Annotated[str | None, Query(examples=["2011-11-25", "2011-11-25T10:00:00Z"])]
_Format = Annotated[
    Literal["json", "ndjson", "csv", "excel", "xlsx"],
    Query(description="excel and xlsx are the same"),
]
_Words = Annotated[list[str] | None, Query()]


def _documented(name: str) -> dict[str, Any]:
    """What the documentation tells of an answer in this format; the model tells JSON's schema."""
    if name not in EXAMPLES:  # bytes, of which a schema tells nothing
        return {}
    text = {} if name == "json" else {"schema": {"type": "string"}}
    return {**text, "example": EXAMPLES[name]}


_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The rows, in the format that was asked for",
        "headers": {
            "X-As-Of": {
                "description": "The highest order id that was counted",
                "schema": {"type": "integer"},
            },
            "Content-Disposition": {
                "description": "A name for the file",
                "schema": {"type": "string"},
            },
        },
        "content": {chosen.media_type: _documented(name) for name, chosen in FORMATS.items()},
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
    format: _Format = "json",
) -> Response:
    """Every order line with its order and its customer, sorted by customer, order and line.

    Orders without a customer come last. `from` is inclusive and `to` exclusive; each is a
    date or an RFC 3339 time. The last line of ndjson is `{"rows", "total_cents", "sha256"}`, the
    hash being of all bytes before that line; a workbook's last sheet, About, tells query and sums.
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
            "Content-Disposition": f'{chosen.disposition}; filename="{name}.{chosen.extension}"',
        }
        return await Stream.start(
            chosen.write(report), headers=headers, media_type=chosen.media_type
        )

    return await unless_gone(request, answer)
