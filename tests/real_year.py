"""A real shop's year, where it lies beside this checkout, and what its import says."""

from pathlib import Path

import pytest

YEAR = Path(__file__).parents[2] / "shared" / "data" / "online-retail.csv.gz"
needs_the_year = pytest.mark.skipif(
    not YEAR.exists(), reason="the real year is not beside this checkout"
)
_ORDERS = "24,564 orders (3 adjustments, 3,836 returns, 20,725 sales)"
IMPORTED = [
    "541,909 lines read",
    f"540,573 became order lines of {_ORDERS}",
    "1,336 became stock write-offs",
    "0 were imported before",
    "0 were rejected",
    "4,372 new customers",
    "3,958 new products",
    "5,738,609 units of opening stock",
    "0 units of stock corrections",
    "9,747,747.93 GBP for the sales ledger",
]
