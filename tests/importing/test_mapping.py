"""What a small file becomes, to the last figure."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.source import COLUMNS, UnreadableFile
from tests.importing.telling import of

Write = Callable[..., Path]
Bring = Callable[..., Outcome]
Json = dict[str, Any]
UK = "United Kingdom"

# A sale, a return of some of it, a correction of money, a write-off, and a sale to nobody
# abroad; the lantern is written in two cases, and named differently once.
YEAR = [
    ("536365", "85123A", "LANTERN", 6, "2010-12-01 08:26:00", "2.55", "17850.0", UK),
    ("536365", "85123a", " HOLDER ", 2, "2010-12-01 08:27:00", "2.75", "17850.0", UK),
    ("536365", "POST", "POSTAGE", 1, "2010-12-01 08:26:00", "18.00", "17850.0", UK),
    ("536366", "71053", "MUG", 4, "2010-12-01 08:28:00", "0.001", "", "France"),
    ("536366", "85123A", "LANTERN", 1, "2010-12-01 08:28:00", "0.00", "", "France"),
    ("536367", "71053", "damaged", -3, "2010-12-01 09:00:00", "0.00", "", UK),
    ("536368", "99999", "", -1, "2010-12-01 09:10:00", "0", "", UK),
    ("A56318", "B", "Adjust bad debt", 1, "2010-12-01 10:00:00", "-11062.06", "", UK),
    ("C536379", "85123A", "", -5, "2010-12-02 08:00:00", "2.55", "17850.0", UK),
]
TOLD = Outcome(
    lines=9,
    order_lines=7,
    write_offs=2,
    repeated=0,
    rejected={},
    orders={"adjustment": 1, "return": 1, "sale": 2},
    new_customers=1,
    new_products=5,
    total_cents=1530 + 550 + 1800 + 0 + 0 - 1106206 - 1275,
    opening_units=9 + 7 + 1,
    corrected_units=0,
    currency="GBP",
)


def test_becomes_orders_customers_and_products(
    write: Write, bring: Bring, sales: TestClient, customers: TestClient, products: TestClient
) -> None:
    assert bring(write(YEAR)) == TOLD

    orders = sales.get("/orders").json()
    assert of(orders, "number", "kind", "customer_id", "country", "order_date", "total_cents") == [
        ("536365", "sale", 1, UK, "2010-12-01T08:26:00Z", 3880),
        ("536366", "sale", None, "France", "2010-12-01T08:28:00Z", 0),
        ("A56318", "adjustment", None, UK, "2010-12-01T10:00:00Z", -1106206),
        ("C536379", "return", 1, UK, "2010-12-02T08:00:00Z", -1275),
    ]
    assert of(orders, "status", "payment_status", "fulfilment_status", "currency", "version") == [
        ("closed", "paid", "shipped", "GBP", 1),
        ("closed", "paid", "shipped", "GBP", 1),
        ("closed", "paid", "shipped", "GBP", 1),
        ("closed", "refunded", "shipped", "GBP", 1),
    ]
    fields = ("sku", "product_name", "quantity", "unit_price_cents", "line_total_cents")
    assert of(orders[0]["lines"], *fields) == [
        ("85123A", "LANTERN", 6, 255, 1530),
        ("85123A", "HOLDER", 2, 275, 550),
        ("POST", "POSTAGE", 1, 1800, 1800),
    ]
    assert of(orders[3]["lines"], *fields) == [("85123A", "LANTERN", -5, 255, -1275)]
    (customer,) = customers.get("/customers").json()
    assert (customer["number"], customer["name"]) == ("17850", "Customer 17850")
    assert customer["country"] is None
    listed = products.get("/products?_sort=sku").json()
    assert of(listed, "sku", "name", "price_cents", "kind", "quantity") == [
        ("71053", "MUG", 0, "stocked", 0),
        ("85123A", "LANTERN", 255, "stocked", 5),
        ("99999", "99999", 0, "stocked", 0),
        ("B", "Adjust bad debt", 0, "service", None),
        ("POST", "POSTAGE", 1800, "service", None),
    ]
    (category,) = products.get("/categories").json()
    assert category["name"] == "other"
    assert {each["category_id"] for each in listed} == {category["id"]}


def test_becomes_ledgers_that_tie_out(
    write: Write, bring: Bring, sales: TestClient, products: TestClient
) -> None:
    bring(write(YEAR))
    ledger = products.get("/inventory-transactions").json()
    fields = ("product_id", "change", "quantity", "reason", "reference", "effective_at")
    ids = {each["sku"]: each["id"] for each in products.get("/products").json()}
    lantern, mug, lost = ids["85123A"], ids["71053"], ids["99999"]
    before = "2010-12-01T08:25:59Z"
    assert sorted(of(ledger[:3], *fields)) == sorted(
        [
            (lantern, 9, 9, "opening stock", None, before),
            (mug, 7, 7, "opening stock", None, before),
            (lost, 1, 1, "opening stock", None, before),
        ]
    )
    assert of(ledger[3:], *fields) == [
        (lantern, -6, 3, "sale", "536365", "2010-12-01T08:26:00Z"),
        (lantern, -2, 1, "sale", "536365", "2010-12-01T08:26:00Z"),
        (mug, -4, 3, "sale", "536366", "2010-12-01T08:28:00Z"),
        (lantern, -1, 0, "sale", "536366", "2010-12-01T08:28:00Z"),
        (mug, -3, 0, "damaged", "536367", "2010-12-01T09:00:00Z"),
        (lost, -1, 0, "write-off", "536368", "2010-12-01T09:10:00Z"),
        (lantern, 5, 5, "return", "C536379", "2010-12-02T08:00:00Z"),
    ]
    fields = ("kind", "quantity", "total_cents", "category", "country", "sold_at")
    assert of(sales.get("/sales").json(), *fields)[3:] == [
        ("sale", 4, 0, "other", "France", "2010-12-01T08:28:00Z"),
        ("sale", 1, 0, "other", "France", "2010-12-01T08:28:00Z"),
        ("adjustment", 1, -1106206, "other", UK, "2010-12-01T10:00:00Z"),
        ("return", -5, -1275, "other", UK, "2010-12-02T08:00:00Z"),
    ]
    assert sales.get("/sales/summary?group_by=month").json() == [
        {"month": "2010-12", "revenue_cents": TOLD.total_cents, "units": 10, "orders": 2}
    ]


def excel(path: Path) -> Path:
    """As the publisher's workbook has it: numbers and times where the CSV has text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Online Retail")
    sheet.append(COLUMNS)
    for invoice, code, text, quantity, at, price, customer, country in YEAR:
        sheet.append(
            [
                int(invoice) if invoice.isdigit() else invoice,
                int(code) if code.isdigit() else code,
                text or None,
                quantity,
                datetime.fromisoformat(at),
                float(price),
                float(customer) if customer else None,
                country,
            ]
        )
    book.save(path)
    return path


