"""What may become of categories."""

from common.catalogue import categories
from common.db.models.catalogue import Category
from common.db.session import Session
from common.errors import InUse
from products_service.categories import queries
from products_service.categories.schemas import CategoryIn, CategoryOut, CategoryPatch


def create(session: Session, body: CategoryIn) -> Category:
    """A new category, or Duplicate."""
    return categories.create(session, body.name)


def change(session: Session, category_id: int, body: CategoryIn) -> Category:
    """The category with what the body says; a patch says some or nothing."""
    category = queries.one_to_edit(session, category_id)
    if isinstance(body, CategoryPatch):
        body.refuse_changes(CategoryOut.model_validate(category))
    if "name" in body.model_fields_set:
        categories.rename(session, category, body.name)
    return category


def delete(session: Session, category_id: int) -> Category:
    """The category that was; InUse if products are in it."""
    category = queries.one_to_delete(session, category_id)
    if queries.has_products(session, category_id):
        raise InUse(f"Category {category_id} has products, or had some that were deleted.")
    session.delete(category)
    return category
