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
    """Products with the names of their categories, by id; NotFound names each missing one.

    They stay as they are until the transaction ends: what is sold is not blocked meanwhile.
    """
    locked = (
        select(Product)
        .where(Product.id.in_(set(product_ids)), Product.deleted_at.is_(None))
        .order_by(Product.id)
        .with_for_update(read=True)
    )
    found = list(session.scalars(locked))
    if unknown := set(product_ids) - {product.id for product in found}:
        raise NotFound.of("product", unknown, field=field)
    names = _category_names(session, {product.category_id for product in found})
    return {product.id: (product, names[product.category_id]) for product in found}


def _category_names(session: ReadSession, category_ids: Collection[int]) -> dict[int, str]:
    """By id. No join: PostgreSQL would lose a product that moved while its lock was awaited."""
    query = select(Category.id, Category.name).where(Category.id.in_(category_ids))
    return {row.id: row.name for row in session.execute(query)}
