"""`daybook import four-databases`, `purchases` and `orders-v1`: whole databases."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from common.importing.four_databases import importer as four_databases_importer
from common.importing.orders_v1 import importer as orders_v1_importer
from common.importing.purchases import importer as purchases_importer
from common.importing.records.outcome import Counts, Outcome
from common.importing.records.running import ChecksFailed, Overtaken
from common.importing.records.tables import SourceUnusable
from common.importing.rejects import RejectsUnwritable
from common.money import amount_text, decimals
from daybook.commands.imports.sharing import DryRun, Rejects, shop, zone_of
from daybook.failures import CommandFailed
from daybook.terminal import PROGRAM, complain, say


def four_databases(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="Where customer.db, product.db, order.db and order_line.db are"
        ),
    ],
    tz: Annotated[
        str | None, typer.Option(help="The time zone of the dates; by default the shop's")
    ] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Import customers, products with their stock, and orders from four SQLite files."""
    zone = None if tz is None else zone_of(tz)
    run = partial(four_databases_importer.run, folder=folder, zone=zone)
    _import(run, dry_run=dry_run, rejects=rejects)


def purchases(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file, such as db.sqlite3")],
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Import customers and what they noted as bought from an SQLite file."""
    _import(partial(purchases_importer.run, file=file), dry_run=dry_run, rejects=rejects)


def orders_v1(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL", help="The database: postgresql://... or sqlite:///..., as SQLAlchemy's"
        ),
    ],
    schema: Annotated[
        str | None, typer.Option(help="Where in PostgreSQL the tables are", metavar="NAME")
    ] = None,
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Import users, products and orders from PostgreSQL or SQLite."""
    run = partial(orders_v1_importer.run, url=url, schema=schema)
    _import(run, dry_run=dry_run, rejects=rejects)


def _import(run: Callable[..., Outcome], *, dry_run: bool, rejects: Path | None) -> None:
    with shop() as (database, bar):
        outcome = _plainly(run, database, dry_run=dry_run, rejects=rejects, progress=bar)
    _tell(outcome)
    if rejects is None and any(table.rejected for table in outcome.tables.values()):
        say("--rejects FILE writes what was rejected, and why.")
    if dry_run:
        say("This was a dry run: nothing was written.")
        return
    say("All checks hold.")
    if outcome.total_cents:
        say(f"To see the orders: {PROGRAM} report customer-orders --out orders.csv")


def _plainly(run: Callable[..., Outcome], *words: Any, **options: Any) -> Outcome:
    """What cannot be done, in one line; but of checks that fail, each row."""
    try:
        return run(*words, **options)
    except (SourceUnusable, RejectsUnwritable) as wrong:
        raise CommandFailed(str(wrong)) from None
    except Overtaken:
        raise CommandFailed(
            "Somebody changed the shop at the same moment, so nothing was imported; run it again."
        ) from None
    except ChecksFailed as failed:
        for name, rows in failed.report.failures.items():
            complain(f"FAILS  {name}")
            for row in rows:
                complain(f"       {row}")
        raise CommandFailed("The checks fail with it, so nothing was imported.") from None


def _tell(outcome: Outcome) -> None:
    for name, table in outcome.tables.items():
        _tell_table(name, table)
    for units, text in (
        (outcome.opening_units, "units of opening stock"),
        (outcome.corrected_units, "units of stock corrections"),
    ):
        if units:
            say(f"{units:>12,} {text}")
    total = amount_text(outcome.total_cents, decimals(outcome.currency))
    say(f"{total:>12} {outcome.currency} for the sales ledger")


def _tell_table(name: str, table: Counts) -> None:
    told = [
        (table.read, f"{name} read"),
        (table.written, "were written"),
        *([(table.already, "were customers already")] if table.already else []),
        (table.before, "were imported before"),
        (sum(table.rejected.values()), "were rejected"),
        *((count, f"  because {reason}") for reason, count in table.rejected.items()),
    ]
    for count, text in told:
        say(f"{count:>12,} {text}")
