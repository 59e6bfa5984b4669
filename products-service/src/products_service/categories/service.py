"""What may become of categories."""

from common.catalogue import categories
from common.db.session import Session
from common.errors import InUse
from products_service.categories import queries
from products_service.categories.schemas import CategoryIn, CategoryOut, CategoryPatch


def create(session: Session, body: CategoryIn) -> CategoryOut:
    """A new category, or Duplicate."""
    return CategoryOut.model_validate(categories.create(session, body.name))


def to_edit(session: Session, category_id: int) -> CategoryOut:
    """The category, which nobody else edits until the transaction ends."""
    return CategoryOut.model_validate(queries.one_to_edit(session, category_id))


def change(session: Session, category_id: int, body: CategoryIn) -> CategoryOut:
    """The category with what the body says; a patch says some or nothing."""
    category = queries.one_to_edit(session, category_id)
    if isinstance(body, CategoryPatch):
        body.refuse_changes(CategoryOut.model_validate(category))
    if "name" in body.model_fields_set:
        categories.rename(session, category, body.name)
    return CategoryOut.model_validate(category)


def delete(session: Session, category_id: int) -> CategoryOut:
    """The category that was; InUse if products are in it."""
    category = queries.one_to_delete(session, category_id)
    if queries.has_products(session, category_id):
        raise InUse(f"Category {category_id} has products, or had some that were deleted.")
    session.delete(category)
    return CategoryOut.model_validate(category)
