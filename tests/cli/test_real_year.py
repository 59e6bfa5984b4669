"""A real shop's year goes in, and every figure that is known of it comes out."""

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import pytest
from real_year import IMPORTED, YEAR, needs_the_year

from common.checks import check
from common.db.session import Database, connect
from common.settings import Settings
from daybook import background

DAYBOOK = Path(sys.executable).parent / "daybook"
MONTHS = {
    "2010-12": 74895702,
    "2011-01": 56000026,
    "2011-02": 49806265,
    "2011-03": 68326708,
    "2011-04": 49320712,
    "2011-05": 72333351,
    "2011-06": 69112312,
    "2011-07": 68130011,
    "2011-08": 68268051,
    "2011-09": 101968762,
    "2011-10": 107070467,
    "2011-11": 146175625,
    "2011-12": 43366801,
}
TOTAL = 974774793
Figures = dict[str, Any]

pytestmark = [
    needs_the_year,
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real-year")


@pytest.fixture(scope="module")
def told(folder: Path) -> list[str]:
    """What the import says at its end."""
    done = subprocess.run(
        [DAYBOOK, "import", "online-retail", YEAR],
        env={**os.environ, "DAYBOOK_FOLDER": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def database(told: list[str], folder: Path) -> Iterator[Database]:
    database = connect(Settings(folder=folder))
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def api(told: list[str], folder: Path) -> Iterator[dict[str, str]]:
    with background.running(Settings(folder=folder)) as addresses:
        yield addresses


def test_every_line_is_accounted_for(told: list[str]) -> None:
    assert [line.strip() for line in told] == [
        *IMPORTED,
        "To see the orders: .venv/bin/daybook report customer-orders --out orders.csv",
    ]


def test_all_checks_hold(database: Database) -> None:
    with database.reading() as session:
        assert check(session).failures == {}


def test_months_and_customers_come_to_what_is_known(
    api: dict[str, str], http: httpx2.Client
) -> None:
    months = http.get(f"{api['sales']}/sales/summary?group_by=month").json()
    assert {row["month"]: row["revenue_cents"] for row in months} == MONTHS
    assert sum(row["orders"] for row in months) == 20_725
    (customer,) = http.get(f"{api['customers']}/customers?number=17850").json()
    assert customer["name"] == "Customer 17850"
    orders = http.get(f"{api['sales']}/orders", params={"customer_id": customer["id"]})
    assert orders.headers["x-total-count"] == "35"
    assert sum(len(order["lines"]) for order in orders.json()) == 312
    assert sum(order["total_cents"] for order in orders.json()) == 528863
    of_customer = f"{api['sales']}/sales/summary?customer_id={customer['id']}"
    assert http.get(of_customer).json() == [{"revenue_cents": 528863, "units": 1693, "orders": 34}]


def test_movements_are_those_of_the_file(api: dict[str, str], http: httpx2.Client) -> None:
    ledger = f"{api['products']}/inventory-transactions"

    def total(**params: str) -> int:
        return int(http.get(ledger, params={"_end": 1, **params}).headers["x-total-count"])

    assert total(reason="opening stock") == 3943
    assert total() == 538_963 + 3943
    openings = http.get(f"{ledger}?reason=opening stock&change=0&_end=1")
    assert openings.headers["x-total-count"] == "13"
    assert openings.json()[0]["effective_at"] == "2010-12-01T08:25:59Z"


# To read or to write 540,573 rows of a workbook takes minutes: `make torture` does.
AT_LENGTH = "DAYBOOK_CASES" in os.environ
ALL_OF_IT = ["json", "csv", *(["excel"] if AT_LENGTH else [])]


def cents(amount: Any) -> int:
    return round(float(amount) * 100)


def read(format_: str, content: bytes) -> list[list[Any]]:
    """The rows of a report below its header."""
    if format_ == "json":
        return [list(row.values()) for row in json.loads(content)]
    if format_ == "csv":
        return list(csv.reader(io.StringIO(content.decode())))[1:]
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)][1:]
    book.close()
    return rows


@pytest.mark.parametrize("format_", ALL_OF_IT)
def test_the_report_of_all_customers_is_the_sales_ledger(
    format_: str, api: dict[str, str], http: httpx2.Client
) -> None:
    response = http.get(f"{api['gateway']}/report/customer-orders?format={format_}", timeout=300)
    assert response.headers["x-as-of"] == "24564"
    rows = read(format_, response.content)
    assert len(rows) == 540_573
    assert sum(cents(row[11]) for row in rows) == TOTAL
    nobody = {None, ""}
    named = [row for row in rows if row[0] not in nobody]
    assert all(row[0] in nobody for row in rows[len(named) :])
    keys = [(int(row[0]), int(row[2]), int(row[6])) for row in named]
    assert keys == sorted(keys)


def test_the_workbook_of_a_month_is_its_csv(api: dict[str, str], http: httpx2.Client) -> None:
    month = f"{api['gateway']}/report/customer-orders?from=2011-11-01&to=2011-12-01&format="
    as_csv, as_excel = (
        [
            (int(row[2]), int(row[6]), row[8], int(row[9]), cents(row[11]))
            for row in read(name, told)
        ]
        for name in ("csv", "excel")
        for told in [http.get(month + name, timeout=300).content]
    )
    assert as_csv == as_excel
    assert len(as_csv) == 84_574


@pytest.mark.parametrize("format_", ["json", "csv", "excel"])
def test_the_report_of_one_customer_from_the_terminal(
    format_: str, told: list[str], folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / f"report.{format_}"
    subprocess.run(
        [
            *(DAYBOOK, "report", "customer-orders", "--customer", "17850"),
            *("--format", format_, "--out", out),
        ],
        env={**os.environ, "DAYBOOK_FOLDER": str(folder)},
        check=True,
        capture_output=True,
    )
    rows = read(format_, out.read_bytes())
    assert (len(rows), sum(cents(row[11]) for row in rows)) == (312, 528863)
    assert {row[1] for row in rows} == {"Customer 17850"}


def test_is_repeated_without_effect(told: list[str], folder: Path) -> None:
    done = subprocess.run(
        [DAYBOOK, "import", "online-retail", YEAR],
        env={**os.environ, "DAYBOOK_FOLDER": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[3].strip() == "541,909 were imported before"
    assert done.stdout.splitlines()[-1].strip() == "0.00 GBP for the sales ledger"


@pytest.mark.skipif(not AT_LENGTH, reason="`make torture` imports the workbook, in minutes")
def test_the_publishers_workbook_gives_the_same(tmp_path: Path, told: list[str]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Online Retail")
    with gzip.open(YEAR, "rt", newline="") as file:
        lines = csv.reader(file)
        sheet.append(next(lines))
        for line in lines:
            sheet.append([typed(cell, place) for place, cell in enumerate(line)])
    path = tmp_path / "Online Retail.xlsx"
    book.save(path)
    done = subprocess.run(
        [DAYBOOK, "import", "online-retail", path, "--dry-run"],
        env={**os.environ, "DAYBOOK_FOLDER": str(tmp_path / "other"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[:-1] == told[:-1]


def typed(cell: str, place: int) -> object:
    """Numbers as numbers, as a workbook has them; times stay text in this one."""
    if place in {0, 1} and cell.isdigit():
        return int(cell)
    if place in {3, 5, 6} and cell:
        return float(cell)
    return cell or None