def american(at: str) -> str:
    return f"{int(at[5:7])}/{int(at[8:10])}/{at[:4]} {int(at[11:13])}:{at[14:16]}"


CLOTHES: dict[str, Callable[[Write, Path], Path]] = {
    "gzipped": lambda write, _: write(YEAR, name="year.csv.gz"),
    "with a mark": lambda write, _: write(YEAR, encoding="utf-8-sig"),
    "American times": lambda write, _: write([(*r[:4], american(r[4]), *r[5:]) for r in YEAR]),
    "a workbook": lambda _, folder: excel(folder / "year.xlsx"),
    "blank lines and other columns": lambda write, _: write(
        [each for row in YEAR for each in ((), ("x", *row, "y"))],
        columns=["Extra", *(f" {name.upper()} " for name in COLUMNS), "More"],
    ),
}


@pytest.mark.parametrize("clothes", CLOTHES)
def test_is_the_same_in_other_clothes(
    clothes: str,
    write: Write,
    bring: Bring,
    tmp_path: Path,
    sales: TestClient,
    customers: TestClient,
    products: TestClient,
) -> None:
    assert bring(CLOTHES[clothes](write, tmp_path)) == TOLD
    assert of(sales.get("/orders").json(), "number") == [
        ("536365",),
        ("536366",),
        ("A56318",),
        ("C536379",),
    ]
    assert of(sales.get("/orders").json(), "order_date")[0] == ("2010-12-01T08:26:00Z",)
    assert of(customers.get("/customers").json(), "number") == [("17850",)]
    assert {each["sku"] for each in products.get("/products").json()} == {
        *("85123A", "POST", "71053", "99999", "B")
    }


def test_latin_1_is_read_as_such(write: Write, bring: Bring, products: TestClient) -> None:
    rows = [("1", "A", "TÊTE À TÊTE £5", 1, "2010-12-01 08:26", "1", "", UK)]
    assert bring(write(rows, encoding="latin-1")).order_lines == 1
    assert products.get("/products").json()[0]["name"] == "TÊTE À TÊTE £5"


