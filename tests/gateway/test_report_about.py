"""The last sheet of a workbook: the query, the watermark, and sums that tie out."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import openpyxl
import pytest

from common.times import now
from common.web.app import VERSION
from gateway.customer_orders.formats.as_excel import write_excel
from gateway.customer_orders.report import Customer, Row
from tests.gateway.reports import WRITERS, report, row, workbook, written

pytestmark = pytest.mark.anyio
SOFFICE = shutil.which("soffice")
TOTALS = [249_90, -5, 10**12, 0, 1, 33]


def facts(book: Any) -> dict[str, Any]:
    assert book.sheetnames[-1] == "About"
    return dict(book["About"].values)


def batches() -> list[list[Row]]:
    """Rows of different totals, in batches of two and an empty one."""
    rows = [row(number, line_total=cents) for number, cents in enumerate(TOTALS, start=1)]
    return [rows[:2], [], rows[2:4], rows[4:]]


def added_up(book: Any) -> Decimal:
    """The sum of the column line_total over all sheets of rows."""
    amounts = [values[11] for sheet in book.worksheets[:-1] for values in list(sheet.values)[1:]]
    return sum((Decimal(str(amount)) for amount in amounts), Decimal())


@WRITERS
async def test_it_tells_query_watermark_rows_total_and_version(writer: Any) -> None:
    asked = {
        "filters": (
            *(("from", "2010-12-01"), ("to", "2011-01-01T00:00:00+01:00"), ("tz", "Europe/London")),
            *(("status", "placed"), ("status", "closed"), ("kind", "sale")),
        ),
        "customer": Customer(17850, "=Ann\x00"),
    }
    began = now()
    found = facts(await workbook(report(*batches(), **asked), writer=writer))
    made = datetime.strptime(found.pop("Made at"), "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert began.replace(microsecond=0) <= made <= now()
    assert found == {
        "Report": "Customer orders",
        "Customer": "=Ann (id 17850)",
        "From (inclusive)": "2010-12-01",
        "To (exclusive)": "2011-01-01T00:00:00+01:00",
        "Time zone of from and to": "Europe/London",
        "Status": "placed, closed",
        "Kind": "sale",
        "Watermark (highest order id)": 9,
        "Rows": 6,
        "Total": 10000000250.19,
        "Currency": "GBP",
        "Times in the sheets": "Times are UTC",
        "Made by": f"Daybook {VERSION}",
    }


@WRITERS
async def test_without_filters_it_says_that_all_is_there(writer: Any) -> None:
    found = facts(await workbook(report([row()]), writer=writer))
    assert list(found.items())[1:7] == [
        ("Customer", "All"),
        ("From (inclusive)", "The first order"),
        ("To (exclusive)", "The last order"),
        ("Time zone of from and to", "The shop's"),
        ("Status", "All"),
        ("Kind", "All"),
    ]


@WRITERS
async def test_it_is_readable(writer: Any) -> None:
    sheet = (await workbook(report([row()]), writer=writer))["About"]
    assert [cell.font.bold for cell in sheet[1]] == [True, True]
    for label, value in sheet.iter_rows(min_row=2):
        assert (label.font.bold, value.font.bold) == (True, False)
    formats = {label.value: value.number_format for label, value in sheet.iter_rows()}
    assert {label: each for label, each in formats.items() if each != "General"} == {
        "Watermark (highest order id)": "0",
        "Rows": "0",
        "Total": "0.00",
    }
    for label, value in sheet.iter_rows():
        assert value.data_type == ("s" if formats[label.value] == "General" else "n")
        assert len(str(value.value)) <= sheet.column_dimensions["B"].width
        assert len(label.value) <= sheet.column_dimensions["A"].width


@WRITERS
@pytest.mark.parametrize(
    ("currency", "total", "format"),
    [("GBP", "-0.05", "0.00"), ("JPY", "-5", "0"), ("KWD", "-0.005", "0.000")],
)
async def test_the_total_has_the_decimals_of_the_currency(
    writer: Any, currency: str, total: str, format: str
) -> None:
    book = await workbook(report([row()], currency=currency), writer=writer)
    [cell] = [value for label, value in book["About"].iter_rows() if label.value == "Total"]
    assert (cell.value, cell.number_format) == (float(total), format)
    assert facts(book)["Currency"] == currency


@WRITERS
async def test_figures_that_no_number_of_excel_holds_are_text(writer: Any) -> None:
    many = [row(number, line_total=10**15) for number in range(11)]
    book = await workbook(report([*many, row(line_total=1)]), writer=writer)
    assert facts(book)["Total"] == "110000000000000.01"


@WRITERS
@pytest.mark.parametrize("rows_per_sheet", [1, 2, 3, 5, 6, 7])
async def test_rows_and_total_are_those_of_all_sheets(writer: Any, rows_per_sheet: int) -> None:
    book = await workbook(report(*batches()), writer=writer, rows_per_sheet=rows_per_sheet)
    assert len(book.worksheets) == -(-len(TOTALS) // rows_per_sheet) + 1
    found = facts(book)
    assert found["Rows"] == len(TOTALS)
    assert Decimal(str(found["Total"])) == added_up(book) == Decimal(sum(TOTALS)) / 100


@WRITERS
@pytest.mark.parametrize("told", [[], [[]]])
async def test_an_empty_report_has_it_too(writer: Any, told: list[list[Row]]) -> None:
    book = await workbook(report(*told), writer=writer)
    assert book.sheetnames == ["Customer orders", "About"]
    found = facts(book)
    assert (found["Rows"], found["Total"]) == (0, 0)


@WRITERS
@pytest.mark.parametrize("rows_per_sheet", [2, 100])
async def test_no_row_or_cell_stands_twice_in_a_sheet(writer: Any, rows_per_sheet: int) -> None:
    told = report(*batches())
    content = await written(write_excel(told, writer=writer, rows_per_sheet=rows_per_sheet))
    sheets = list(sheets_of(content))
    assert len(sheets) == -(-len(TOTALS) // rows_per_sheet) + 1
    for sheet in sheets:
        for element in ("row", "c"):
            places = re.findall(f'<{element} r="(\\w+)"', sheet)
            assert places
            assert len(places) == len(set(places))


def sheets_of(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/sheet"):
                yield book.read(name).decode()


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@WRITERS
async def test_libreoffice_finds_the_same_total(writer: Any, tmp_path: Path) -> None:
    source, out = tmp_path / "report.xlsx", tmp_path / "out"
    source.write_bytes(await written(write_excel(report(*batches()), writer=writer)))
    command = [
        *(str(SOFFICE), "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
        *("--convert-to", "xlsx", "--outdir", str(out), str(source)),
    ]
    await anyio.run_process(command)
    saved = openpyxl.load_workbook(out / "report.xlsx", data_only=True)
    assert saved.sheetnames == ["Customer orders", "About"]
    found = facts(saved)
    assert found["Rows"] == len(TOTALS)
    assert Decimal(str(found["Total"])) == added_up(saved) == Decimal(sum(TOTALS)) / 100
