"""The five choices. What the shop refuses is told, and the menu goes on."""

from collections.abc import Callable
from typing import TypeVar

from daybook.console import asking
from daybook.console.client import OrderManagement
from daybook.console.records import Order
from daybook.console.shop import Shop
from daybook.console.tables import (
    Money,
    order_heading,
    order_table,
    product_table,
    user_table,
)
from daybook.console.terminal import show, tell
from daybook.failures import CommandFailed

Made = TypeVar("Made")


def create_user(shop: Shop) -> None:
    """Choice 1."""
    email, full_name = asking.ask_email(), asking.ask_text("Full name")
    user = _made(shop, lambda orders: orders.create_user(email, full_name))
    tell(f"User {user.id} was created.")
    show(user_table(user))


def create_product(shop: Shop) -> None:
    """Choice 2."""
    name, money = asking.ask_text("Name"), shop.money()
    price = asking.ask_price(money.named("Price"), money.places)
    product = _made(shop, lambda orders: orders.create_product(name, price))
    tell(f"Product {product.id} was created.")
    show(product_table(product, money))


def create_order(shop: Shop) -> None:
    """Choice 3. It is placed when all of it is told."""
    money = shop.money()  # now, so that nothing fails once it is placed
    user_id, status = asking.ask_id("User id"), asking.ask_text("Status")
    items = [(asking.ask_id("Product id"), asking.ask_quantity())]
    while product_id := asking.ask_id_or_nothing("Product id, or an empty line"):
        items.append((product_id, asking.ask_quantity()))
    order = _made(shop, lambda orders: orders.create_order(user_id, status, items))
    tell(f"Order {order.id} was created.")
    _show_order(order, money)


def list_orders(shop: Shop) -> None:
    """Choice 4."""
    user_id = asking.ask_id("User id")
    with shop.reached() as orders:
        found = orders.orders_of(user_id)
    money = shop.money()
    for order in found.orders:
        _show_order(order, money)
    tell(f"User {user_id} has {found.total} order{'' if found.total == 1 else 's'}.")


_CHOICES: dict[str, Callable[[Shop], None] | None] = {
    "Create a new user": create_user,
    "Create a new product": create_product,
    "Create a new order": create_order,
    "List orders for a user": list_orders,
    "Exit": None,
}


def run(shop: Shop) -> None:
    """Show the menu and do what is chosen, until that is to exit."""
    actions = list(_CHOICES.values())
    while True:
        tell()
        for number, name in enumerate(_CHOICES, 1):
            tell(f"{number}. {name}")
        if (action := actions[asking.ask_choice(len(actions)) - 1]) is None:
            return
        try:
            action(shop)
        except CommandFailed as failed:
            tell(str(failed))


def _show_order(order: Order, money: Money) -> None:
    tell(order_heading(order))
    show(order_table(order, money))


def _made(shop: Shop, make: Callable[[OrderManagement], Made]) -> Made:
    try:
        with shop.reached() as orders:
            return make(orders)
    except KeyboardInterrupt:  # nobody waits for the answer, and the request may be gone
        tell()
        tell("It was on its way: whether it was done is not known.")
        raise
