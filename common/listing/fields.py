"""The plain fields of a record: what each holds, how it is asked for, which values it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from common.times import instant

MAX_INTEGER = 2**63 - 1
LONGEST_INTEGER = len(str(MAX_INTEGER))

ORDERING = ("gte", "lte", "gt", "lt")
OPERATORS: Mapping[type, tuple[str, ...]] = {
    int: ("ne", *ORDERING),
    datetime: ("ne", *ORDERING),
    str: ("ne", *ORDERING, "like"),
    Enum: ("ne", "like"),
}


@dataclass(frozen=True)
class Field:
    """A plain field: `kind` is a key of OPERATORS; `choices` are an enumeration's values."""

    kind: type
    nullable: bool
    choices: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """The suffixes that it takes, without their underscore."""
        return OPERATORS[self.kind]

    def read(self, value: Any) -> Any:
        """A value, as text or of JSON, as the column holds it; ValueError tells what it must be."""
        if value is None:
            if not self.nullable:
                raise ValueError("is never null")
            return None
        if self.kind is int:
            return _integer(value)
        text = sound_text(value)
        if self.kind is datetime:
            return _moment(text)
        if self.choices and text not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return text


def fields_of(record: type[BaseModel]) -> dict[str, Field]:
    """The plain fields of a record as it is sent, by name; lists in it are none."""
    found = {name: _field(member.annotation) for name, member in record.model_fields.items()}
    return {name: field for name, field in found.items() if field is not None}


def sound_text(value: Any) -> str:
    """The value, if it is text that every database can hold; else ValueError."""
    if not isinstance(value, str):
        raise ValueError("must be text")
    if "\x00" in value:  # PostgreSQL cannot look for it
        raise ValueError("must not hold the character NUL")
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a pair, as JSON can escape it
        raise ValueError("must be sound Unicode text") from None
    return value


def _field(annotation: Any) -> Field | None:
    nullable = get_origin(annotation) in {Union, UnionType} and NoneType in get_args(annotation)
    if nullable:
        (annotation,) = set(get_args(annotation)) - {NoneType}
    if not isinstance(annotation, type):
        return None
    if issubclass(annotation, Enum):
        return Field(Enum, nullable, tuple(str(choice.value) for choice in annotation))
    return Field(annotation, nullable) if annotation in OPERATORS else None


def _integer(value: Any) -> int:
    if type(value) is str:  # a query string has nothing else
        digits = value.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_INTEGER:
            value = int(value)
    if type(value) is not int or abs(value) > MAX_INTEGER:  # a bool is no int
        raise ValueError("must be a whole number of at most 63 bits")
    return value


def _moment(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError:
        raise ValueError("must be an RFC 3339 time") from None
