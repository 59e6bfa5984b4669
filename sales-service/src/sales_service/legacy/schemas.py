"""Users, products and orders as the document of Order Management v1 spells them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StrictInt

from common.schemas import Cents, Email, Text200, Units

MAX_ITEMS = 2000


def to_the_second(moment: datetime) -> str:
    """`2024-01-10T08:00:00Z`, of a moment in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Numbered(BaseModel):
    id: int

    @property
    def key(self) -> int:
        """By which lists are sorted."""
        return self.id


class UserIn(BaseModel):
    """A user to be created; members besides these are ignored."""

    email: Email
    full_name: Text200


class UserOut(_Numbered):
    """A user, who is a customer. One of the native API may have no e-mail address."""

    email: str | None
    full_name: str
    created_at: str


class ProductIn(BaseModel):
    """A product to be created; members besides these are ignored."""

    name: Text200
    price_cents: Cents


class ProductOut(_Numbered):
    """A product."""

    name: str
    price_cents: int


class ItemIn(BaseModel):
    """So many of a product, at its price of now."""

    product_id: StrictInt
    quantity: Units


class OrderIn(BaseModel):
    """An order to be placed; members besides these are ignored."""

    user_id: StrictInt
    status: Text200
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=MAX_ITEMS)]


class ItemOut(BaseModel):
    """What was ordered, at the price of that moment."""

    id: int
    product_id: int
    quantity: int
    price_cents_at_purchase: int


class OrderOut(_Numbered):
    """An order with its items; `status` is what its sender called it."""

    user_id: int
    status: str
    created_at: str
    items: list[ItemOut]
    total_cents: int
    total_quantity: int


class OrderList(BaseModel):
    """All orders of a user, and how many there are."""

    orders: list[OrderOut]
    total: int
