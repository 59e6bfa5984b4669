"""An explanation agrees only with rows that are there and say the same, and `check` says so too."""

from broken_rows import broken
from sqlalchemy import Engine

from common.db.session import Database
from products_service.levels import service as of_levels
from sales_service.orders import service as of_orders

LEDGER = "inventory_transactions"
ANOTHER_TIME = "'2025-01-01 00:00:00.000000'"


def test_an_order_is_explained_by_rows_that_equal_it(
    database: Database, owner: Engine, trade: None
) -> None:
    with database.reading() as session:
        assert of_orders.explanation(session, 1).agrees is True
    for statement in (
        "DELETE FROM sales WHERE id = 1",
        *(
            f"UPDATE sales SET {value} WHERE id = 1"
            for value in (
                *("order_id = 2", "order_line_id = 2", "product_id = 2", "product_name = 'x'"),
                *("quantity = 3", "unit_price_cents = 1", "total_cents = 1", "country = 'Eire'"),
                *("kind = 'return'", "customer_id = NULL", f"sold_at = {ANOTHER_TIME}"),
            )
        ),
        f"DELETE FROM {LEDGER} WHERE id = 3",
        *(
            f"UPDATE {LEDGER} SET {value} WHERE id = 3"
            for value in (
                *("order_line_id = NULL", "product_id = 2", "{change} = -3"),
                f"effective_at = {ANOTHER_TIME}",
            )
        ),
        "UPDATE products SET kind = 'service' WHERE id = 1",
        "UPDATE orders SET status = 'draft' WHERE id = 1",
    ):
        with broken(owner, statement) as session:
            told = of_orders.explanation(session, 1)
        agreeing = told.agrees, [line.agrees for line in told.lines]
        assert (statement, *agreeing) == (statement, False, [False])


def test_a_level_is_explained_by_rows_that_come_to_it(
    database: Database, owner: Engine, trade: None
) -> None:
    with database.reading() as session:
        told = of_levels.explanation(session, 1)
    assert (told.quantity, told.level, told.agrees) == (3, 3, True)
    for statement, quantity, level in (
        ("UPDATE stock_levels SET quantity = 9 WHERE product_id = 1", 3, 9),
        (f"DELETE FROM {LEDGER} WHERE id = 3", 5, 3),
        ("DELETE FROM stock_levels WHERE product_id = 1", 3, None),
    ):
        with broken(owner, statement) as session:
            told = of_levels.explanation(session, 1)
        assert (statement, told.quantity, told.level, told.agrees) == (
            *(statement, quantity, level),
            False,
        )