def test_times_are_those_of_a_zone(write: Write, bring: Bring, sales: TestClient) -> None:
    rows = [("1", "A", "x", 1, "2011-07-01 00:30:00", "1", "", UK)]
    bring(write(rows), tz="Europe/London")
    assert of(sales.get("/orders").json(), "order_date") == [("2011-06-30T23:30:00Z",)]


def test_a_name_is_the_most_frequent_of_equals_the_first(
    write: Write, bring: Bring, products: TestClient
) -> None:
    at = "2010-12-01 08:26:00"

    def described(sku: str, *texts: str, quantity: int = 1) -> list[tuple[object, ...]]:
        first = ord(sku) * 100 + (50 if quantity < 0 else 0)
        return [
            (str(first + n), sku, text, quantity, at, "1", "", UK) for n, text in enumerate(texts)
        ]

    rows = described("A", "one", "two", "two", "one")
    rows += described("B", "", "late") + described("B", "?", "?", "?", quantity=-1)
    rows += described("C", "") + described("C", "lost", quantity=-1)
    rows += described("D", "")
    bring(write(rows))
    listed = products.get("/products?_sort=sku").json()
    assert of(listed, "sku", "name") == [("A", "one"), ("B", "late"), ("C", "lost"), ("D", "D")]


def test_lines_of_one_invoice_need_not_be_adjacent(
    write: Write, bring: Bring, sales: TestClient
) -> None:
    rows = [(n, "A", "x", 1, "2010-12-01 08:26:00", "1", "", UK) for n in ("1", "2", "1")]
    assert bring(write(rows)).orders == {"sale": 2}
    orders = sales.get("/orders").json()
    assert [(order["number"], len(order["lines"])) for order in orders] == [("1", 2), ("2", 1)]


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (["UnitPrice"], "has no column UnitPrice"),
        (["InvoiceNo", "Country"], "has no columns InvoiceNo, Country"),
        (list(COLUMNS), "has no columns InvoiceNo, StockCode"),
    ],
)
def test_any_other_file_is_refused_naming_what_is_missing(
    missing: list[str], told: str, write: Write, bring: Bring, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    columns = [f"X{name}" if name in missing else name for name in COLUMNS]
    with pytest.raises(UnreadableFile, match=told):
        bring(write(YEAR, columns=columns))
    assert snapshot() == before


def damaged(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def without_sheets(path: Path) -> bytes:
    """The workbook with a sheet that is cut in the middle of its XML."""
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(changed, "w") as cut:
        for name in book.namelist():
            content = book.read(name)
            cut.writestr(name, content[:900] if "worksheets" in name else content)
    return changed.getvalue()


def test_a_workbook_that_is_wrong_about_its_size_loses_no_line(
    bring: Bring, tmp_path: Path
) -> None:
    whole, wrong = excel(tmp_path / "whole.xlsx"), tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(whole) as book, zipfile.ZipFile(wrong, "w") as changed:
        for name in book.namelist():
            content = book.read(name)
            if "worksheets" in name:
                content = content.replace(b"<sheetData", b'<dimension ref="A1:H3"/><sheetData', 1)
            changed.writestr(name, content)
    assert bring(wrong) == TOLD


def test_a_damaged_file_is_refused(
    write: Write, bring: Bring, tmp_path: Path, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    whole = write(YEAR * 2000, name="whole.csv.gz").read_bytes()
    book = excel(tmp_path / "whole.xlsx").read_bytes()
    files = [
        damaged(tmp_path / "cut.csv.gz", whole[: len(whole) // 2]),
        damaged(tmp_path / "cut.xlsx", book[: len(book) // 2]),
        damaged(tmp_path / "no.xlsx", b"PK\x03\x04nothing"),
        damaged(tmp_path / "empty.csv", b""),
        damaged(tmp_path / "open.csv", b'InvoiceNo,"' + b"x" * 200_000),
        damaged(tmp_path / "quote.csv", write(YEAR).read_bytes() + b'9,"A,thing,1\r\n'),
        damaged(tmp_path / "chart.xlsx", without_sheets(tmp_path / "whole.xlsx")),
        tmp_path / "absent.csv",
        tmp_path,
    ]
    for file in files:
        with pytest.raises(UnreadableFile):
            bring(file)
    assert snapshot() == before
