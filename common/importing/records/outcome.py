"""What an import did, or would do."""

from dataclasses import dataclass, field

from common.importing.records.shapes import Kind
from common.importing.records.staging import Staging


@dataclass(frozen=True)
class Counts:
    """Every row of a table is in one of the figures below `read`; `rejected` has them by reason.

    `already` counts customers whom the shop knew by their e-mail addresses.
    """

    read: int
    written: int
    before: int = 0
    already: int = 0
    rejected: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every row is accounted for."""
        told = self.written + self.before + self.already + sum(self.rejected.values())
        return self.read == told


@dataclass(frozen=True)
class Outcome:
    """What became of each table of the source, under its plain name. Money is in minor units."""

    tables: dict[str, Counts]
    total_cents: int
    opening_units: int
    corrected_units: int
    currency: str


def counts(staging: Staging, kind: Kind, read: int) -> Counts:
    """What became of the rows of a table."""
    fates = staging.fates(kind)
    found = Counts(
        read=read,
        written=fates.get("new", 0),
        before=fates.get("before", 0) + fates.get("gone", 0),
        already=fates.get("already", 0),
        rejected=staging.reasons(kind),
    )
    assert found.is_whole, found
    return found
