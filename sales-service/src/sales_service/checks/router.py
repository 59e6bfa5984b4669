"""The proof over HTTP."""

from fastapi import APIRouter

from common.checks import check
from common.web.auth import requires
from common.web.deps import DatabaseDep
from common.web.routes import Route
from sales_service.checks.schemas import CheckReportOut, told

router = APIRouter(route_class=Route, tags=["checks"])


@router.get("/check", dependencies=[requires("checks:read")])
def check_numbers(db: DatabaseDep) -> CheckReportOut:
    """Prove that levels, ledgers, totals and states agree; 200 whether they do or not."""
    with db.reading() as session:
        return told(check(session))
