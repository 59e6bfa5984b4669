"""The question that a list is asked, read from a query string; no SQL and no HTTP.

`_start` and `_end` page by position and are counted; `limit` and `cursor` page by key, as
deep as one likes, and are not. Everything that is no word of the dialect is a filter.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson

from common.errors import Invalid, Malformed

Row = TypeVar("Row")

PAGE_CAP = 1000
LONGEST_SEARCH = 200
LONGEST = 18  # digits of a number that any database takes
WORDS = frozenset({"_start", "_end", "_sort", "_order", "q", "limit", "cursor"})


@dataclass(frozen=True)
class Sort:
    """One field to sort by."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Positions:
    """The rows from `start` to before `end`, counted from 0; at most PAGE_CAP."""

    start: int
    end: int


@dataclass(frozen=True)
class Keyset:
    """At most `limit` rows after the one that `after` names by its sort values and id."""

    limit: int
    after: tuple[Any, ...] | None


@dataclass(frozen=True)
class ListQuery:
    """A whole question. `filters` maps a field to the values it may have."""

    filters: dict[str, list[str]]
    search: str | None
    sort: tuple[Sort, ...]
    window: Positions | Keyset


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The answer: rows, their number in all where it was counted, and where to go on."""

    rows: Sequence[Row]
    start: int
    total: int | None
    next_cursor: str | None
    keyed: bool = True  # whether it pages by key too


def parse(query: Iterable[tuple[str, str]]) -> ListQuery:
    """Read the pairs of a query string; raises Malformed and Invalid, naming the word."""
    words: dict[str, str] = {}
    filters: dict[str, list[str]] = {}
    for name, value in query:
        if "\x00" in value:  # PostgreSQL cannot look for it
            raise Invalid({name: "must not hold the character NUL"})
        if name not in WORDS:
            filters.setdefault(name, []).append(value)
        elif name in words:
            raise Malformed(f"{name} stands twice in the query.", errors={name: "stands twice"})
        else:
            words[name] = value
    sort = _sort(words.get("_sort"), words.get("_order"))
    if len(words.get("q", "")) > LONGEST_SEARCH:
        raise Invalid({"q": f"must have at most {LONGEST_SEARCH} characters"})
    return ListQuery(filters, words.get("q") or None, sort, _window(words, sort))


def encode_cursor(sort: Sequence[Sort], values: Sequence[Any]) -> str:
    """An opaque place in a list: the sort, and the values and the id of the last row."""
    order = ",".join(f"{'-' if by.descending else ''}{by.field}" for by in sort)
    packed = orjson.dumps([order, *values])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _sort(fields: str | None, orders: str | None) -> tuple[Sort, ...]:
    if not fields:
        if orders:
            raise Invalid({"_order": "goes with _sort"})
        return ()
    names, told = fields.split(","), (orders or "asc").lower().split(",")
    if len(set(names)) < len(names):
        raise Invalid({"_sort": "must name each field once"})
    if len(told) > len(names) or not set(told) <= {"asc", "desc"}:
        raise Invalid({"_order": "must be ASC or DESC for each field of _sort"})
    told += ["asc"] * (len(names) - len(told))
    return tuple(Sort(name, order == "desc") for name, order in zip(names, told, strict=True))


def _window(words: dict[str, str], sort: tuple[Sort, ...]) -> Positions | Keyset:
    by_key = words.keys() & {"limit", "cursor"}
    if by_key and (by_position := words.keys() & {"_start", "_end"}):
        word = min(by_position)
        raise Malformed(f"{word} pages by position, limit and cursor by key: use one way.")
    if by_key:
        limit = _number(words, "limit", PAGE_CAP, least=1)
        return Keyset(min(limit, PAGE_CAP), _after(words.get("cursor"), sort))
    start = _number(words, "_start", 0)
    end = _number(words, "_end", start + PAGE_CAP)
    if end < start:
        raise Invalid({"_end": "must not be less than _start"})
    return Positions(start, min(end, start + PAGE_CAP))


def _number(words: dict[str, str], name: str, default: int, *, least: int = 0) -> int:
    text = words.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST and int(text) >= least):
        raise Invalid({name: f"must be a whole number of at least {least}"})
    return int(text)


def _after(cursor: str | None, sort: tuple[Sort, ...]) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        # what we would have written for these values is the only spelling there is
        if encode_cursor(sort, found[1:]) == cursor and len(found) == len(sort) + 2:
            return tuple(found[1:])
    except (binascii.Error, ValueError, TypeError, KeyError, IndexError):
        pass
    raise Invalid({"cursor": "is not one that this list gave for this sort"})
