"""One thing that must hold."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True)
class Invariant:
    """`failing` selects the rows for which it does not hold; `told` says so of one row.

    `told` is a format string over the columns in their order: `product {} has {}`.
    """

    name: str
    failing: Select[*tuple[Any, ...]]
    told: str

    def tell(self, *row: Any) -> str:
        """What is wrong with the row."""
        return self.told.format(*row)
