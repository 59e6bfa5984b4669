"""The parameters of a list in OpenAPI, made from its vocabulary."""

from datetime import datetime
from enum import Enum
from typing import Any

from common.listing.fields import MAX_INTEGER, Field
from common.listing.parsing import LONGEST, LONGEST_SEARCH
from common.listing.query import PAGE_CAP, Vocabulary

_TOLD = {
    "ne": "is none of these",
    "gte": "is at least this",
    "lte": "is at most this",
    "gt": "is more than this",
    "lt": "is less than this",
    "like": "contains this, in whatever case",
}
_PLACE = {"type": "integer", "minimum": 0, "maximum": 10**LONGEST - 1}
_TEXT: dict[str, Any] = {"type": "string"}


def parameters(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Paging, sorting and searching first, then each field and its operators."""
    told = [*_paging(), *_sorting(vocabulary)]
    if vocabulary.searched:
        schema = _TEXT | {"maxLength": LONGEST_SEARCH}
        told.append(_parameter("q", "A piece of the text to look for, in whatever case", schema))
    told.append(_parameter("filter", "simple-rest: a JSON object of the filters below", _TEXT))
    for name, field in vocabulary.fields.items():
        told += _filters(name, field)
    return told


def _paging() -> list[dict[str, Any]]:
    most = {"type": "integer", "minimum": 1, "maximum": 10**LONGEST - 1}
    return [
        _parameter("_start", "First row, counted from 0", _PLACE),
        _parameter("_end", "Row before which to end", _PLACE),
        _parameter("range", "simple-rest: the first and the last row, such as [0,24]", _TEXT),
        _parameter("limit", f"Rows of a page by key, up to {PAGE_CAP}", most),
        _parameter("cursor", "Where the page before ended, from its Link", _TEXT),
    ]


def _sorting(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    field = f"({'|'.join(vocabulary.sortable)})"
    fields = _TEXT | {"pattern": f"^({field}(,{field})*)?$"}
    order = "([Aa][Ss][Cc]|[Dd][Ee][Ss][Cc])"
    orders = _TEXT | {"pattern": f"^({order}(,{order})*)?$"}
    json = 'simple-rest: a field and its order, such as ["id","DESC"], or a list of such'
    return [
        _parameter("_sort", "Fields to sort by, with commas", fields),
        _parameter("_order", "ASC or DESC for each of them", orders),
        _parameter("sort", json, _TEXT),
    ]


def _filters(name: str, field: Field) -> list[dict[str, Any]]:
    one = _schema(field)
    empty = {"type": "string", "maxLength": 0}
    several = {"type": "array", "items": {"anyOf": [one, empty]} if field.nullable else one}
    null = "; empty: null" if field.nullable else ""
    told = [_parameter(name, f"Is one of these{null}", several)]
    piece = _TEXT | {"maxLength": LONGEST_SEARCH}
    for operator in field.operators:
        schema = {"ne": several, "like": piece}.get(operator, one)
        told.append(_parameter(f"{name}_{operator}", f"{name} {_TOLD[operator]}", schema))
    return told


def _schema(field: Field) -> dict[str, Any]:
    if field.kind is int:
        return {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER}
    if field.kind is datetime:
        return {"type": "string", "format": "date-time"}
    return {"type": "string", "enum": [*field.choices]} if field.kind is Enum else _TEXT


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }
