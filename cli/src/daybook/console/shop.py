"""The shop on which the menu works: that of this folder, or one behind an address."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

from common.db.shop import currency
from common.settings import get_settings
from daybook.console.client import OrderManagement
from daybook.console.tables import Money
from daybook.database import told_plainly
from daybook.opening import opened
from daybook.reaching import shop_addresses

# Seconds more than a gateway gives its services: it is the gateway that tells who was late.
PATIENCE = 2.0

Reached = AbstractContextManager[OrderManagement]


@dataclass(frozen=True)
class Shop:
    """A shop that is reached anew for each request.

    While a person thinks, nothing is held: the shop of the folder may be started, stopped,
    restored and migrated beside an open menu.
    """

    reached: Callable[[], Reached]
    money: Callable[[], Money]


def shop_at(gateway: str) -> Shop:
    """The shop behind the address of its gateway."""
    client = _client(gateway)
    return Shop(lambda: nullcontext(client), lambda: Money(client.currency()))


def shop_of_this_folder() -> Shop:
    """The shop that the settings name, which may run or not."""

    @contextmanager
    def reached() -> Iterator[OrderManagement]:
        with shop_addresses() as addresses:
            yield _client(addresses["gateway"])

    def money() -> Money:
        with (
            opened(get_settings()) as database,
            told_plainly(database),
            database.reading() as session,
        ):
            return Money(currency(session))

    return Shop(reached, money)


def _client(gateway: str) -> OrderManagement:
    return OrderManagement(gateway, timeout=get_settings().upstream_timeout + PATIENCE)
