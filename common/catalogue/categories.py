"""Categories are curated: their names are an enum, a new shop has none of them."""

from enum import StrEnum

from sqlalchemy import select

from common.db.models.catalogue import Category
from common.db.session import Session
from common.errors import Duplicate


class CategoryName(StrEnum):
    """The names that a category may have."""

    books = "books"
    clothing = "clothing"
    electronics = "electronics"
    garden = "garden"
    gifts = "gifts"
    home = "home"
    kitchen = "kitchen"
    stationery = "stationery"
    toys = "toys"
    other = "other"


def create(session: Session, name: CategoryName) -> Category:
    """A new category; raises Duplicate if there is one of the name."""
    if _named(session, name) is not None:
        raise Duplicate.of("category", "name")
    category = Category(name=name.value)
    session.add(category)
    session.flush()  # for its id
    return category


def rename(session: Session, category: Category, name: CategoryName) -> None:
    """Give the category another name; raises Duplicate if another one has it."""
    if category.name != name.value and _named(session, name) is not None:
        raise Duplicate.of("category", "name")
    category.name = name.value
    session.flush()  # for its new version


def named(session: Session, name: CategoryName) -> Category:
    """The category of the name, created where there is none."""
    return _named(session, name) or create(session, name)


def _named(session: Session, name: CategoryName) -> Category | None:
    return session.scalar(select(Category).where(Category.name == name.value))
