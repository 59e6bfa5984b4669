"""The records of a source, each with sound values: what the sources' own tables come to.

`key` is the source's id of the record, and so are those that name another one. Moments are
microseconds since 1970, money is in minor units of the shop's currency.
"""

from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Kind(StrEnum):
    """What a table of a source holds."""

    customers = "customers"
    products = "products"
    orders = "orders"
    lines = "lines"
    purchases = "purchases"


class SourceCustomer(NamedTuple):
    """Who buys; `created` is null where the source does not say."""

    key: int
    name: str
    address: str | None
    email: str | None
    created: int | None


class SourceProduct(NamedTuple):
    """What is sold; `level` is null of a service, which holds no stock."""

    key: int
    name: str
    price: int
    level: int | None


class SourceOrder(NamedTuple):
    """An order; `total` is null where the source states none."""

    key: int
    customer: int | None
    moment: int
    label: str | None
    total: int | None


class SourceLine(NamedTuple):
    """A line of the order `parent`."""

    key: int
    parent: int
    product: int
    quantity: int
    price: int
    total: int


class SourcePurchase(NamedTuple):
    """A note of what a customer bought."""

    key: int
    customer: int
    name: str
    quantity: int
    purchased: int
    updated: int | None


SourceRecord: TypeAlias = SourceCustomer | SourceProduct | SourceOrder | SourceLine | SourcePurchase
