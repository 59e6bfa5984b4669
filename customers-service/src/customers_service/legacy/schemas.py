"""Customers and purchases as the document of the Customer Purchase API spells them."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from common.schemas import UNSET, Text200, Text500, Units

_DELETION = {"delete_all", "purchase_ids"}
_UPDATE = {"purchase_name", "quantity"}


def _digits(told: Any) -> Any:
    """Answers have some ids as text, so these may come back as such."""
    return int(told) if isinstance(told, str) and re.fullmatch("[0-9]{1,40}", told) else told


PurchaseId = Annotated[StrictInt, BeforeValidator(_digits)]


def month_first(moment: datetime) -> str:
    """`Apr 09 2022 12:43:17`, in UTC."""
    return moment.strftime("%b %d %Y %H:%M:%S")


def to_the_microsecond(moment: datetime) -> str:
    """`2022-04-09 12:43:22.237526+00:00`, of a moment in UTC."""
    return moment.isoformat(" ", "microseconds")


class CustomerIn(BaseModel):
    """A customer to be created; members besides these are ignored."""

    name: Text200
    address: Text500


class CustomerData(BaseModel):
    """A customer that was created."""

    id: int
    name: str
    address: str
    created_on: str


class PurchaseIn(BaseModel):
    """A purchase to be added; members besides these are ignored."""

    purchase_name: Text200
    quantity: Units


class PurchaseData(BaseModel):
    """A purchase that was added. The customer's id is text, as the document has it."""

    id: int
    purchase_name: str
    quantity: int
    customer_id: str
    purchased_on: str


class PurchaseItem(BaseModel):
    """A purchase in a list."""

    purchase_id: int
    purchase_name: str
    quantity: int
    purchased_on: str
    last_updated_on: str | None

    @property
    def key(self) -> int:
        """By which the list is sorted."""
        return self.purchase_id


class UpdatedData(BaseModel):
    """A purchase that was updated. Its id is text, as the document has it."""

    id: str
    purchase_name: str
    quantity: int
    purchased_on: str
    last_updated_on: str


class Change(BaseModel):
    """What may change of a purchase: its name, its quantity, or both."""

    purchase_name: Text200 = UNSET
    quantity: Units = UNSET

    def changes(self) -> dict[str, Any]:
        """What was sent of it."""
        return self.model_dump(exclude_unset=True, include=_UPDATE)


class Update(Change):
    """What is to change of a purchase; members besides these are ignored."""

    @model_validator(mode="after")
    def _something(self) -> "Update":
        if not self.changes():
            raise PydanticCustomError("update", "must have purchase_name or quantity")
        return self


class DeletionOrUpdate(Change):
    """Which purchases of a customer to delete, or else what is to change of a purchase.

    With `delete_all`, `purchase_ids` is ignored.
    """

    delete_all: StrictBool = False
    purchase_ids: list[PurchaseId] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _one_of_both(cls, told: Any) -> Any:
        """Never both, and never a deletion by mistake."""
        if not isinstance(told, dict):
            return told
        if _DELETION.isdisjoint(told) == _UPDATE.isdisjoint(told):
            raise PydanticCustomError(
                "one_of_both",
                "must have delete_all or purchase_ids to delete,"
                " or else purchase_name or quantity to update",
            )
        return {"delete_all": True} if told.get("delete_all") is True else told


class CustomerCreated(BaseModel):
    """The answer to a customer that was created."""

    status: Literal["ok"] = "ok"
    data: CustomerData


class PurchaseAdded(BaseModel):
    """The answer to a purchase that was added."""

    status: Literal["ok"] = "ok"
    data: PurchaseData


class PurchaseList(BaseModel):
    """Purchases, whole."""

    status: Literal["ok"] = "ok"
    data: list[PurchaseItem]


class PurchaseUpdated(BaseModel):
    """The answer to a purchase that was updated."""

    status: Literal["ok"] = "ok"
    data: UpdatedData


class PurchasesDeleted(BaseModel):
    """How many purchases were deleted."""

    status: Literal["ok"] = "ok"
    deleted_count: int
