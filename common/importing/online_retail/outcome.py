"""What an import did, or would do."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """Every line of the file is in one of the first four figures.

    `rejected` counts lines by reason. Of what the file names, only what the shop did not
    hold is counted as new. Money is in minor units of `currency`.
    """

    lines: int
    order_lines: int
    write_offs: int
    repeated: int
    rejected: dict[str, int]
    orders: dict[str, int] = field(default_factory=dict)
    new_customers: int = 0
    new_products: int = 0
    total_cents: int = 0
    opening_units: int = 0
    corrected_units: int = 0
    currency: str = "GBP"
