"""`daybook check` and GET /check name what is wrong, row by row."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

BREAKS = {
    "UPDATE stock_levels SET quantity = quantity + 1 WHERE product_id = 1": (
        "each stock level is the sum of its movements",
        "product 1 has the level",
    ),
    "UPDATE inventory_transactions SET quantity = quantity + 5 WHERE id = 1": (
        "each movement states the level that it left",
        "inventory transaction 1 of product 1 states",
    ),
    "UPDATE orders SET total_cents = total_cents + 1 WHERE id = 1": (
        "each order's total is the sum of its lines",
        "order 1 has the total",
    ),
    "DELETE FROM sales WHERE order_line_id = 1": (
        "each line of a placed order has its one, equal sale",
        "order line 1 of order 1 has no sale",
    ),
    "UPDATE sales SET total_cents = total_cents - 1 WHERE id = 1": (
        "sales ledger, report and orders come to one total",
        "the sales ledger comes to",
    ),
    "UPDATE sales SET order_line_id = 999999 WHERE id = 1": (
        "each sale belongs to a line of a placed order",
        "sale 1 names order line 999999",
    ),
    "UPDATE inventory_transactions SET change = change - 1 WHERE order_line_id = 1": (
        "each line of a stocked product has its movement",
        "order line 1 of order 1 has a movement of another quantity",
    ),
    "UPDATE orders SET payment_status = 'unpaid' WHERE id = 1": (
        "the states of each order say what happened",
        "order 1 is closed, unpaid, shipped",
    ),
    "UPDATE products SET status = 'blocked' WHERE id = 1": (
        "the stock of products that are not sold is not shown",
        "product 1 is blocked",
    ),
    "UPDATE customers SET number = NULL WHERE id = 1": (
        "every order and customer has its number",
        "customer 1 has no number",
    ),
    "UPDATE orders SET customer_id = 999999 WHERE id = 1": (
        "each orders.customer_id exists",
        "orders 1 names customer_id 999999, which does not exist",
    ),
    "INSERT INTO import_refs VALUES ('x', 'order', '1', 999999, NULL)": (
        "each order that was imported exists",
        "x 1 was imported as order 999999",
    ),
}


TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


@pytest.fixture
def file(daybook: Run, environment: dict[str, str]) -> Path:
    """The database of a shop that sold."""
    made = daybook("demo", "--customers", "5", "--orders", "50")
    assert made.returncode == 0
    return Path(environment["DAYBOOK_FOLDER"]) / "daybook.db"


@pytest.mark.parametrize("change", BREAKS)
def test_names_what_is_wrong(change: str, file: Path, daybook: Run) -> None:
    assert daybook("check").returncode == 0
    with closing(sqlite3.connect(file)) as database:
        for (trigger,) in database.execute(TRIGGERS).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        # the row that the change breaks must be one of a stocked product
        assert database.execute(change).rowcount == 1
        database.commit()
    done = daybook("check")
    name, row = BREAKS[change]
    assert done.returncode == 1
    assert f"FAILS  {name}" in done.stdout
    assert row in done.stderr
    assert "All" not in done.stdout


def test_says_that_all_holds(file: Path, daybook: Run) -> None:
    done = daybook("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "All 38 checks hold."
