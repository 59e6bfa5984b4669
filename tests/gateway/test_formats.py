"""The formats by themselves: awkward text, large numbers, other currencies, many rows."""

import csv
import io
import threading
import zipfile
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import orjson
import pytest
from anyio import from_thread

from gateway.customer_orders.formats import FORMATS, openpyxl_writer, rustpy_writer
from gateway.customer_orders.formats.about import Facts
from gateway.customer_orders.formats.as_csv import write_csv
from gateway.customer_orders.formats.as_excel import ROWS_PER_SHEET, WRITER, write_excel
from gateway.customer_orders.formats.as_json import write_json
from gateway.customer_orders.formats.as_ndjson import write_ndjson
from gateway.customer_orders.formats.cells import Ask, Layout
from gateway.customer_orders.report import COLUMNS, Batches, Report
from gateway.customer_orders.schemas import EXAMPLES
from tests.gateway.reports import WRITERS, report, row, workbook, written

pytestmark = pytest.mark.anyio


async def cells(writer: Any, **changed: Any) -> dict[str, Any]:
    """The cells of a sheet of one row, by column."""
    sheet = (await workbook(report([row(**changed)]), writer=writer)).active
    return dict(zip(COLUMNS, sheet[2], strict=True))


def test_the_fast_library_writes_where_it_is_there() -> None:
    assert WRITER is rustpy_writer.write
    assert ROWS_PER_SHEET == 1_048_575
    assert set(FORMATS) == {"json", "ndjson", "csv", "excel", "xlsx"}


@WRITERS
async def test_all_formats_tell_the_same_rows(writer: Any) -> None:
    batches = [
        [row(1), row(2, customer_name='Zoë, "Zed"\nß 😀', order_total=-1)],
        [],
        [row(3, customer_id=None, customer_name=None, unit_price=10**12)],
    ]
    told = report(*batches)
    objects = orjson.loads(await written(write_json(told)))
    *found, _trailer = (await written(write_ndjson(told))).splitlines()
    assert [orjson.loads(each) for each in found] == objects
    lines = list(csv.DictReader(io.StringIO((await written(write_csv(told))).decode(), newline="")))
    sheet = (await workbook(told, writer=writer)).active
    assert len(objects) == len(lines) == 3
    texts = [
        {name: "" if value is None else value for name, value in line.items()} for line in objects
    ]
    numbers = {"order_total", "unit_price", "line_total"}
    assert [
        {name: float(value) if name in numbers else value for name, value in line.items()}
        for line in lines
    ] == [
        {name: value if name in numbers else str(value) for name, value in line.items()}
        for line in texts
    ]
    for found in objects:
        moment = datetime.fromisoformat(found["order_date"]).replace(tzinfo=None)
        found["order_date"] = moment
    assert [dict(zip(COLUMNS, values, strict=True)) for values in sheet.values][1:] == objects


@pytest.mark.parametrize(
    ("currency", "total", "format"),
    [("GBP", "249.90", "0.00"), ("JPY", "24990", "0"), ("KWD", "24.990", "0.000")],
)
async def test_amounts_have_the_decimals_of_the_currency(
    currency: str, total: str, format: str
) -> None:
    told = report([row()], currency=currency)
    assert f'"order_total":{total},' in (await written(write_json(told))).decode()
    assert f'"order_total":{total},' in (await written(write_ndjson(told))).decode()
    assert f",placed,{total},1," in (await written(write_csv(told))).decode()
    for writer in (rustpy_writer.write, openpyxl_writer.write):
        sheet = (await workbook(told, writer=writer)).active
        assert (sheet["F2"].value, sheet["F2"].number_format) == (float(total), format)


async def test_the_examples_of_the_documentation_are_what_is_written() -> None:
    lamp = {"order_total": 49985, "product_id": 2, "product_name": "Lamp, tall", "quantity": 2}
    told = report([row(7, **lamp, unit_price=24990, line_total=49980)])
    assert orjson.loads(await written(write_json(told))) == EXAMPLES["json"]
    assert (await written(write_ndjson(told))).decode() == EXAMPLES["ndjson"]
    assert (await written(write_csv(told))).decode() == EXAMPLES["csv"]


async def test_amounts_are_exact_beyond_the_digits_of_a_float() -> None:
    told = report([row(order_total=9007199254740993, line_total=-1, unit_price=-100)])
    for write in (write_json, write_ndjson):
        text = (await written(write(told))).decode()
        assert '"order_total":90071992547409.93,' in text
        assert '"unit_price":-1.00,"line_total":-0.01,' in text
    assert ",90071992547409.93," in (await written(write_csv(told))).decode()


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_text_is_never_a_formula(evil: str) -> None:
    told = report([row(customer_name=evil, product_name=evil)])
    text = (await written(write_csv(told))).decode()
    [line] = list(csv.DictReader(io.StringIO(text, newline="")))
    assert (line["customer_name"], line["product_name"]) == (f"'{evil}", f"'{evil}")
    assert line["line_total"] == "-0.05"
    for writer in (rustpy_writer.write, openpyxl_writer.write):
        cell = (await cells(writer, customer_name=evil))["customer_name"]
        assert cell.data_type == "s"
        assert (
            cell.value.replace("_x000D_", "\r") == evil
        )  # readers other than Excel see the escape


