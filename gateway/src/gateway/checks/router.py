"""The proof over HTTP."""

from fastapi import APIRouter
from pydantic import TypeAdapter

from common.errors import UpstreamFailed, UpstreamTimedOut
from common.web.auth import requires
from common.web.problems import responses
from gateway.checks.schemas import CheckReport
from gateway.upstream import UpstreamsDep

router = APIRouter(tags=["checks"])

# It reads all the books of the shop.
PATIENCE = 120.0
_REPORT = TypeAdapter(CheckReport)


@router.get(
    "/check",
    dependencies=[requires("checks:read")],
    responses=responses(UpstreamFailed, UpstreamTimedOut),
)
async def check_numbers(upstreams: UpstreamsDep) -> CheckReport:
    """Prove that levels, ledgers, totals and states agree; 200 whether they do or not."""
    return await upstreams.sales.get("/check", _REPORT, patience=PATIENCE)
