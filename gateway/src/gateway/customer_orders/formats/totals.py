"""What a report tells of itself at its end: how many rows it has, and their sum."""

from dataclasses import dataclass
from operator import itemgetter

from gateway.customer_orders.report import COLUMNS, Row

_line_total = itemgetter(COLUMNS.index("line_total"))


@dataclass
class Totals:
    """The rows so far; `cents` is the sum of their line totals in whole minor units."""

    rows: int = 0
    cents: int = 0

    def count(self, batch: list[Row]) -> None:
        """These rows have come, too."""
        self.rows += len(batch)
        self.cents += sum(map(_line_total, batch))
