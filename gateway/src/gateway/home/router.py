"""The page over HTTP."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from common.web.app import VERSION
from common.web.envelopes import BORDERS
from gateway.customer_orders.formats import FORMATS
from gateway.home.page import rendered
from gateway.home.schemas import Home, Link, ServiceState
from gateway.readiness.service import reachable
from gateway.services import PUBLIC, full_name

router = APIRouter()

_LINKS = [
    Link(path="/docs", title="Documentation, where requests can be tried"),
    Link(path="/openapi.json", title="OpenAPI document of the whole API"),
    *(
        Link(path=f"{prefix}/docs", title=f"{border.title}, for programs of its time")
        for prefix, border in BORDERS.items()
    ),
    Link(path="/readyz", title="Readiness"),
    Link(path="/check", title="Proof that the numbers agree"),
    *(
        Link(path=f"/report/customer-orders?format={name}", title=f"What customers ordered: {name}")
        for name in dict.fromkeys(each.extension for each in FORMATS.values())
    ),
]


@router.get("/", include_in_schema=False)
async def home(request: Request) -> Response:
    """A page for a person, or the same as JSON for who accepts that and no HTML."""
    states = await reachable(request)
    told = Home(
        name="Daybook",
        version=VERSION,
        services=[
            ServiceState(
                name=full_name(name),
                reachable=states[full_name(name)],
                paths=[f"/{prefix}" for prefix in prefixes],
            )
            for name, prefixes in PUBLIC.items()
        ],
        links=_LINKS,
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    accepted = request.headers.get("accept", "")
    if "application/json" in accepted and "text/html" not in accepted:
        return Response(told.model_dump_json(), headers=headers, media_type="application/json")
    return HTMLResponse(rendered(told), headers=headers)
