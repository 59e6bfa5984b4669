"""A list's question from a query string, in the spelling of json-server or of simple-rest.

`_start` and `_end`, or `range`, page by position and are counted; `limit` and `cursor` page
by key, as deep as one likes, and are not. Everything that is no word of the dialect is a
filter. The same thing in both spellings is refused: one of them would be ignored.
"""

from collections.abc import Callable, Iterable
from itertools import zip_longest
from typing import Any

from common.errors import Invalid, Malformed
from common.listing import simple_rest
from common.listing.cursors import decode_cursor
from common.listing.fields import OPERATORS, ORDERING, Field, sound_text
from common.listing.query import (
    PAGE_CAP,
    Condition,
    Keyset,
    ListQuery,
    Place,
    PlaceOfRow,
    Positions,
    Sort,
    Vocabulary,
)

LONGEST_SEARCH = 200
LONGEST = 18  # digits of a number that any database takes
WORDS = frozenset(
    {"_start", "_end", "_sort", "_order", "q", "limit", "cursor", "sort", "range", "filter"}
)
_SINGLE = {*ORDERING, "like"}

Terms = dict[str, list[Any]]
Words = dict[str, str]


def parse(
    query: Iterable[tuple[str, str]], vocabulary: Vocabulary, range_header: str | None = None
) -> ListQuery:
    """Read the pairs of a query string; raises Malformed and Invalid, naming the word."""
    words, terms = _split(query)
    conditions, search = _filters(words, terms, vocabulary)
    sort = _sort(words, vocabulary)
    return ListQuery(conditions, search, sort, _window(words, sort, vocabulary, range_header))


def _split(query: Iterable[tuple[str, str]]) -> tuple[Words, Terms]:
    words: Words = {}
    terms: Terms = {}
    for name, value in query:
        if name not in WORDS:
            terms.setdefault(name, []).append(value)
        elif name in words:
            raise Malformed(f"{name} stands twice in the query.", errors={name: "stands twice"})
        else:
            words[name] = value
    return words, terms


def _filters(
    words: Words, terms: Terms, vocabulary: Vocabulary
) -> tuple[tuple[Condition, ...], str | None]:
    """The conditions and the search; what is wrong in the word `filter` is told of it."""
    told = "filter" if "filter" in words else None
    sought: list[Any] = [words["q"]] if "q" in words else []
    if told:
        if terms:
            raise _told_twice("filter", min(terms))
        terms = simple_rest.filter_of(words["filter"])
        if sought and "q" in terms:
            raise _told_twice("filter", "q")
        sought = terms.pop("q", sought)
    else:
        terms = {name: _with_nulls(name, texts, vocabulary) for name, texts in terms.items()}
    conditions = tuple(_condition(name, terms[name], vocabulary, told) for name in terms)
    return conditions, _search(sought, vocabulary, told)


def _search(sought: list[Any], vocabulary: Vocabulary, told: str | None) -> str | None:
    if sought in ([], [None], [""]):
        return None
    if not vocabulary.searched:
        raise Malformed(
            "q does not search this list.", errors=_errors("q", "is not known here", told)
        )
    if len(sought) > 1:
        raise Malformed("q takes one value.", errors=_errors("q", "takes one value", told))
    return str(_checked("q", _searchable, sought[0], told))


def _searchable(text: Any) -> str:
    if len(sound_text(text)) > LONGEST_SEARCH:
        raise ValueError(f"must have at most {LONGEST_SEARCH} characters")
    return str(text)


def _with_nulls(name: str, texts: list[Any], vocabulary: Vocabulary) -> list[Any]:
    """A query string has no null: the empty value of a field that may be null is it."""
    field, operator = _field_of(name, vocabulary, None)
    if operator in _SINGLE or not vocabulary.fields[field].nullable:
        return texts
    return [text or None for text in texts]


def _condition(name: str, raw: list[Any], vocabulary: Vocabulary, told: str | None) -> Condition:
    field_name, operator = _field_of(name, vocabulary, told)
    field = vocabulary.fields[field_name]
    read: Callable[[Any], Any] = field.read
    if operator in _SINGLE:
        if len(raw) != 1:
            text = "takes one value; only equality and _ne take several"
            raise Malformed(f"{name} {text}.", errors=_errors(name, text, told))
        read = _searchable if operator == "like" else Field(field.kind, nullable=False).read
    return Condition(
        field_name, operator, tuple(_checked(name, read, value, told) for value in raw)
    )


