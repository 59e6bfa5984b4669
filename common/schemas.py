"""What goes over the wire in every service: field types, and bodies that people send.

A body refuses members it does not know. Members that are only read are ignored in POST
and PUT, for admin kits send whole records back; in PATCH a changed one is refused.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from common.errors import Invalid, NotFound
from common.money import MAX_CENTS
from common.text import is_address
from common.times import instant, now

MAX_ID = 2**63 - 1
MAX_UNITS = 10**9

# For members of a PATCH: their default is never used, since what was not sent is not applied.
UNSET: Any = None


def _printable(text: str) -> str:
    if "\x00" in text:  # PostgreSQL cannot hold it
        raise PydanticCustomError("nul", "must not hold the character NUL")
    if not text.strip():
        raise PydanticCustomError("blank", "must not be empty")
    return text


def _instant(value: Any) -> datetime:
    """Pydantic would take numbers, in text too, as seconds since 1970."""
    if not isinstance(value, str):
        raise PydanticCustomError("moment", "must be an RFC 3339 time in quotes")
    try:
        return instant(value)
    except ValueError:
        told = "must be an RFC 3339 time with its offset, such as 2025-06-01T10:00:00Z"
        raise PydanticCustomError("moment", told) from None


def _digits(value: Any) -> Any:
    """Pydantic would read ` 1`, `1_0` and `1.0` too: a number in a URL is spelled in one way."""
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise PydanticCustomError("number", "must be a whole number")
    return value


def _past(moment: datetime) -> datetime:
    if moment > now():
        raise PydanticCustomError("future", "must not lie in the future")
    return moment


def _address(email: str) -> str:
    if not is_address(email):
        raise PydanticCustomError("email", "must be an e-mail address, such as ada@example.org")
    return email


_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_PRINTABLE = AfterValidator(_printable)

# A whole number in a path or a query.
Number = Annotated[int, BeforeValidator(_digits)]

# Text of one character to so many, kept exactly as sent.
Text20 = Annotated[str, Field(max_length=20, strict=True), _PRINTABLE]
Text40 = Annotated[str, Field(max_length=40, strict=True), _PRINTABLE]
Text64 = Annotated[str, Field(max_length=64, strict=True), _PRINTABLE]
Text100 = Annotated[str, Field(max_length=100, strict=True), _PRINTABLE]
Text200 = Annotated[str, Field(max_length=200, strict=True), _PRINTABLE]
Text500 = Annotated[str, Field(max_length=500, strict=True), _PRINTABLE]
Text10000 = Annotated[str, Field(max_length=10_000, strict=True), _PRINTABLE]

Email = Annotated[str, Field(max_length=254, strict=True), AfterValidator(_address)]

Id = Annotated[int, Field(ge=1, le=MAX_ID, strict=True)]
Cents = Annotated[int, Field(ge=0, le=MAX_CENTS, strict=True)]
Units = Annotated[int, Field(ge=1, le=MAX_UNITS, strict=True)]
PastMoment = Annotated[datetime, BeforeValidator(_instant), AfterValidator(_past)]


def refuse_impossible(kind: str, ids: Iterable[int], *, field: str | None = None) -> None:
    """Raise NotFound if there are ids that no record can have, nor a database be asked for."""
    impossible = [id_ for id_ in ids if not 0 < id_ <= MAX_ID]
    if impossible:
        raise NotFound.of(kind, impossible, field=field)


class Record(BaseModel):
    """A record as it is sent: built from rows, every member always there."""

    model_config = ConfigDict(from_attributes=True)


class EditableRecord(Record):
    """What every record that people edit bears."""

    id: int
    created_at: datetime
    updated_at: datetime
    version: int


class Body(BaseModel):
    """A body that people send.

    `read_only` names the members that only Daybook writes, each with the way to change it;
    `aliases` other names under which a member is read, and never sent.
    """

    model_config = ConfigDict(extra="forbid")
    read_only: ClassVar[Mapping[str, str]] = {}
    aliases: ClassVar[Mapping[str, str]] = {}

    _read_only_sent: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, build: Callable[[Any], Self], _info: ValidationInfo) -> Self:
        if not isinstance(data, dict):
            return build(data)
        told = {name: value for name, value in data.items() if name not in cls.read_only}
        for alias, name in cls.aliases.items():
            if alias in told:
                _take_alias(told, alias, name)
        body = build(told)
        body._read_only_sent = {  # noqa: SLF001 # a body of this very class
            name: data[name] for name in cls.read_only if name in data
        }
        return body

    @property
    def version_sent(self) -> int | None:
        """The version of the record of which the sender made the body, if it bears one."""
        version = self._read_only_sent.get("version")
        if version is not None and type(version) is not int:
            raise Invalid({"version": "must be a whole number"})
        return version

    def refuse_changes(self, record: BaseModel) -> None:
        """Raise Invalid if a member that is only read was sent with another value.

        But for the version, which says of which state of the record the body was made.
        """
        current = record.model_dump(mode="json") | {"version": self.version_sent}
        changed = {
            name: self.read_only[name]
            for name, value in self._read_only_sent.items()
            if value != current.get(name)
        }
        if changed:
            raise Invalid(changed)


def _take_alias(told: dict[str, Any], alias: str, name: str) -> None:
    value = told.pop(alias)
    if name in told and told[name] != value:
        raise Invalid({name: f"and {alias} are one member, sent with two values"})
    told[name] = value


READ_ONLY = {
    "id": "never changes",
    "created_at": "never changes",
    "updated_at": "is written by each change",
    "version": "is counted by each change",
}
