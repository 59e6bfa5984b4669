"""`daybook start`: serve the shop until Ctrl-C."""

from sqlalchemy import select

from common.db.models.catalogue import Product
from common.settings import get_settings
from common.web.serving import CannotListen, PortInUse
from daybook import embedded
from daybook.failures import CommandFailed
from daybook.preparing import prepared
from daybook.running import tell_addresses, the_only_one
from daybook.terminal import PROGRAM, say


def start() -> None:
    """Serve the shop: products, sales, customers and the gateway, until Ctrl-C."""
    settings = get_settings()
    with the_only_one(settings):
        try:
            with embedded.bind(settings) as shop:
                with prepared(settings, say=say, starting=True) as database:
                    where = database.engine.url.render_as_string(hide_password=True)
                    with database.reading() as session:
                        empty = session.scalar(select(Product.id).limit(1)) is None
                embedded.run(shop, lambda: _greet(shop, where, empty=empty))
        except (PortInUse, CannotListen) as taken:
            raise CommandFailed(str(taken)) from None
    say("Daybook has stopped.")


def _greet(shop: embedded.Shop, where: str, *, empty: bool) -> None:
    tell_addresses(shop.settings, shop.addresses)
    say(f"Daybook serves the shop in {where} until Ctrl-C.")
    for name, address in shop.addresses.items():
        say(f"  {name.replace('_', '-'):<10} {address}/docs")
    say("The first thing to try, in another terminal:")
    if empty:
        say(f"  {PROGRAM} demo")
    say(f"  curl '{shop.addresses['gateway']}/report/customer-orders?customer_id=1'")
