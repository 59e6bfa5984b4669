"""The check itself is checked: each invariant is broken on purpose, and the row is named."""

from collections.abc import Iterator

from broken_rows import broken
from sqlalchemy import Engine, select

from common.checks import check
from common.checks.runner import INVARIANTS
from common.db.models.inventory import StockMonth
from common.db.schema import TABLES
from common.db.session import Database

LEDGER, NOBODY = "inventory_transactions", 999_999
# What is done, the invariant that it breaks, and what is told of it. {month} is that of today.
BREAKS = [
    (
        "UPDATE stock_levels SET quantity = 9 WHERE product_id = 1",
        "each stock level is the sum of its movements",
        "product 1 has the level 9, its movements come to 3",
    ),
    (
        "UPDATE stock_levels SET quantity = -1 WHERE product_id = 1",
        "no stock level is below zero",
        "product 1 has the level -1",
    ),
    (
        f"UPDATE {LEDGER} SET quantity = 8 WHERE id = 1",
        "each movement states the level that it left",
        "inventory transaction 1 of product 1 states 8, the level was 5",
    ),
    (
        "UPDATE products SET status = 'blocked' WHERE id = 1",
        "the stock of products that are not sold is not shown",
        "product 1 is blocked, its last inventory transaction states 3",
    ),
    (
        "UPDATE sales SET country = 'Eire' WHERE id = 1",
        "each line of a placed order has its one, equal sale",
        "order line 1 of order 1 has no sale that equals it",
    ),
    (
        f"UPDATE sales SET order_line_id = {NOBODY} WHERE id = 1",
        "each sale belongs to a line of a placed order",
        f"sale 1 names order line {NOBODY}, which is of no placed order",
    ),
    (
        f"UPDATE {LEDGER} SET order_line_id = NULL WHERE id = 3",
        "each line of a stocked product has its movement",
        "order line 1 of order 1 has no movement",
    ),
    *(
        (
            f"UPDATE {LEDGER} SET {value} WHERE id = 3",
            "each line of a stocked product has its movement",
            f"order line 1 of order 1 has a movement of another {member}",
        )
        for value, member in (
            ("product_id = 2", "product"),
            ("{change} = -3", "quantity"),
            ("effective_at = '2025-01-01 00:00:00.000000'", "time"),
        )
    ),
    (
        "UPDATE products SET kind = 'service' WHERE id = 1",
        "each line of a stocked product has its movement",
        "order line 1 of order 1 is of a service and has a movement",
    ),
    (
        "UPDATE orders SET total_cents = 1 WHERE id = 1",
        "each order's total is the sum of its lines",
        "order 1 has the total 1, its lines come to 620",
    ),
    (
        "UPDATE sales SET total_cents = 1 WHERE id = 1",
        "sales ledger, report and orders come to one total",
        "the sales ledger comes to 1, the report to 620, the orders to 620",
    ),
    (
        "UPDATE orders SET payment_status = 'paid' WHERE id = 1",
        "the states of each order say what happened",
        "order 1 is placed, paid, unfulfilled",
    ),
    (
        "UPDATE customers SET number = NULL WHERE id = 1",
        "every order and customer has its number",
        "customer 1 has no number",
    ),
    (
        "UPDATE orders SET number = NULL WHERE id = 1",
        "every order and customer has its number",
        "order 1 has no number",
    ),
    (
        "UPDATE stock_months SET {change} = 7 WHERE product_id = 2",
        "each stock month is the sum of its movements",
        "month {month} of product 2 states 7, its movements come to 1",
    ),
    (
        "DELETE FROM stock_months WHERE product_id = 2",
        "each stock month is the sum of its movements",
        "month {month} of product 2 states None, its movements come to 1",
    ),
    (
        "UPDATE stock_months SET month = 199901 WHERE product_id = 2",
        "each stock month has a movement",
        "month 199901 of product 2 states 1, and nothing moved in it",
    ),
    (
        "UPDATE stock_levels SET quantity = 9 WHERE product_id = 1",
        "each stock level is the sum of its months",
        "product 1 has the level 9, its months come to 3",
    ),
    (
        "UPDATE products SET cost_cents = 1 WHERE id = 3",
        "the last price of each product is the present one",
        "product 3 costs 150 (cost 1), its last price says 150 (cost None)",
    ),
    (
        "DELETE FROM product_prices WHERE product_id = 3",
        "the last price of each product is the present one",
        "product 3 costs 150 (cost None), its last price says None (cost None)",
    ),
    (
        f"UPDATE {LEDGER} SET reason = 'another' WHERE id = 4",
        "each count of a stocktake is of its moment",
        "inventory transaction 4 is no count of stocktake 1",
    ),
    (
        f"UPDATE {LEDGER} SET stocktake_id = NULL WHERE id = 4",
        "each stocktake has a count",
        "stocktake 1 has no inventory transaction",
    ),
    *(
        (
            f"INSERT INTO import_refs VALUES ('x', '{kind}', '1', {NOBODY}, NULL)",
            f"each {kind} that was imported exists",
            f"x 1 was imported as {kind} {NOBODY}, which does not exist",
        )
        for kind in ("order", "write_off")
    ),
]


def _references() -> Iterator[tuple[str, str, str]]:
    """Of each foreign key, one row that refers to nothing."""
    for table in TABLES:
        first = next(iter(table.primary_key.columns)).name
        for key in table.foreign_keys:
            column = key.parent.name
            row = NOBODY if column == first else 1
            yield (
                f"UPDATE {table.name} SET {column} = {NOBODY} WHERE {first} = 1",
                f"each {table.name}.{column} exists",
                f"{table.name} {row} names {column} {NOBODY}, which does not exist",
            )


CASES = [*BREAKS, *_references()]


def test_every_invariant_is_broken_here() -> None:
    assert {name for _, name, _ in CASES} == {each.name for each in INVARIANTS}


def test_each_is_broken_and_its_row_is_named(
    database: Database, owner: Engine, trade: None
) -> None:
    with database.reading() as session:
        assert check(session).failures == {}
        month = session.scalars(select(StockMonth.month).where(StockMonth.product_id == 2)).one()
    for statement, name, told in CASES:
        with broken(owner, statement) as session:
            report = check(session)
        assert (statement, report.failures.get(name)) == (
            statement,
            [told.replace("{month}", str(month))],
        )