def _field_of(name: str, vocabulary: Vocabulary, told: str | None) -> tuple[str, str]:
    """The field and the operator that a filter names; a field's own name comes first."""
    if name in vocabulary.fields:
        return name, "eq"
    base, _, suffix = name.rpartition("_")
    field = vocabulary.fields.get(base)
    if field is not None and suffix in field.operators:
        return base, suffix
    if field is not None and suffix in OPERATORS[str]:
        known = ", ".join(f"_{operator}" for operator in field.operators)
        text = f"is not possible; {base} takes {known}"
        raise Malformed(f"{name} {text}.", errors=_errors(name, text, told))
    raise _unknown(name, vocabulary.fields, told)


def _checked(name: str, read: Callable[[Any], Any], value: Any, told: str | None) -> Any:
    try:
        return read(value)
    except ValueError as wrong:
        raise Invalid(_errors(name, str(wrong), told)) from None


def _sort(words: Words, vocabulary: Vocabulary) -> tuple[Sort, ...]:
    told = "sort" if "sort" in words else "_sort"
    if told == "sort":
        if by_name := words.keys() & {"_sort", "_order"}:
            raise _told_twice("sort", min(by_name))
        pairs = simple_rest.sort_of(words["sort"])
    else:
        pairs = _sort_pairs(words.get("_sort"), words.get("_order"))
    names = [name for name, _ in pairs]
    if unknown := [name for name in names if name not in vocabulary.sortable]:
        raise _unknown(unknown[0], vocabulary.sortable, "sort" if told == "sort" else None)
    if len(set(names)) < len(names):
        raise Invalid({told: "must name each field once"})
    if not {order.lower() for _, order in pairs} <= {"asc", "desc"}:
        place = "sort" if told == "sort" else "_order"
        raise Invalid({place: "must be ASC or DESC for each field"})
    return tuple(Sort(name, order.lower() == "desc") for name, order in pairs)


def _sort_pairs(fields: str | None, orders: str | None) -> list[tuple[str, str]]:
    if not fields:  # an admin kit that does not sort may send both
        if orders and fields is None:
            raise Invalid({"_order": "goes with _sort"})
        return []
    names, told = fields.split(","), (orders or "asc").split(",")
    if len(told) > len(names):
        raise Invalid({"_order": "must be ASC or DESC for each field of _sort"})
    return list(zip_longest(names, told, fillvalue="asc"))


def _window(
    words: Words, sort: tuple[Sort, ...], vocabulary: Vocabulary, header: str | None
) -> Positions | Keyset:
    span = _span(words, vocabulary.name, header)
    by_key = words.keys() & {"limit", "cursor"}
    by_position = words.keys() & {"_start", "_end"}
    if by_key and (by_position or span):
        word = min(by_position) if by_position else "range"
        raise Malformed(f"{word} pages by position, limit and cursor by key: use one way.")
    if by_key:
        limit = _number(words, "limit", PAGE_CAP, least=1)
        return Keyset(min(limit, PAGE_CAP), _after(words.get("cursor"), sort, vocabulary))
    if span:
        if by_position:
            raise _told_twice("range", min(by_position))
        start, end = span[0], span[1] + 1
    else:
        start = _number(words, "_start", 0)
        end = _number(words, "_end", start + PAGE_CAP)
    if end < start:
        raise Invalid({"_end": "must not be less than _start"})
    return Positions(start, min(end, start + PAGE_CAP))


def _span(words: Words, name: str, header: str | None) -> tuple[int, int] | None:
    """The rows of `range` and of the header; who sends both, as admin kits do, says the same."""
    asked = simple_rest.range_of(words["range"]) if "range" in words else None
    besides = simple_rest.header_range_of(header, name) if header else None
    if asked and besides and asked != besides:
        raise _told_twice("range", "Range")
    return asked or besides


def _number(words: Words, name: str, default: int, *, least: int = 0) -> int:
    text = words.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST and int(text) >= least):
        raise Invalid({name: f"must be a whole number of at least {least}"})
    return int(text)


def _after(
    cursor: str | None, sort: tuple[Sort, ...], vocabulary: Vocabulary
) -> Place | PlaceOfRow | None:
    if cursor is None:
        return None
    fields = [vocabulary.fields[by.field] for by in sort if by.field in vocabulary.fields]
    return decode_cursor(cursor, sort, fields)


def _unknown(name: str, known: Iterable[str], told: str | None) -> Malformed:
    return Malformed(
        f"{name} is no field of this list; its fields are {', '.join(sorted(known))}.",
        errors=_errors(name, "is not known here", told),
    )


def _told_twice(word: str, other: str) -> Malformed:
    text = f"and {other} are two ways to say one thing"
    return Malformed(f"{word} {text}: use one.", errors={word: text})


def _errors(name: str, text: str, told: str | None) -> dict[str, str]:
    return {told: f"{name} {text}"} if told else {name: text}
