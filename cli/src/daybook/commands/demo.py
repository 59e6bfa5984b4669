"""`daybook demo`: fill an empty shop with sample data."""

from typing import Annotated

import typer

from common.importing.demo.people import FIRST_NUMBER
from common.importing.demo.writer import Made, ShopNotEmpty, make_demo
from common.money import amount_text, decimals
from common.settings import Settings, get_settings
from daybook.commands.imports.sharing import PATIENCE
from daybook.database import ELSEWHERE
from daybook.failures import CommandFailed
from daybook.preparing import prepared
from daybook.running import addresses, is_running
from daybook.terminal import PROGRAM, bars, say

MOST = 10_000_000


def demo(
    customers: Annotated[int, typer.Option(min=0, max=MOST, help="How many customers")] = 100,
    orders: Annotated[int, typer.Option(min=0, max=MOST, help="How many orders")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same shop")] = 1,
) -> None:
    """Fill an empty shop with sample data: a year of trade, the same on every machine."""
    settings = get_settings().model_copy(update={"lock_timeout": PATIENCE})
    try:
        with prepared(settings, say=say) as database, bars() as bar:
            made = make_demo(database, customers=customers, orders=orders, seed=seed, progress=bar)
    except ShopNotEmpty:
        raise CommandFailed(
            "The shop is not empty, so it was left as it is: sample data goes only into a"
            f" shop without products, customers and orders. {ELSEWHERE}"
        ) from None
    _tell(made, settings)


def _tell(made: Made, settings: Settings) -> None:
    total = amount_text(made.total_cents, decimals(made.currency))
    say(
        f"Made {made.customers:,} customers, {made.products:,} products, {made.orders:,} orders"
        f" ({made.returns:,} of them returns): {made.lines:,} lines,"
        f" {total} {made.currency}."
    )
    if not (made.customers and made.orders):
        return
    say("The first thing to try:")
    if is_running(settings) and (gateway := addresses(settings).get("gateway")):
        say(f"  curl '{gateway}/report/customer-orders?customer_id=1'")
    else:
        say(f"  {PROGRAM} report customer-orders --customer {FIRST_NUMBER}")
