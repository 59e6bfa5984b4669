"""Categories in SQL."""

from typing import Any

from sqlalchemy import Row, select

from common.db.lists import Listing, fetch
from common.db.models.catalogue import Category, Product
from common.db.session import ReadSession
from common.errors import NotFound
from common.listing import ListQuery, Page

LISTING = Listing(
    fields={
        name: Category.__table__.c[name]
        for name in ("id", "name", "created_at", "updated_at", "version")
    },
    id=Category.__table__.c.id,
    folded={},
)


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """Categories, each first in its row."""
    return fetch(session, select(Category), LISTING, query)


def one(session: ReadSession, category_id: int) -> Category:
    """The category, or NotFound."""
    category = session.get(Category, category_id)
    if category is None:
        raise NotFound.of("category", [category_id])
    return category


def has_products(session: ReadSession, category_id: int) -> bool:
    """Whether a product is or was in the category."""
    query = select(Product.id).where(Product.category_id == category_id).limit(1)
    return session.scalar(query) is not None
