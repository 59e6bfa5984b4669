"""Products on the wire."""

from typing import Annotated, ClassVar, Self

from pydantic import Field

from common.catalogue.products import ProductKind, ProductStatus
from common.db.models.catalogue import Product
from common.schemas import (
    MAX_UNITS,
    READ_ONLY,
    UNSET,
    Body,
    Cents,
    EditableRecord,
    Id,
    Text64,
    Text200,
    Text10000,
)

Stock = Annotated[int, Field(ge=0, le=MAX_UNITS, strict=True)]


class ProductOut(EditableRecord):
    """A product. `quantity` can be sold, `allocated` is promised, `on_hand` is both.

    Quantity and on_hand are null for services, and while a product is not active.
    """

    sku: str
    name: str
    description: str | None
    category_id: int
    price_cents: int
    cost_cents: int | None
    currency: str
    kind: ProductKind
    status: ProductStatus
    reorder_point: int | None
    quantity: int | None
    allocated: int
    on_hand: int | None

    @classmethod
    def of(cls, product: Product, level: int | None, allocated: int, currency: str) -> Self:
        """The record of a product with the level of its stock."""
        quantity = level if product.counted else None
        return cls(
            **{name: getattr(product, name) for name in _COLUMNS},
            currency=currency,
            quantity=quantity,
            allocated=allocated,
            on_hand=None if quantity is None else quantity + allocated,
        )


_COLUMNS = [
    name
    for name in ProductOut.model_fields
    if name not in {"currency", "quantity", "allocated", "on_hand"}
]
_READ_ONLY = READ_ONLY | {
    "currency": "is the shop's",
    "allocated": "is what placed orders await",
    "on_hand": "is counted by POST /inventory-adjustments",
}


class ProductBody(Body):
    """What people may say of a product, be it new or not."""

    read_only: ClassVar = _READ_ONLY

    sku: Text64
    name: Text200
    description: Text10000 | None = None
    category_id: Id
    price_cents: Cents
    cost_cents: Cents | None = None
    kind: ProductKind = ProductKind.stocked
    status: ProductStatus = ProductStatus.active
    reorder_point: Stock | None = None


class ProductIn(ProductBody):
    """A product to be; `quantity` is its opening stock."""

    quantity: Stock | None = None


class ProductReplacement(ProductBody):
    """A product as it shall be; a quantity in it is ignored, so a stale form moves no stock."""

    read_only: ClassVar = _READ_ONLY | {"quantity": "is moved by PATCH"}


class ProductPatch(ProductIn):
    """What is to change of a product; a quantity is registered as a movement to it."""

    sku: Text64 = UNSET
    name: Text200 = UNSET
    category_id: Id = UNSET
    price_cents: Cents = UNSET
