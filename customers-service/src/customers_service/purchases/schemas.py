"""Purchases on the wire."""

from datetime import datetime

from pydantic import ConfigDict

from common.schemas import READ_ONLY, UNSET, Body, EditableRecord, Id, Text200, Units


class PurchaseOut(EditableRecord):
    """A free note of what a customer bought; it moves no stock and is no sale."""

    customer_id: int
    purchase_name: str
    quantity: int
    product_id: int | None
    purchased_on: datetime
    last_updated_on: datetime | None


class PurchaseIn(Body):
    """A purchase as it is noted or replaced."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"purchase_name": "Desk lamp", "quantity": 2}]}
    )
    read_only = READ_ONLY | {
        "customer_id": "never changes",
        "purchased_on": "never changes",
        "last_updated_on": "is written by each change",
    }

    purchase_name: Text200
    quantity: Units
    product_id: Id | None = None


class PurchasePatch(PurchaseIn):
    """What is to change of a purchase; what is not sent stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": 3}]})

    purchase_name: Text200 = UNSET
    quantity: Units = UNSET
