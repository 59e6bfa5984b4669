"""`daybook import online-retail`: a year of invoices."""

from pathlib import Path
from typing import Annotated

import typer

from common.importing.online_retail import importer
from common.importing.online_retail.outcome import Outcome
from common.importing.online_retail.plan import CURRENCY, WrongCurrency
from common.importing.online_retail.source import UnreadableFile
from common.importing.rejects import RejectsUnwritable
from common.money import amount_text, decimals
from daybook.commands.imports.sharing import DryRun, Rejects, shop, zone_of
from daybook.failures import CommandFailed
from daybook.terminal import PROGRAM, say


def online_retail(
    file: Annotated[Path, typer.Argument(help="The file: .csv, .csv.gz or .xlsx")],
    tz: Annotated[str, typer.Option(help="The time zone of the times in the file")] = "UTC",
    dry_run: DryRun = False,
    rejects: Rejects = None,
) -> None:
    """Import a year of invoices: orders, returns, customers, products and their stock."""
    local = zone_of(tz)
    try:
        with shop() as (database, bar):
            outcome = importer.run(
                database, file, zone=local, dry_run=dry_run, rejects=rejects, progress=bar
            )
    except (UnreadableFile, RejectsUnwritable) as wrong:
        raise CommandFailed(str(wrong)) from None
    except WrongCurrency as held:
        raise CommandFailed(
            f"The shop keeps its books in {held}, the file in {CURRENCY}; import it into"
            " another shop (DAYBOOK_FOLDER names its folder)."
        ) from None
    _tell(outcome)
    if outcome.rejected and rejects is None:
        say("--rejects FILE writes the lines that were rejected, to be mended.")
    if dry_run:
        say("This was a dry run: nothing was written.")
    elif outcome.order_lines:
        say(f"To see the orders: {PROGRAM} report customer-orders --out orders.csv")


def _tell(outcome: Outcome) -> None:
    kinds = ", ".join(_counted(count, kind) for kind, count in sorted(outcome.orders.items()))
    orders = sum(outcome.orders.values())
    of_orders = f" of {_counted(orders, 'order')} ({kinds})" if orders else ""
    told = [
        (outcome.lines, "lines read"),
        (outcome.order_lines, f"became order lines{of_orders}"),
        (outcome.write_offs, "became stock write-offs"),
        (outcome.repeated, "were imported before"),
        (sum(outcome.rejected.values()), "were rejected"),
        *((count, f"  because {reason}") for reason, count in outcome.rejected.items()),
        (outcome.new_customers, "new customers"),
        (outcome.new_products, "new products"),
        (outcome.opening_units, "units of opening stock"),
        (outcome.corrected_units, "units of stock corrections"),
    ]
    for count, text in told:
        say(f"{count:>12,} {text}")
    total = amount_text(outcome.total_cents, decimals(outcome.currency))
    say(f"{total:>12} {outcome.currency} for the sales ledger")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
