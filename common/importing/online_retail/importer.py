"""Run an import: read and sort the file, then plan and write in one transaction."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from common.db import bulk
from common.db.session import Database
from common.importing.online_retail import source
from common.importing.online_retail.lines import Rejected, invoice_key, understand
from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.plan import CURRENCY, Plan, make_plan
from common.importing.online_retail.staging import Staging, staging
from common.importing.online_retail.write import Writer
from common.importing.progress import Progress, Silence
from common.importing.rejects import rejects_file
from common.money import decimals

_BATCH = 5000


def run(
    database: Database,
    path: Path,
    *,
    zone: ZoneInfo,
    dry_run: bool = False,
    rejects: Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Import the file: all that is sound in it or, on any failure, nothing.

    Only while it plans and writes does it hold the shop's lock; two imports take turns.
    A dry run tells the same and writes nothing. `rejects` gets the lines that were not taken
    and why, before anything is written for good. Raises source.UnreadableFile,
    plan.WrongCurrency, and rejects.RejectsUnwritable.
    """
    watched = progress or Silence()
    with staging() as lines, rejects_file(rejects, sources=[path], dry_run=dry_run) as told:
        read = _read(lines, path, zone, watched)
        work = _rehearse if dry_run else _import
        return work(database, lines, read, watched, lambda: _write_rejects(lines, path, told))


def _read(lines: Staging, path: Path, zone: ZoneInfo, progress: Progress) -> int:
    """Stage every line of the file; how many there were."""
    count, batch, places = 0, [], decimals(CURRENCY)
    for row in source.rows(path, progress):
        count += 1
        try:
            batch.append((row.line, understand(row.cells, zone, places)))
        except Rejected as why:
            lines.reject(row.line, invoice_key(row.cells[0]), str(why))
        if len(batch) >= _BATCH:
            lines.take(batch)
            batch.clear()
    lines.take(batch)
    progress.phase("Sorting", None)
    lines.gather()
    return count


def _rehearse(
    database: Database,
    lines: Staging,
    read: int,
    progress: Progress,
    tell_rejects: Callable[[], None],
) -> Outcome:
    progress.phase("Comparing with the shop", None)
    with database.reading() as session:
        plan = make_plan(session, lines)
    tell_rejects()
    return _outcome(lines, plan, read)


def _import(
    database: Database,
    lines: Staging,
    read: int,
    progress: Progress,
    tell_rejects: Callable[[], None],
) -> Outcome:
    progress.phase("Waiting for its turn", None)
    with database.transaction() as session:
        bulk.prepare(session)  # takes the turn
        progress.phase("Comparing with the shop", None)
        plan = make_plan(session, lines)
        tell_rejects()
        Writer(session, lines, plan, progress).write()
        return _outcome(lines, plan, read)


def _outcome(lines: Staging, plan: Plan, read: int) -> Outcome:
    figures, rejected = lines.figures(), lines.rejected()
    taken = figures["order_lines"] + figures["write_offs"]
    return Outcome(
        lines=read,
        order_lines=figures["order_lines"],
        write_offs=figures["write_offs"],
        repeated=read - taken - sum(rejected.values()),
        rejected=rejected,
        orders=lines.orders_by_kind(),
        new_customers=sum(id_ is None for id_, _ in plan.customers.values()),
        new_products=sum(product.id is None for product in plan.products.values()),
        total_cents=figures["total_cents"],
        opening_units=sum(plan.openings.values()),
        corrected_units=sum(plan.corrections.values()),
        currency=CURRENCY,
    )


def _write_rejects(lines: Staging, path: Path, told: TextIO | None) -> None:
    """The rejected lines as they stand in the file, each after its number and the reason."""
    if told is None:
        return
    writer = csv.writer(told)
    writer.writerow(["line", "reason", *source.COLUMNS])
    reasons = lines.reasons()
    awaited = next(reasons, None)
    for row in source.rows(path, Silence()) if awaited else ():
        if awaited and row.line == awaited[0]:
            writer.writerow([*awaited, *row.cells])
            awaited = next(reasons, None)
    told.flush()  # a full disk is told now, while nothing is written for good
