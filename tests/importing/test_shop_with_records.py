"""Importing into a shop that lives: what is there is used, nothing comes twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.plan import WrongCurrency
from tests.importing.lines import row

Write = Callable[..., Path]
Bring = Callable[..., Outcome]


def test_is_repeated_without_effect(
    write: Write, bring: Bring, snapshot: Callable[[], Any]
) -> None:
    file = write([row("1"), row("1", "B"), row("2", quantity=-2), row("C3", quantity=-1)])
    assert bring(file).repeated == 0
    before = snapshot()
    again = bring(file)
    assert (again.lines, again.repeated, again.order_lines, again.write_offs) == (4, 4, 0, 0)
    assert (again.new_products, again.opening_units, again.total_cents) == (0, 0, 0)
    assert snapshot() == before


def test_a_dry_run_tells_the_same_and_keeps_nothing(
    write: Write, bring: Bring, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    file = write([row("1", customer="7"), row("2", quantity=-2), row("3", quantity="many")])
    told = bring(file, dry_run=True)
    assert snapshot() == before
    assert bring(file) == told
    assert (told.order_lines, told.write_offs, told.new_customers) == (1, 1, 1)


def test_a_product_and_a_customer_that_are_there_are_used_as_they_are(
    write: Write,
    bring: Bring,
    products: TestClient,
    customers: TestClient,
    sales: TestClient,
    goods: dict[str, int],
    shop_row: Callable[..., None],
) -> None:
    shop_row(currency="GBP")
    customers.post("/customers", json={"name": "Ann", "number": "17850"})
    file = write([row("1", "tea", 2, customer="17850.0", text_=""), row("2", "Wrap", 3)])
    told = bring(file)
    assert (told.new_products, told.new_customers, told.opening_units) == (0, 0, 0)
    # today's five came later than what the file sold: it takes two more to have been there
    assert told.corrected_units == 2
    (ann,) = customers.get("/customers").json()
    assert ann["name"] == "Ann"
    first, second = sales.get("/orders").json()
    assert first["customer_id"] == ann["id"]
    assert (first["lines"][0]["sku"], first["lines"][0]["product_name"]) == ("TEA", "Tea")
    assert second["lines"][0]["product_id"] == goods["WRAP"]
    assert sales.get("/sales/1").json()["category"] == "kitchen"
    assert products.get("/products/1").json()["quantity"] == 5


def test_a_later_file_adds_a_correction_and_no_second_opening(
    write: Write, bring: Bring, products: TestClient
) -> None:
    assert bring(write([row("1", quantity=5)])).opening_units == 5
    later = "2011-12-01 08:00:00"
    told = bring(write([row("2", quantity=3, at=later), row("3", "Z", 2, at=later)]))
    assert (told.opening_units, told.corrected_units) == (2, 3)
    ledger = products.get("/products/1/inventory-transactions").json()
    assert [(each["change"], each["quantity"], each["reason"]) for each in ledger] == [
        (5, 5, "opening stock"),
        (-5, 0, "sale"),
        (3, 3, "correction by import"),
        (-3, 0, "sale"),
    ]
    assert ledger[2]["effective_at"] == "2011-12-01T07:59:59Z"


def test_an_earlier_file_leaves_no_past_level_below_zero(
    write: Write, bring: Bring, products: TestClient
) -> None:
    bring(write([row("5", quantity=5, at="2011-06-01 08:00:00")]))
    told = bring(write([row("1", quantity=2), row("C2", quantity=-2, at="2011-07-01 08:00:00")]))
    # at the end the level would be sound again, but not in June, when all five were sold
    assert told.corrected_units == 2
    ledger = products.get("/products/1/inventory-transactions").json()
    by_time = sorted(ledger, key=lambda each: each["effective_at"])
    level, levels = 0, []
    for each in by_time:
        level += each["change"]
        levels.append(level)
    assert min(levels) == 0


def test_an_invoice_number_of_another_source_is_rejected(
    write: Write,
    bring: Bring,
    sales: TestClient,
    goods: dict[str, int],
    shop_row: Callable[..., None],
    database: Any,
) -> None:
    shop_row(currency="GBP")
    sales.post("/orders", json={"lines": [{"product_id": 1, "quantity": 1}]})
    with database.transaction() as session:
        session.execute(text("UPDATE orders SET number='77a', number_folded='77a'"))
    told = bring(write([row("77A"), row("77A", "B"), row("78")]))
    assert told.rejected == {"the invoice number is that of an order from elsewhere": 2}
    assert (told.order_lines, told.new_products) == (1, 1)


def test_an_invoice_that_came_with_other_lines_is_rejected(
    write: Write, bring: Bring, snapshot: Callable[[], Any]
) -> None:
    bring(write([row("1"), row("2", quantity=-1)]))
    before = snapshot()
    told = bring(write([row("1"), row("1", "B"), row("2", quantity=-2)]))
    assert told.rejected == {"the invoice was imported before with other lines": 3}
    assert snapshot() == before


def test_a_shop_with_another_currency_refuses(
    write: Write, bring: Bring, goods: dict[str, int], snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    for dry_run in (True, False):
        with pytest.raises(WrongCurrency, match="EUR"):
            bring(write([row("1")]), dry_run=dry_run)
    assert snapshot() == before


def test_an_invoice_is_known_again_in_another_case(
    write: Write, bring: Bring, snapshot: Callable[[], Any]
) -> None:
    bring(write([row("q7", quantity=-3), row("o9a"), row("O9A", "Z")]))
    before = snapshot()
    again = bring(write([row("Q7", quantity=-3), row("O9a"), row("o9a", "Z")]))
    assert (again.repeated, again.rejected) == (3, {})
    assert snapshot() == before


def test_an_invoice_is_known_again_however_long_its_folded_number_is(
    write: Write, bring: Bring
) -> None:
    assert bring(write([row("ß" * 64), row("ΐ" * 63, quantity=-1)])).rejected == {}
    again = bring(write([row("ẞ" * 64), row("ΐ" * 63, quantity=-1)]))
    assert (again.repeated, again.rejected) == (2, {})


def test_an_invoice_is_known_again_whatever_else_bears_its_number(
    write: Write, bring: Bring, products: TestClient
) -> None:
    file = write([row("777"), row("778", quantity=-1)])
    bring(file)
    found = {"product_id": 1, "change": 1, "reason": "found", "reference": "777"}
    products.post("/inventory-adjustments", json=found)
    products.post("/inventory-adjustments", json=found | {"reference": "778"})
    assert bring(file).repeated == 2


def test_the_same_sum_is_not_the_same_invoice(write: Write, bring: Bring) -> None:
    bring(write([row("888", "X", 3)]))
    told = bring(write([row("888", "Y", 1, price="3.00", customer="6")]))
    assert told.rejected == {"the invoice was imported before with other lines": 1}


def test_a_file_with_nothing_to_take_leaves_the_currency(
    write: Write, bring: Bring, products: TestClient, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    bring(write([]))
    bring(write([row("1", quantity="?")]))
    assert snapshot() == before


def test_a_file_without_lines_changes_nothing(
    write: Write, bring: Bring, snapshot: Callable[[], Any]
) -> None:
    told = bring(write([]))
    assert (told.lines, told.orders, told.total_cents) == (0, {}, 0)


def test_a_blocked_product_is_imported_and_shows_no_level(
    write: Write, bring: Bring, products: TestClient, snapshot: Callable[[], Any]
) -> None:
    bring(write([row("1", quantity=5)]))
    products.patch("/products/1", json={"status": "blocked"})
    bring(write([row("C2", quantity=-2, at="2011-01-01 00:00:00")]))
    assert products.get("/products/1").json()["quantity"] is None
    products.patch("/products/1", json={"status": "active"})
    assert products.get("/products/1").json()["quantity"] == 2
