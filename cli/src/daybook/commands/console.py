"""`daybook console`: the text menu of Order Management v1."""

import signal
from typing import Annotated

import httpx
import typer

from daybook.console import menu
from daybook.console.shop import Shop, shop_at, shop_of_this_folder
from daybook.console.terminal import make_ready, shown, tell
from daybook.failures import CommandFailed
from daybook.signals import undone_by_signals

_SUCH_AS = "such as http://127.0.0.1:8050"


def console(
    url: Annotated[
        str | None,
        typer.Option(help="The gateway of another shop, such as http://127.0.0.1:8050"),
    ] = None,
) -> None:
    """Create users, products and orders from a text menu, and list orders."""
    make_ready()
    with undone_by_signals():
        try:
            menu.run(_this_shop() if url is None else _shop_behind(url))
        except (EOFError, KeyboardInterrupt):  # Ctrl-D, the end of a pipe, Ctrl-C
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is known
            tell()  # ends the line of the question
        tell("Goodbye.")


def _this_shop() -> Shop:
    shop = shop_of_this_folder()
    _greet(shop)
    return shop


def _shop_behind(url: str) -> Shop:
    shop = shop_at(_address(url))
    try:
        _greet(shop)
    except CommandFailed as failed:
        raise CommandFailed(f"{failed} --url names the gateway of a Daybook, {_SUCH_AS}.") from None
    return shop


def _greet(shop: Shop) -> None:
    with shop.reached() as orders:
        home = orders.recognise()
    tell(f"Daybook {home.version}. Ctrl-C leaves at any time.")


def _address(text: str) -> str:
    """The base of all addresses below that of a gateway."""
    try:
        url = httpx.URL(text)
        sound = url.scheme in {"http", "https"} and url.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError):  # the latter for names that cannot be looked up
        sound = False
    if not sound:
        raise CommandFailed(f"{shown(text)} is no address of a gateway, {_SUCH_AS}.")
    return str(url.copy_with(query=None, fragment=None)).rstrip("/")
