"""What the shop sells. Owner: products-service; its rules are `common.catalogue`."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from common.db.base import NUMBERED_ONCE, Base, Editable, Identified
from common.db.types import characters
from common.text import fold, searchable


class Category(Editable, Base):
    """A curated kind of product; its name is one of `CategoryName`."""

    __tablename__ = "categories"
    __table_args__ = NUMBERED_ONCE

    name: Mapped[str] = mapped_column(characters(40), unique=True)


class Product(Editable, Base):
    """A thing (kind `stocked`) or a deed (kind `service`) that the shop sells.

    How many there are is no column: it is derived from the stock ledger and kept in
    `stock_levels`. A deleted product stays for its history, without its SKU's key.
    """

    __tablename__ = "products"
    __table_args__ = (
        Index(None, "sku"),
        Index(None, "name"),
        Index(None, "category_id"),
    )

    sku: Mapped[str] = mapped_column(characters(64))
    sku_folded: Mapped[str | None] = mapped_column(characters(192), unique=True)
    name: Mapped[str] = mapped_column(characters(200))
    search: Mapped[str] = mapped_column(characters(800))
    description: Mapped[str | None] = mapped_column(characters())
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))
    price_cents: Mapped[int]
    cost_cents: Mapped[int | None]
    kind: Mapped[str] = mapped_column(characters(16))  # stocked, service
    status: Mapped[str] = mapped_column(characters(16))  # active, blocked, discontinued
    reorder_point: Mapped[int | None]
    deleted_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(lazy="raise")

    @property
    def counted(self) -> bool:
        """Whether the level of its stock is shown: a stocked product that is sold."""
        return self.kind == "stocked" and self.status == "active" and self.deleted_at is None


class ProductPrice(Identified, Base):
    """Price and cost of a product from an instant on: rows are only ever added.

    There is one for each change, and the last one says the present.
    """

    __tablename__ = "product_prices"
    __table_args__ = (UniqueConstraint("product_id", "effective_at"),)

    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    price_cents: Mapped[int]
    cost_cents: Mapped[int | None]
    effective_at: Mapped[datetime]


@event.listens_for(Product, "before_insert")
@event.listens_for(Product, "before_update")
def _derive_keys(_mapper: Any, _connection: Any, product: Product) -> None:
    product.sku_folded = None if product.deleted_at else fold(product.sku)
    product.search = searchable(product.sku, product.name)
