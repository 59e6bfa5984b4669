"""Categories on the wire."""

from typing import ClassVar

from common.catalogue.categories import CategoryName
from common.schemas import READ_ONLY, UNSET, Body, EditableRecord


class CategoryOut(EditableRecord):
    """A category."""

    name: CategoryName


class CategoryIn(Body):
    """A category to be."""

    read_only: ClassVar = READ_ONLY

    name: CategoryName


class CategoryPatch(CategoryIn):
    """What is to change of a category."""

    name: CategoryName = UNSET
