"""Products: their kinds, their states, and the SKU that names each of them once."""

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import select

from common.db.models.catalogue import Category, Product
from common.db.session import ReadSession, Session
from common.errors import Duplicate, NotFound
from common.text import fold


class ProductKind(StrEnum):
    """Whether stock of it is held."""

    stocked = "stocked"
    service = "service"


class ProductStatus(StrEnum):
    """Only active products are sold."""

    active = "active"
    blocked = "blocked"
    discontinued = "discontinued"


def add(session: Session, product: Product) -> Product:
    """Take a product into the catalogue, without stock.

    Raises Duplicate if another product bears its SKU, in whatever case, and NotFound if
    its category does not exist.
    """
    check(session, product)
    session.add(product)
    session.flush()  # for its id
    return product


def check(session: Session, product: Product) -> None:
    """Raise Duplicate or NotFound if the product's SKU or category cannot be."""
    with session.no_autoflush:
        others = select(Product.id).where(Product.sku_folded == fold(product.sku))
        if session.scalar(others.where(Product.id != (product.id or 0))) is not None:
            raise Duplicate.of("product", "sku")
        if session.get(Category, product.category_id) is None:
            raise NotFound.of("category", [product.category_id], field="category_id")


def existing(
    session: ReadSession, product_ids: Collection[int], *, field: str | None = None
) -> dict[int, tuple[Product, str]]:
    """Products with the names of their categories, by id; NotFound names each missing one."""
    query = (
        select(Product, Category.name)
        .join(Category)
        .where(Product.id.in_(set(product_ids)), Product.deleted_at.is_(None))
    )
    found = {product.id: (product, category) for product, category in session.execute(query)}
    if unknown := set(product_ids) - found.keys():
        raise NotFound.of("product", unknown, field=field)
    return found
