"""Workbooks by openpyxl, where the fast library has no wheel or no rows to start from."""

import re
from collections.abc import Iterator
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from gateway.customer_orders.formats.about import SHEET, Fact, Facts
from gateway.customer_orders.formats.about import WIDTHS as ABOUT_WIDTHS
from gateway.customer_orders.formats.cells import WIDTHS, Ask, Cells, Layout, cells, sheet_name
from gateway.customer_orders.formats.totals import Totals
from gateway.customer_orders.report import COLUMNS

# Excel takes `_x0041_` for an escaped A, and XML a bare CR for an LF; openpyxl escapes neither.
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_BOLD, _LEFT = Font(bold=True), Alignment(horizontal="left")


def write(path: Path, ask: Ask, layout: Layout, about: Facts) -> None:
    """Write the workbook of the batches that `ask` gives, and last the sheet about them."""
    book, totals = Workbook(write_only=True), Totals()
    try:
        with ask() as batches:
            _write_sheets(book, cells(batches, layout, totals), layout)
        _write_about(book, about(totals))
    finally:
        # Only saving removes the temporary files of openpyxl, so a failure saves too.
        book.save(path)


def _write_sheets(book: Workbook, rows: Iterator[Cells], layout: Layout) -> None:
    for number in count(1):
        sheet = _add_sheet(book, number)
        for row in islice(rows, layout.rows_per_sheet):
            sheet.append(_row(sheet, row, layout))
        following = next(rows, None)
        if following is None:
            return
        rows = chain([following], rows)


def _add_sheet(book: Workbook, number: int) -> Any:
    sheet = book.create_sheet(sheet_name(number))
    sheet.freeze_panes = "A2"
    for column, width in WIDTHS.items():
        sheet.column_dimensions[get_column_letter(COLUMNS.index(column) + 1)].width = width
    sheet.append(COLUMNS)
    return sheet


def _write_about(book: Workbook, facts: list[Fact]) -> None:
    sheet = book.create_sheet(SHEET)
    sheet.freeze_panes = "A2"
    for letter, width in zip("AB", ABOUT_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    for number, (label, value, number_format) in enumerate(facts):
        cells = WriteOnlyCell(sheet, label), _cell(sheet, value, number_format)
        for bold in cells if number == 0 else cells[:1]:
            bold.font = _BOLD
        if number_format:
            cells[1].alignment = _LEFT  # as the texts are, which stand above and below
        sheet.append(cells)


def _row(sheet: Any, row: Cells, layout: Layout) -> list[Any]:
    return [
        _cell(sheet, value, layout.formats.get(column))
        for column, value in zip(COLUMNS, row, strict=True)
    ]


def _cell(sheet: Any, value: Any, number_format: str | None) -> Any:
    if isinstance(value, str):
        escaped = _LOOKS_ESCAPED.sub("_x005F_", value).replace("\r", "_x000D_")
        cell = WriteOnlyCell(sheet, escaped)
        cell.data_type = "s"  # text such as =1+1 and #N/A stays text
        return cell
    if value is None or number_format is None:
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = number_format
    return cell