@WRITERS
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\x00b\x1fc\x0bd", "abcd"),
        ("\ufffe\uffff", None),
        ("x" * 40_000, "x" * 32_767),
        ("😀" * 20_000, "😀" * 16_383),
        ("#N/A", "#N/A"),
        ("TRUE", "TRUE"),
        ("123", "123"),
        ("http://example.com", "http://example.com"),
        ("<b>&amp;", "<b>&amp;"),
        (" two  spaces ", " two  spaces "),
    ],
)
async def test_awkward_text_stays_text(writer: Any, text: str, found: str | None) -> None:
    cell = (await cells(writer, product_name=text))["product_name"]
    assert cell.value == found
    assert cell.hyperlink is None


@WRITERS
async def test_text_that_looks_like_an_escape_of_excel_is_escaped(writer: Any) -> None:
    told = report([row(product_name="_x0041_")])
    book = zipfile.ZipFile(io.BytesIO(await written(write_excel(told, writer=writer))))
    texts = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    assert b"_x005F_x0041_" in texts


@WRITERS
async def test_ids_keep_every_digit(writer: Any) -> None:
    exact = await cells(writer, customer_id=2**53, order_id=2**53 + 1, product_id=2**63 - 1)
    assert exact["customer_id"].value == 2**53
    assert exact["order_id"].value == str(2**53 + 1)
    assert exact["product_id"].value == str(2**63 - 1)
    assert exact["customer_id"].number_format == "0"


@WRITERS
async def test_moments_keep_their_seconds(writer: Any) -> None:
    cell = (await cells(writer, order_date="2010-12-01T23:59:59.123000Z"))["order_date"]
    assert cell.is_date
    assert cell.value.replace(microsecond=0) == datetime.fromisoformat("2010-12-01T23:59:59")


@WRITERS
@pytest.mark.parametrize(("rows", "sheets"), [(0, [0]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])])
async def test_rows_beyond_a_sheet_go_on_to_the_next(
    writer: Any, rows: int, sheets: list[int]
) -> None:
    batches = [[row(number)] for number in range(rows)]
    book = await workbook(report(*batches), writer=writer, rows_per_sheet=3)
    *of_rows, about = book
    assert about.title == "About"
    assert [sheet.max_row - 1 for sheet in of_rows] == sheets
    assert [sheet.title for sheet in of_rows] == [
        "Customer orders",
        "Customer orders 2",
        "Customer orders 3",
    ][: len(sheets)]
    found = [values[6] for sheet in of_rows for values in list(sheet.values)[1:]]
    assert found == list(range(rows))
    for sheet in of_rows:
        assert next(sheet.values) == COLUMNS
        assert sheet.freeze_panes == "A2"
        assert sheet["F2"].number_format == ("0.00" if rows else "General")


@WRITERS
async def test_a_workbook_that_fails_leaves_no_file_behind(
    writer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    async def give() -> Batches:
        yield [row()]
        assert entries(tmp_path)
        raise RuntimeError("the service is gone")

    with pytest.raises(RuntimeError, match="the service is gone"):
        await written(write_excel(Report(9, "GBP", give), writer=writer))
    assert not entries(tmp_path)


def entries(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize(
    "write",
    [
        write_json,
        write_ndjson,
        write_csv,
        *(
            partial(write_excel, writer=each)
            for each in (rustpy_writer.write, openpyxl_writer.write)
        ),
    ],
)
async def test_a_format_that_is_closed_early_closes_the_batches(
    write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    closed = anyio.Event()

    async def give() -> Batches:
        try:
            yield [row()]
        finally:
            closed.set()

    chunks = write(Report(9, "GBP", give))
    assert await anext(chunks)
    await chunks.aclose()
    assert closed.is_set()
    assert not entries(tmp_path)


@WRITERS
async def test_a_writer_that_fails_closes_the_batches(writer: Any) -> None:
    closed = anyio.Event()

    async def give() -> Batches:
        try:
            yield [row(), row(order_date="yesterday")]
        finally:
            closed.set()

    batches = give()  # held here, so that no garbage collector closes it
    with pytest.raises(ValueError, match="yesterday"):
        await written(write_excel(Report(9, "GBP", lambda: batches), writer=writer))
    assert closed.is_set()


async def test_a_client_that_leaves_while_rows_are_written_is_not_waited_for() -> None:
    asked: list[int] = []
    writing, left = anyio.Event(), threading.Event()

    async def give() -> Batches:
        yield [row()]
        asked.append(2)
        await anyio.sleep_forever()

    def write(path: Path, ask: Ask, layout: Layout, about: Facts) -> None:
        with ask() as batches:
            next(batches)
            from_thread.run_sync(writing.set)
            assert left.wait(30)
            next(batches)

    chunks = write_excel(Report(9, "GBP", give), writer=write)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(written, chunks)
            await writing.wait()
            group.cancel_scope.cancel()
            with anyio.CancelScope(shield=True):
                await anyio.sleep(0.05)  # the cancellation finds nothing to cancel
                left.set()
    assert asked == []
