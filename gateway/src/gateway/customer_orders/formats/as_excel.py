"""The report as an Excel workbook.

A workbook ends with its index, so it is written to a temporary file in a worker thread,
which asks the event loop for each batch, and sent when it is whole: a service that fails on
the way is still an honest 502.
"""

import math
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeAlias

import anyio
from anyio import from_thread, to_thread
from anyio.lowlevel import RunVar

from common.money import decimals
from common.times import now
from gateway.customer_orders.formats import openpyxl_writer
from gateway.customer_orders.formats.about import Facts, facts
from gateway.customer_orders.formats.cells import Ask, Layout
from gateway.customer_orders.report import Batches, Report, Row
from gateway.streaming import Chunks

Writer: TypeAlias = Callable[[Path, Ask, Layout, Facts], None]

try:
    from gateway.customer_orders.formats import rustpy_writer

    WRITER: Writer = rustpy_writer.write
except ImportError:  # no wheel for this machine: ten times slower, the same workbook
    WRITER = openpyxl_writer.write

CHUNK = 64 * 1024
AT_ONCE = 4
# What Excel holds below the header line.
ROWS_PER_SHEET = 2**20 - 1

# Threads of their own: while they wait for a service, an embedded one may need the others.
_threads: RunVar[anyio.CapacityLimiter] = RunVar("threads that write Excel")


async def write_excel(
    report: Report, *, writer: Writer = WRITER, rows_per_sheet: int = ROWS_PER_SHEET
) -> Chunks:
    """Chunks of the whole workbook; further sheets take the rows beyond `rows_per_sheet`."""
    layout = Layout(report.currency, decimals(report.currency), rows_per_sheet)
    about = partial(facts, report, layout, now())
    with tempfile.TemporaryDirectory(prefix="daybook-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, "report.xlsx")
        write = partial(writer, path, partial(_asked, report), layout, about)
        await to_thread.run_sync(write, limiter=_limiter())
        async with await anyio.open_file(path, "rb") as file:
            while chunk := await file.read(CHUNK):
                yield chunk


@contextmanager
def _asked(report: Report) -> Iterator[Iterator[list[Row]]]:
    """The batches, asked for from a worker thread."""
    batches = report.batches()
    try:
        yield iter(partial(from_thread.run, _next, batches), None)
    finally:
        from_thread.run(batches.aclose)


async def _next(batches: Batches) -> list[Row] | None:
    # anyio hands a cancellation to what the thread awaits at that moment, not to what it
    # awaits afterwards: a client that left while rows were written would be waited for.
    if anyio.current_effective_deadline() == -math.inf:
        raise anyio.get_cancelled_exc_class()
    return await anext(batches, None)


def _limiter() -> anyio.CapacityLimiter:
    try:
        return _threads.get()
    except LookupError:
        _threads.set(limiter := anyio.CapacityLimiter(AT_ONCE))
        return limiter
