"""Cursors: an opaque place in a list, after one row and before the next."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from common.errors import Invalid
from common.listing.fields import Field
from common.listing.query import Place, PlaceOfRow, Sort

# So that a link stays far below the length at which servers refuse an address.
LONGEST_CURSOR = 2000
_ID = Field(int, nullable=False)


def encode_cursor(sort: Sequence[Sort], values: Sequence[Any]) -> str:
    """The place after the row of these sort values and, last, this id.

    Where they are long, the row's id stands for them.
    """
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    cursor = _packed([_told(sort), *plain])
    if len(cursor) <= LONGEST_CURSOR:
        return cursor
    return _packed({"sort": _told(sort), "id": values[-1], "digest": digest(values)})


def digest(values: Sequence[Any]) -> str:
    """By which a row is known to be where it was."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return sha256(orjson.dumps(plain)).hexdigest()[:32]


def decode_cursor(cursor: str, sort: Sequence[Sort], fields: Sequence[Field]) -> Place | PlaceOfRow:
    """The place in a list sorted by `sort`, whose fields are `fields`; else Invalid."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        # what we would have written is the only spelling there is
        if _packed(found) == cursor:
            return _place(found, sort, fields)
    except (binascii.Error, ValueError, TypeError, KeyError, IndexError):
        pass
    raise Invalid({"cursor": "is not one that this list gave for this sort"})


def _place(found: Any, sort: Sequence[Sort], fields: Sequence[Field]) -> Place | PlaceOfRow:
    if isinstance(found, dict):
        if found["sort"] != _told(sort) or not isinstance(found["digest"], str):
            raise ValueError
        return PlaceOfRow(_value(_ID, found["id"]), found["digest"])
    order, *values = found
    if order != _told(sort):
        raise ValueError
    pairs = zip((*fields, _ID), values, strict=True)
    return Place(tuple(_value(field, value) for field, value in pairs))


def _value(field: Field, value: Any) -> Any:
    if field.kind is int and isinstance(value, str):
        raise ValueError  # no cursor has numbers in text
    return field.read(value)


def _told(sort: Sequence[Sort]) -> str:
    return ",".join(f"{'-' if by.descending else ''}{by.field}" for by in sort)


def _packed(told: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(told)).rstrip(b"=").decode()
