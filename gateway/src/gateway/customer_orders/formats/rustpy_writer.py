"""Workbooks by rustpy-xlsxwriter: ten times as fast as openpyxl, in memory that stays flat."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from itertools import chain, islice
from pathlib import Path

import orjson
from rustpy_xlsxwriter import FastExcel, Format

from gateway.customer_orders.formats import openpyxl_writer
from gateway.customer_orders.formats.cells import (
    AMOUNTS,
    DATE_FORMAT,
    IDS,
    WIDTHS,
    Ask,
    Cells,
    Layout,
    cells,
    sheet_name,
)
from gateway.customer_orders.report import COLUMNS, Row


def write(path: Path, ask: Ask, layout: Layout) -> None:
    """Write the workbook of the batches that `ask` gives; beyond one sheet it asks twice."""
    with ask() as batches:
        rows = cells(batches, layout)
        first = next(rows, None)
        if first is None:  # this library takes the header from the first row
            openpyxl_writer.write(path, lambda: nullcontext(iter(())), layout)
            return
        _save(path, [islice(chain([first], rows), layout.rows_per_sheet)], layout)
        fits = next(rows, None) is None
    if not fits:
        with ask() as batches:
            _write_sheets(path, batches, layout)


def _write_sheets(path: Path, batches: Iterator[list[Row]], layout: Layout) -> None:
    """The library must know the number of sheets before: so the rows are counted on disk."""
    spool = path.with_suffix(".rows")
    with spool.open("wb") as file:
        count = 0
        for batch in batches:
            file.write(orjson.dumps(batch, option=orjson.OPT_APPEND_NEWLINE))
            count += len(batch)
    with spool.open("rb") as file:
        rows = cells(map(orjson.loads, file), layout)
        sheets = -(-count // layout.rows_per_sheet)
        _save(path, [islice(rows, layout.rows_per_sheet) for _ in range(sheets)], layout)


def _save(path: Path, sheets: Sequence[Iterator[Cells]], layout: Layout) -> None:
    formats = {
        column: Format().set_num_format(layout.formats[column]) for column in (*IDS, *AMOUNTS)
    }
    book = FastExcel(path).format(datetime_format=DATE_FORMAT).freeze(row=1)
    for number, rows in enumerate(sheets, start=1):
        book.sheet(sheet_name(number), _records(rows), column_formats=formats, column_widths=WIDTHS)
    book.save()


def _records(rows: Iterator[Cells]) -> Iterator[dict[str, object]]:
    # The library reads the values by position: all rows must have the same keys, in order.
    return (dict(zip(COLUMNS, row, strict=True)) for row in rows)
