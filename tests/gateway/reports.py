"""Reports by hand, and what the formats write of them."""

import io
from collections.abc import AsyncIterator
from typing import Any

import openpyxl
import pytest

from gateway.customer_orders.formats import openpyxl_writer, rustpy_writer
from gateway.customer_orders.formats.as_excel import write_excel
from gateway.customer_orders.report import COLUMNS, Batches, Report, Row

WRITERS = pytest.mark.parametrize("writer", [rustpy_writer.write, openpyxl_writer.write])


def row(line_id: int = 1, **changed: Any) -> Row:
    told = (1, "Ann", 3, "2010-12-01T08:26:00Z", "placed", 24990, line_id, 7, "Lamp", 1, 5, -5)
    return tuple((dict(zip(COLUMNS, told, strict=False)) | changed).values())  # type: ignore[return-value]


def report(*batches: list[Row], currency: str = "GBP", **asked: Any) -> Report:
    async def give() -> Batches:
        for batch in batches:
            yield batch

    return Report(as_of=9, currency=currency, batches=give, **asked)


async def written(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def workbook(report: Report, **options: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(await written(write_excel(report, **options))))
