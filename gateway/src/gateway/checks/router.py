"""The proof over HTTP."""

from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter

from common.errors import UpstreamFailed, UpstreamTimedOut
from common.web.auth import requires
from common.web.problems import responses
from common.web.routes import Route
from gateway.checks.schemas import CheckReport
from gateway.streaming import unless_gone
from gateway.upstream import UpstreamsDep

router = APIRouter(route_class=Route, tags=["checks"])

# It reads all the books of the shop.
PATIENCE = 120.0
_REPORT = TypeAdapter(CheckReport)


@router.get(
    "/check",
    dependencies=[requires("checks:read")],
    response_model=CheckReport,
    responses=responses(UpstreamFailed, UpstreamTimedOut),
)
async def check_numbers(request: Request, upstreams: UpstreamsDep) -> Response:
    """Prove that levels, ledgers, totals and states agree; 200 whether they do or not."""

    async def answer() -> Response:
        report = await upstreams.sales.get("/check", _REPORT, patience=PATIENCE)
        return Response(report.model_dump_json(), media_type="application/json")

    return await unless_gone(request, answer)
