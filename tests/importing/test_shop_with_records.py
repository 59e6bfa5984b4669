"""Importing into a shop that lives: what is there is used, nothing comes twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.plan import WrongCurrency
from common.importing.online_retail.source import UnreadableFile
from common.importing.rejects import RejectsUnwritable

Write = Callable[..., Path]
Bring = Callable[..., Outcome]
UK = "United Kingdom"


def row(
    invoice: str,
    code: object = "A",
    quantity: object = 1,
    at: str = "2010-12-01 08:26:00",
    price: object = "1.00",
    customer: str = "",
    text_: str = "thing",
) -> tuple[object, ...]:
    return (invoice, code, text_, quantity, at, price, customer, UK)


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


REASONS: list[tuple[tuple[object, ...], str]] = [
    (row(""), "InvoiceNo is missing"),
    (row("2", ""), "StockCode is missing"),
    (row("2", quantity=""), "Quantity is missing"),
    (row("2", quantity="many"), "Quantity is not a number"),
    (row("2", quantity="1.5"), "Quantity is not a whole number"),
    (row("2", quantity="0"), "Quantity is 0"),
    (row("2", quantity=10**9 + 1), "Quantity is too large"),
    (row("2", quantity="1e999999"), "Quantity is too large"),
    (row("2", quantity="1E9999999"), "Quantity is too large"),
    (row("2", price="1E9999999"), "UnitPrice is too large"),
    (row("2", price=""), "UnitPrice is missing"),
    (row("2", price="dear"), "UnitPrice is not a number"),
    (row("2", price="NaN"), "UnitPrice is not a number"),
    (row("2", price="Infinity"), "UnitPrice is not a number"),
    (row("2", price=10**13), "UnitPrice is too large"),
    (row("2", price=10**9, quantity=10**6), "the amount is too large"),
    (row("2", at=""), "InvoiceDate is missing"),
    (row("2", at="yesterday"), "InvoiceDate is not a time"),
    (row("2", at="13/13/2010 8:26"), "InvoiceDate is not a time"),
    (row("2", at="2999-01-01 00:00"), "InvoiceDate is before 1970 or in the future"),
    (row("2", at="0001-01-01 00:00"), "InvoiceDate is before 1970 or in the future"),
    (row("2" * 65), "InvoiceNo is longer than 64 characters"),
    (row("2", "A" * 65), "StockCode is longer than 64 characters"),
    (row("2", text_="x" * 201), "Description is longer than 200 characters"),
    (row("2", customer="x" * 65), "CustomerID is longer than 64 characters"),
    (row("o-2"), "InvoiceNo begins with O-, as Daybook's own do"),
    (row("2", customer="c-7"), "CustomerID begins with C-, as Daybook's own do"),
    (row("2", "POST", quantity=-1), "services hold no stock"),
    (("2", "A", "thing", 1, "2010-12-01 08:26"), "UnitPrice is missing"),
]


@pytest.mark.parametrize(("bad", "reason"), REASONS, ids=[reason for _, reason in REASONS])
def test_a_line_that_cannot_be_taken_is_told_by_reason(
    bad: tuple[object, ...],
    reason: str,
    write: Write,
    bring: Bring,
    tmp_path: Path,
    sales: TestClient,
) -> None:
    file = write([row("1"), bad, row("3")])
    told = bring(file, tz="Pacific/Kiritimati", rejects=tmp_path / "rejects.csv")
    assert (told.lines, told.order_lines, told.rejected) == (3, 2, {reason: 1})
    assert [order["number"] for order in sales.get("/orders").json()] == ["1", "3"]
    header, reject = (tmp_path / "rejects.csv").read_text().splitlines()
    assert header.startswith("line,reason,InvoiceNo,")
    assert reject.startswith(f'3,"{reason}"' if "," in reason else f"3,{reason},")


def test_an_invoice_comes_whole_or_not_at_all(
    write: Write, bring: Bring, tmp_path: Path, sales: TestClient
) -> None:
    lines = [row("1"), row("2"), row("1", "B", quantity="?"), row("1", "C", quantity=-1)]
    rejects = tmp_path / "rejects.csv"
    told = bring(write(lines), rejects=rejects)
    assert told.rejected == {
        "another line of the invoice was rejected": 2,
        "Quantity is not a number": 1,
    }
    assert (told.order_lines, told.write_offs, told.new_products) == (1, 0, 1)
    assert [each.split(",")[0] for each in rejects.read_text().splitlines()] == [
        *("line", "2", "4", "5")
    ]
    mended = [row("1"), row("2"), row("1", "B"), row("1", "C", quantity=-1)]
    again = bring(write(mended))
    assert (again.order_lines, again.write_offs, again.repeated) == (2, 1, 1)
    assert len(sales.get("/orders").json()) == 2


def test_a_shop_with_another_currency_refuses(
    write: Write, bring: Bring, goods: dict[str, int], snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    for dry_run in (True, False):
        with pytest.raises(WrongCurrency, match="EUR"):
            bring(write([row("1")]), dry_run=dry_run)
    assert snapshot() == before


def test_nothing_is_imported_where_the_rejects_cannot_be_written(
    write: Write, bring: Bring, tmp_path: Path, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    file = write([row("1"), row("2", quantity="?")])
    content = file.read_bytes()
    with pytest.raises(RejectsUnwritable, match="No such file"):
        bring(file, rejects=tmp_path / "no" / "rejects.csv")
    with pytest.raises(RejectsUnwritable, match="is the file to be imported"):
        bring(file, rejects=file)
    with pytest.raises(RejectsUnwritable, match="Is a directory"):
        bring(file, rejects=tmp_path)
    with pytest.raises(RejectsUnwritable, match="No space left"):
        bring(file, rejects=Path("/dev/full"))
    assert Path("/dev/full").is_char_device()
    assert snapshot() == before
    assert file.read_bytes() == content


def test_the_rejects_of_a_failed_import_leave_those_of_another_alone(
    write: Write, bring: Bring, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    rejects.write_text("of yesterday")
    with pytest.raises(UnreadableFile):
        bring(tmp_path / "absent.csv", rejects=rejects)
    assert rejects.read_text() == "of yesterday"
    assert [each.name for each in tmp_path.iterdir() if "rejects" in each.name] == ["rejects.csv"]


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
