"""Contacts on the wire."""

from pydantic import ConfigDict

from common.schemas import READ_ONLY, UNSET, Body, EditableRecord, Text20, Text40, Text100, Text200


class ContactOut(EditableRecord):
    """A place and a telephone where customers are reached."""

    address_line1: str
    address_line2: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None
    phone_number: str | None


class ContactIn(Body):
    """A contact as it is added or replaced."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "address_line1": "12 St James's Square",
                    "city": "London",
                    "postal_code": "SW1Y 4JH",
                    "country": "United Kingdom",
                    "phone_number": "+44 20 7946 0000",
                }
            ]
        }
    )
    read_only = READ_ONLY

    address_line1: Text200
    address_line2: Text200 | None = None
    city: Text100 | None = None
    state: Text100 | None = None
    postal_code: Text20 | None = None
    country: Text100 | None = None
    phone_number: Text40 | None = None


class ContactPatch(ContactIn):
    """What is to change of a contact; what is not sent stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"phone_number": "+44 20 7946 0001"}]}
    )

    address_line1: Text200 = UNSET
