"""Run every check on one state of the database, and name each row that fails."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from common.checks import history, ledgers, orders, references
from common.checks.invariant import Invariant
from common.db.session import ReadSession

INVARIANTS: tuple[Invariant, ...] = (
    *ledgers.INVARIANTS,
    *history.INVARIANTS,
    *orders.INVARIANTS,
    *references.INVARIANTS,
)
# Beyond this many failures of one check the cause is one, and a list helps nobody.
TOLD = 1000


@dataclass(frozen=True)
class CheckReport:
    """What was proven, in order, and the rows that fail, by the name of the check."""

    names: tuple[str, ...]
    failures: dict[str, list[str]]

    @property
    def ok(self) -> bool:
        """Whether every number agrees."""
        return not self.failures


def check(
    session: ReadSession, *, begun: Callable[[str], None] = lambda _name: None
) -> CheckReport:
    """Prove each invariant by SQL; `begun` hears the name of each before it runs."""
    failures = {}
    for invariant in INVARIANTS:
        begun(invariant.name)
        rows = session.execute(invariant.failing).yield_per(TOLD)
        told = [invariant.tell(*row) for row in islice(rows, TOLD)]
        if told and next(rows, None) is not None:
            told.append("... and more")
        rows.close()
        if told:
            failures[invariant.name] = told
    return CheckReport(tuple(invariant.name for invariant in INVARIANTS), failures)
