"""The simple-rest spelling: `filter`, `sort` and `range` as JSON, and the header `Range`."""

import json
import re
from typing import Any

import orjson

from common.errors import Invalid, Malformed

_SPAN = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)
LARGEST = 10**18
DEPTH = 2  # an object of lists, a list of pairs


def filter_of(text: str) -> dict[str, list[Any]]:
    """The values of each member: a list of them stands for any of these."""
    found = _json("filter", text)
    if not isinstance(found, dict):
        raise Invalid({"filter": "must be a JSON object"})
    if any(isinstance(value, dict) for value in found.values()):
        raise Invalid({"filter": "must hold values and lists of values"})
    return {name: value if isinstance(value, list) else [value] for name, value in found.items()}


def sort_of(text: str) -> list[tuple[str, str]]:
    """The fields and their orders: of one pair, or of a list of pairs."""
    found = _json("sort", text)
    pairs = [found] if isinstance(found, list) and found and isinstance(found[0], str) else found
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        raise Invalid({"sort": 'must be a JSON list such as ["id","ASC"], or a list of such'})
    return [(field, order) for field, order in pairs]


def range_of(text: str) -> tuple[int, int]:
    """The first and the last row, both counted from 0."""
    found = _json("range", text)
    if (
        isinstance(found, list)
        and len(found) == 2  # noqa: PLR2004 # the first and the last
        and all(type(place) is int and 0 <= place < LARGEST for place in found)
        and found[0] <= found[1]
    ):
        return found[0], found[1]
    raise Invalid({"range": "must be a JSON list of the first and the last row, such as [0,24]"})


def header_range_of(header: str, name: str) -> tuple[int, int] | None:
    """The first and the last row; None if the header is in another unit than the list's."""
    unit, _, span = header.partition("=")
    if unit.strip() != name:
        return None  # RFC 9110, section 14.2: a unit that is not known is no question
    if not (found := _SPAN.fullmatch(span.strip())) or int(found[1]) > int(found[2]):
        raise Invalid({"Range": f"must be such as {name}=0-24"})
    return int(found[1]), int(found[2])


def _is_pair(pair: Any) -> bool:
    return (
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(each, str) for each in pair)  # noqa: PLR2004 # field, order
    )


def _json(word: str, text: str) -> Any:
    """Twice over: orjson refuses what is not JSON, Python's sees a member that stands twice."""
    try:
        if _is_deeper(orjson.loads(text), DEPTH):
            raise Invalid({word: "is nested too deeply"})
        return json.loads(text, object_pairs_hook=_unique)
    except ValueError:
        problem = "must be sound JSON, with each member once"
        raise Malformed(f"{word} {problem}.", errors={word: problem}) from None


def _is_deeper(found: Any, levels: int) -> bool:
    if not isinstance(found, dict | list):
        return False
    inner = found.values() if isinstance(found, dict) else found
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found
