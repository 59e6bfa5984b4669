"""What the shop answers. Another answer is none of Daybook's."""

from typing import Annotated

from pydantic import BaseModel, Field


class Home(BaseModel):
    """By which a gateway of Daybook is known."""

    name: Annotated[str, Field(pattern="^Daybook$")]
    version: str


class Currency(BaseModel):
    """The currency of the shop."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class User(BaseModel):
    """A user, who is a customer; one who came another way may have no e-mail address."""

    id: int
    email: str | None
    full_name: str
    created_at: str


class Product(BaseModel):
    """A product."""

    id: int
    name: str
    price_cents: int


class Item(BaseModel):
    """So many of a product, at the price of that moment."""

    id: int
    product_id: int
    quantity: int
    price_cents_at_purchase: int

    @property
    def total_cents(self) -> int:
        """What they cost together."""
        return self.quantity * self.price_cents_at_purchase


class Order(BaseModel):
    """An order with its items."""

    id: int
    user_id: int
    status: str
    created_at: str
    items: list[Item]
    total_cents: int
    total_quantity: int


class Orders(BaseModel):
    """All orders of a user."""

    orders: list[Order]
    total: int


class Refusal(BaseModel):
    """Why not, in the words of Order Management or in those of a problem."""

    error: str | None = None
    detail: str | None = None

    @property
    def words(self) -> str | None:
        """What a person is told."""
        return self.error or self.detail
