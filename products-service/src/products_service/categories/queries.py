"""Categories in SQL."""

from typing import Any

from sqlalchemy import Row, select

from common.db.lists import Listing, fetch
from common.db.models.catalogue import Category, Product
from common.db.session import EDITED, ReadSession, Session
from common.errors import NotFound
from common.listing.query import ListQuery, Page
from products_service.categories.schemas import CategoryOut

LISTING = Listing.of("categories", CategoryOut, Category.__table__, searched=["name"])


def page(session: ReadSession, query: ListQuery) -> Page[Row[*tuple[Any, ...]]]:
    """Categories, each first in its row."""
    return fetch(session, select(Category), LISTING, query)


def one(session: ReadSession, category_id: int) -> Category:
    """The category, or NotFound."""
    return _there(session.get(Category, category_id), category_id)


def one_to_edit(session: Session, category_id: int) -> Category:
    """Like `one`; of two who edit at the same moment, the second waits here for the first."""
    return _there(session.get(Category, category_id, with_for_update=EDITED), category_id)


def one_to_delete(session: Session, category_id: int) -> Category:
    """Like `one`, once nobody is just about to refer to it."""
    return _there(session.get(Category, category_id, with_for_update=True), category_id)


def _there(category: Category | None, category_id: int) -> Category:
    if category is None:
        raise NotFound.of("category", [category_id])
    return category


def has_products(session: ReadSession, category_id: int) -> bool:
    """Whether a product is or was in the category."""
    query = select(Product.id).where(Product.category_id == category_id).limit(1)
    return session.scalar(query) is not None
