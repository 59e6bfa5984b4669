"""Customers on the wire."""

from typing import Annotated

from pydantic import ConfigDict, Field

from common.schemas import (
    READ_ONLY,
    UNSET,
    Body,
    EditableRecord,
    Email,
    Id,
    Text64,
    Text100,
    Text200,
    Text500,
)

MAX_CONTACTS = 100


# Of any characters, blanks among them: it is never stored, only its hash.
Password = Annotated[str, Field(min_length=8, max_length=128, strict=True)]
ContactIds = Annotated[list[Id], Field(max_length=MAX_CONTACTS)]


class CustomerOut(EditableRecord):
    """A customer. The password is never sent back."""

    number: str
    name: str
    first_name: str | None
    last_name: str | None
    username: str | None
    email: str | None
    address: str | None
    country: str | None
    contact_ids: list[int]


class CustomerIn(Body):
    """A customer as it is registered or replaced.

    A name, or a first or a last name, is required. `email_id` is read as `email`, and
    `contact_id` as `contact_ids`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "first_name": "Ada",
                    "last_name": "Lovelace",
                    "email": "ada@example.org",
                    "country": "United Kingdom",
                    "contact_ids": [],
                }
            ]
        }
    )
    read_only = READ_ONLY
    aliases = {"email_id": "email", "contact_id": "contact_ids"}  # noqa: RUF012 # a ClassVar

    number: Text64 | None = None
    name: Text200 | None = None
    first_name: Text100 | None = None
    last_name: Text100 | None = None
    username: Text64 | None = None
    email: Email | None = None
    password: Password | None = None
    address: Text500 | None = None
    country: Text100 | None = None
    contact_ids: ContactIds = Field(default_factory=list)


class CustomerPatch(CustomerIn):
    """What is to change of a customer; what is not sent stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "ada@example.com", "contact_ids": [1]}]}
    )

    number: Text64 = UNSET
    name: Text200 = UNSET
    password: Password = UNSET
    contact_ids: ContactIds = UNSET
