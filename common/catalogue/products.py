"""Products: their kinds, their states, and the SKU that names each of them once."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from itertools import count

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm.attributes import set_committed_value

from common.catalogue import prices
from common.db.models.catalogue import Category, Product
from common.db.session import ReadSession, Session
from common.errors import Duplicate, NotFound
from common.text import fold, searchable


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
    add_all(session, [product])
    return product


def add_all(session: Session, products: Sequence[Product]) -> None:
    """Take new products, which are known to be sound, into the catalogue with their prices."""
    session.add_all(products)
    session.flush()  # for their ids
    prices.begin(session, products)


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


def sku_for(session: ReadSession, product_id: int) -> str:
    """The SKU of a product that came without one: P-<id>, with -2, -3, ... where it is taken."""
    wished = f"P-{product_id}"
    others = (f"{wished}-{place}" for place in count(2))
    sku = wished
    while _taken(session, [fold(sku)]):
        sku = next(others)
    return sku


def add_without_skus(session: Session, products: Sequence[Product]) -> None:
    """Take new products of a known category into the catalogue, each under its `sku_for`."""
    for product in products:  # nobody else's, until the ids come with the insert
        product.sku = f"P-{secrets.token_hex(16)}"
    add_all(session, products)
    wished = {product.id: f"P-{product.id}" for product in products}
    taken = _taken(session, map(fold, wished.values()))
    skus = {
        id_: sku_for(session, id_) if fold(sku) in taken else sku for id_, sku in wished.items()
    }
    _give_skus(session, products, skus)


def _give_skus(session: Session, products: Sequence[Product], skus: dict[int, str]) -> None:
    """By a statement and not by the attribute: that would be an edit, and count as one."""
    table = Product.__table__
    statement = (
        update(Product)
        .where(table.c.id == bindparam("product"))
        .values({name: bindparam(name) for name in ("sku", "sku_folded", "search", "updated_at")})
    )
    rows = [
        {
            "product": product.id,
            "sku": skus[product.id],
            "sku_folded": fold(skus[product.id]),
            "search": searchable(skus[product.id], product.name),
            "updated_at": product.updated_at,
        }
        for product in products
    ]
    if rows:
        session.connection().execute(statement, rows)
    for product in products:
        set_committed_value(product, "sku", skus[product.id])


def _taken(session: ReadSession, folded: Iterable[str]) -> set[str]:
    """Those of the folded SKUs that products bear."""
    query = select(Product.sku_folded).where(Product.sku_folded.in_(list(folded)))
    return {sku for sku in session.scalars(query) if sku is not None}


def _category_names(session: ReadSession, category_ids: Collection[int]) -> dict[int, str]:
    """By id. No join: PostgreSQL would lose a product that moved while its lock was awaited."""
    query = select(Category.id, Category.name).where(Category.id.in_(category_ids))
    return {row.id: row.name for row in session.execute(query)}
