"""Records as tables. What the shop says is text: nothing in it is markup, or steers a terminal."""

from dataclasses import dataclass
from typing import Literal

from rich import box
from rich.table import Table
from rich.text import Text

from common.money import amount_text, decimals
from daybook.console.records import Order, Product, User
from daybook.console.terminal import shown


@dataclass(frozen=True)
class Money:
    """How the amounts of the shop are written."""

    currency: str

    @property
    def places(self) -> int:
        """Decimals of an amount in major units."""
        return decimals(self.currency)

    def text(self, cents: int) -> str:
        """An amount in major units."""
        return amount_text(cents, self.places)

    def named(self, what: str) -> str:
        """What an amount is, with its currency."""
        return f"{what} in {self.currency}"


def user_table(user: User) -> Table:
    """A user."""
    table = _table()
    _column(table, "Id", "right")
    for name in ("E-mail", "Full name", "Created at"):
        _column(table, name)
    _row(table, user.id, user.email or "", user.full_name, user.created_at)
    return table


def product_table(product: Product, money: Money) -> Table:
    """A product."""
    table = _table()
    _column(table, "Id", "right")
    _column(table, "Name")
    _column(table, money.named("Price"), "right")
    _row(table, product.id, product.name, money.text(product.price_cents))
    return table


def order_heading(order: Order) -> str:
    """What an order's items have in common; it goes before the table, for it may be long."""
    return f"Order {order.id} of user {order.user_id}, {order.created_at}: {order.status}"


def order_table(order: Order, money: Money) -> Table:
    """An order: its items, and below them what they come to."""
    table = _table(show_footer=True)
    _column(table, "Item", footer="Total")
    _column(table, "Product", "right")
    _column(table, "Quantity", "right", str(order.total_quantity))
    _column(table, money.named("Price"), "right")
    _column(table, money.named("Total"), "right", money.text(order.total_cents))
    for item in order.items:
        price, total = money.text(item.price_cents_at_purchase), money.text(item.total_cents)
        _row(table, item.id, item.product_id, item.quantity, price, total)
    return table


def _table(*, show_footer: bool = False) -> Table:
    return Table(box=box.SIMPLE, show_footer=show_footer)


def _column(
    table: Table, name: str, justify: Literal["left", "right"] = "left", footer: str = ""
) -> None:
    # what does not fit goes on in the next line, and is not cut off
    table.add_column(name, justify=justify, footer=footer, overflow="fold")


def _row(table: Table, *values: str | int) -> None:
    table.add_row(*(Text(shown(str(value))) for value in values))
