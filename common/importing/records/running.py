"""Run the import of a source: stage its records, then compare and write in one transaction."""

import csv
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

from sqlalchemy.exc import DBAPIError

from common.checks import CheckReport, check
from common.db import bulk, shop
from common.db.failures import Failure, meaning
from common.db.session import Database, ReadSession, Session
from common.importing.progress import Progress, Silence
from common.importing.records import cells
from common.importing.records.cells import Rejected
from common.importing.records.comparing import compare, keeping
from common.importing.records.entries import Bookkeeper
from common.importing.records.goods import write_products
from common.importing.records.outcome import Outcome, counts
from common.importing.records.people import write_customers, write_purchases
from common.importing.records.shapes import Kind, SourceRecord
from common.importing.records.staging import Staging, staging
from common.importing.records.stocking import Stocking, plan_stock
from common.importing.records.tables import Row, Source, SourceTable
from common.importing.rejects import rejects_file

_BATCH = 5000
Understand: TypeAlias = Callable[[Row], SourceRecord]


class ChecksFailed(Exception):
    """The numbers would not agree, so nothing was written; `report` names the rows."""

    def __init__(self, report: CheckReport) -> None:
        super().__init__()
        self.report = report


class Overtaken(Exception):
    """Somebody else changed the shop at the same moment, so nothing was written."""


@dataclass(frozen=True)
class Reading:
    """How the rows of a table are understood. `understand` raises Rejected."""

    table: SourceTable
    understand: Understand


@dataclass(frozen=True)
class Import:
    """A source under the name by which its records are known again, and what reads it.

    `opened` raises SourceUnusable; `files` are those of the source. Where amounts are to be
    read in the currency of the shop, `currency` is the one that they were read in.
    """

    source: str
    opened: Callable[[], AbstractContextManager[Source]]
    readings: Sequence[Reading]
    files: Collection[Path] = ()
    currency: str | None = None


def run(
    database: Database,
    wanted: Import,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Import all that is sound or, on any failure, nothing; the checks hold at the end.

    Only while it compares and writes does it hold the shop's lock; two imports take turns.
    A dry run tells the same and writes nothing. `rejects` gets what was not taken and why,
    before anything is written for good. Raises SourceUnusable, ChecksFailed, Overtaken and
    RejectsUnwritable.
    """
    watched = progress or Silence()
    with (
        staging() as records,
        rejects_file(rejects, sources=wanted.files, dry_run=dry_run) as told,
    ):
        read = _read(records, wanted, watched)
        work = _rehearse if dry_run else _import
        try:
            return work(database, records, wanted, read, watched, told)
        except DBAPIError as failed:
            if meaning(failed) is Failure.overtaken:
                raise Overtaken from None
            raise


def _read(records: Staging, wanted: Import, progress: Progress) -> dict[Kind, int]:
    """Stage every row of the source; how many there were."""
    read: dict[Kind, int] = {}
    with wanted.opened() as source:
        for reading in wanted.readings:
            table = reading.table
            progress.phase(f"Reading {table.names[0]}", source.count(table))
            read[table.kind] = 0
            for batch in bulk.batches(source.rows(table), _BATCH):
                _stage(records, reading, batch)
                read[table.kind] += len(batch)
                progress.advance(len(batch))
    progress.phase("Sorting", None)
    records.gather()
    return read


def _stage(records: Staging, reading: Reading, rows: Sequence[Row]) -> None:
    kind, sound = reading.table.kind, []
    for row in rows:
        try:
            sound.append(reading.understand(row))
        except Rejected as why:
            parent = _key(row[1]) if kind is Kind.lines else None
            records.reject(kind, cells.shown(row[0]), _key(row[0]), parent, str(why))
    records.take(kind, sound)


def _key(cell: object) -> int | None:
    """The key in a cell of a row that is rejected anyway, if it can be read."""
    try:
        return cells.key(cell, "")
    except Rejected:
        return None


def _rehearse(
    database: Database,
    records: Staging,
    wanted: Import,
    read: dict[Kind, int],
    progress: Progress,
    told: TextIO | None,
) -> Outcome:
    progress.phase("Comparing with the shop", None)
    with database.reading() as session:
        compare(session, records, wanted.source)
        stocking = plan_stock(session, records)
        _write_rejects(records, wanted, told)
        return _outcome(session, records, wanted, read, stocking)


def _import(
    database: Database,
    records: Staging,
    wanted: Import,
    read: dict[Kind, int],
    progress: Progress,
    told: TextIO | None,
) -> Outcome:
    progress.phase("Waiting for its turn", None)
    with database.transaction() as session:
        bulk.prepare(session)  # takes the turn
        if wanted.currency not in {None, shop.currency(session)}:
            raise Overtaken
        progress.phase("Comparing with the shop", None)
        compare(session, records, wanted.source)
        stocking = plan_stock(session, records)
        _write_rejects(records, wanted, told)
        _write(session, records, wanted.source, stocking, progress)
        outcome = _outcome(session, records, wanted, read, stocking)
        progress.phase("Checking", None)
        report = check(session)
        if not report.ok:
            raise ChecksFailed(report)
        return outcome


def _write(
    session: Session, records: Staging, source: str, stocking: Stocking, progress: Progress
) -> None:
    """Everything, in the order in which one thing refers to another."""
    kept = keeping(session)
    lines, _ = records.new_lines()
    progress.phase("Writing customers and products", None)
    write_customers(session, records, source, keep=Kind.customers in kept)
    wares = write_products(session, records, source, keep=Kind.products in kept)
    purchases = records.fates(Kind.purchases).get("new", 0)
    progress.phase("Writing orders, stock and purchases", 2 * lines + purchases)
    write_purchases(session, records, source, keep=Kind.purchases in kept, advance=progress.advance)
    books = Bookkeeper(session, records, source, stocking.held | wares)
    books.write(stocking, keep=Kind.orders in kept, advance=progress.advance)


def _outcome(
    session: ReadSession,
    records: Staging,
    wanted: Import,
    read: dict[Kind, int],
    stocking: Stocking,
) -> Outcome:
    return Outcome(
        tables={
            reading.table.names[0]: counts(records, reading.table.kind, read[reading.table.kind])
            for reading in wanted.readings
        },
        total_cents=records.new_lines()[1],
        opening_units=sum(stocking.openings.values()),
        corrected_units=sum(stocking.corrections.values()),
        currency=shop.currency(session),
    )


def _write_rejects(records: Staging, wanted: Import, told: TextIO | None) -> None:
    if told is None:
        return
    names = {reading.table.kind: reading.table.names[0] for reading in wanted.readings}
    writer = csv.writer(told)
    writer.writerow(["table", "id", "reason"])
    for kind, shown, reason in records.rejects():
        writer.writerow([names[Kind(kind)], shown, reason])
    told.flush()  # a full disk is told now, while nothing is written for good
