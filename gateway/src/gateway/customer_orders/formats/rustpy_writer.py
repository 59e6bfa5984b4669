"""Workbooks by rustpy-xlsxwriter: ten times as fast as openpyxl, in memory that stays flat.

It writes the sheets in their order, each from its generator when the one before is done.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from itertools import chain, islice
from pathlib import Path

import orjson
from rustpy_xlsxwriter import FastExcel, Format

from gateway.customer_orders.formats import openpyxl_writer
from gateway.customer_orders.formats.about import SHEET, Fact, Facts
from gateway.customer_orders.formats.about import WIDTHS as ABOUT_WIDTHS
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
from gateway.customer_orders.formats.totals import Totals
from gateway.customer_orders.report import COLUMNS, Row

_BOLD = Format().set_bold()


def write(path: Path, ask: Ask, layout: Layout, about: Facts) -> None:
    """Write the workbook of the batches that `ask` gives; beyond one sheet it asks twice.

    The last sheet is about the others.
    """
    totals = Totals()
    with ask() as batches:
        rows = cells(batches, layout, totals)
        first = next(rows, None)
        if first is None:  # this library takes the header from the first row
            openpyxl_writer.write(path, lambda: nullcontext(iter(())), layout, about)
            return
        sheet = islice(chain([first], rows), layout.rows_per_sheet)
        _save(path, [sheet], layout, partial(about, totals))
        fits = next(rows, None) is None
    if not fits:
        with ask() as batches:
            _write_sheets(path, batches, layout, about)


def _write_sheets(path: Path, batches: Iterator[list[Row]], layout: Layout, about: Facts) -> None:
    """The library must know the number of sheets before: so the rows are counted on disk."""
    spool, totals, spooled = path.with_suffix(".rows"), Totals(), Totals()
    with spool.open("wb") as file:
        for batch in batches:
            file.write(orjson.dumps(batch, option=orjson.OPT_APPEND_NEWLINE))
            spooled.count(batch)
    with spool.open("rb") as file:
        rows = cells(map(orjson.loads, file), layout, totals)
        sheets = -(-spooled.rows // layout.rows_per_sheet)
        each = [islice(rows, layout.rows_per_sheet) for _ in range(sheets)]
        _save(path, each, layout, partial(about, totals))


def _save(
    path: Path, sheets: Sequence[Iterator[Cells]], layout: Layout, about: Callable[[], list[Fact]]
) -> None:
    formats = {
        column: Format().set_num_format(layout.formats[column]) for column in (*IDS, *AMOUNTS)
    }
    book = FastExcel(path).format(datetime_format=DATE_FORMAT).freeze(row=1)
    for number, rows in enumerate(sheets, start=1):
        book.sheet(sheet_name(number), _records(rows), column_formats=formats, column_widths=WIDTHS)
    _add_about(book, about)
    book.save()


def _records(rows: Iterator[Cells]) -> Iterator[dict[str, object]]:
    # The library reads the values by position: all rows must have the same keys, in order.
    return (dict(zip(COLUMNS, row, strict=True)) for row in rows)


def _add_about(book: FastExcel, about: Callable[[], list[Fact]]) -> None:
    heading, *facts = about()
    # A format for the last row would write that row twice, which Excel calls damaged.
    assert facts[-1].number_format is None
    book.sheet(
        SHEET,
        _about_records(about),
        header_format=_BOLD,
        column_formats={heading.label: _BOLD},
        column_widths=list(ABOUT_WIDTHS),
        row_formats={
            row: Format().set_num_format(fact.number_format).set_align("left")
            for row, fact in enumerate(facts, start=1)
            if fact.number_format
        },
    )


def _about_records(about: Callable[[], list[Fact]]) -> Iterator[dict[str, object]]:
    # A generator, so that the facts are asked for when the sheets before are written.
    heading, *facts = about()
    for label, value, _number_format in facts:
        yield {heading.label: label, str(heading.value): value}
