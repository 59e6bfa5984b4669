"""The proof on the wire."""

from common.checks import CheckReport
from common.schemas import Record


class CheckOut(Record):
    """One invariant, and the rows for which it does not hold."""

    name: str
    ok: bool
    failures: list[str]


class CheckReportOut(Record):
    """Whether all numbers agree, and what was proven."""

    ok: bool
    checks: list[CheckOut]


def told(report: CheckReport) -> CheckReportOut:
    """The report as it is sent."""
    failures = report.failures
    checks = [
        CheckOut(name=name, ok=name not in failures, failures=failures.get(name, []))
        for name in report.names
    ]
    return CheckReportOut(ok=report.ok, checks=checks)
