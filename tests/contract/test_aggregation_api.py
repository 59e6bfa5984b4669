"""System 0: its report in each of its formats, at its own path."""

import csv
import io
import json
from datetime import datetime
from typing import Any

import httpx2
import openpyxl
import pytest

from tests.contract.conftest import At

PATH = "/report/customer-orders"
COLUMNS = [
    *("customer_id", "customer_name", "order_id", "order_date", "order_status", "order_total"),
    *("order_line_id", "product_id", "product_name", "quantity", "unit_price", "line_total"),
    "currency",
]
ROW = [
    *(1, "Ada Lovelace", 1, "2025-06-01T08:00:00Z", "placed", 6.2),
    *(1, 1, "Tea", 2, 3.1, 6.2),
    "EUR",
]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def api(furnished: dict[str, str], at: At) -> httpx2.Client:
    return at("gateway")


def spelled(value: Any) -> str:
    """As text, so that the order of members counts, and 1 is neither 1.0 nor true."""
    return json.dumps(value, indent=1)


def sheet(content: bytes) -> list[list[Any]]:
    """The rows of the first sheet."""
    first = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in first.values]


def test_json_output(api: httpx2.Client) -> None:
    found = api.get(f"{PATH}?customer_id=1&format=json")
    assert found.status_code == 200
    assert found.headers["content-type"] == "application/json"
    assert spelled(found.json()) == spelled([dict(zip(COLUMNS, ROW, strict=True))])
    assert api.get(f"{PATH}?customer_id=1").text == found.text  # the format if none is named


def test_csv_download(api: httpx2.Client) -> None:
    found = api.get(f"{PATH}?customer_id=1&format=csv")
    assert found.status_code == 200
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    named = 'attachment; filename="customer-orders-1.csv"'
    assert found.headers["content-disposition"] == named
    texts = ["6.20" if value == 6.2 else "3.10" if value == 3.1 else str(value) for value in ROW]
    assert list(csv.reader(io.StringIO(found.text, newline=""))) == [COLUMNS, texts]


@pytest.mark.parametrize("name", ["excel", "xlsx"])
def test_excel_download(name: str, api: httpx2.Client) -> None:
    found = api.get(f"{PATH}?customer_id=1&format={name}")
    assert found.status_code == 200
    assert found.headers["content-type"] == EXCEL
    named = 'attachment; filename="customer-orders-1.xlsx"'
    assert found.headers["content-disposition"] == named
    typed = list(ROW)
    typed[3] = datetime(2025, 6, 1, 8)  # noqa: DTZ001 # Excel knows no zones
    rows = sheet(found.content)
    assert rows == [COLUMNS, typed]  # Excel has one kind of numbers
    assert not any(isinstance(cell, bool) for cell in rows[1])


def test_no_orders_are_an_empty_data_set_with_headers(api: httpx2.Client) -> None:
    assert api.post("/customers", json={"name": "Bob"}).json()["id"] == 2
    asked = f"{PATH}?customer_id=2&format="
    assert api.get(f"{asked}json").json() == []
    assert api.get(f"{asked}csv").text == ",".join(COLUMNS) + "\r\n"
    assert sheet(api.get(f"{asked}excel").content) == [COLUMNS]


def test_all_customers_and_last_the_orders_without_one(api: httpx2.Client) -> None:
    rows = api.get(PATH).json()
    assert [each["customer_id"] for each in rows] == [1, None]
    assert spelled(rows[0]) == spelled(dict(zip(COLUMNS, ROW, strict=True)))
    assert [rows[1]["customer_name"], rows[1]["product_name"]] == [None, "Cup"]


def test_unknown_customers_and_formats_are_refused(api: httpx2.Client) -> None:
    assert api.get(f"{PATH}?customer_id=9&format=json").status_code == 404
    refused = api.get(f"{PATH}?customer_id=1&format=pdf")
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["format"]
