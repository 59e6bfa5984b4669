"""Lists in SQL: filter, search, sort and page any select by its named fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, true

from common.db.session import ReadSession
from common.errors import Invalid, Malformed
from common.listing import Keyset, ListQuery, Page, Positions, Sort, encode_cursor
from common.text import fold
from common.times import instant

MAX_INTEGER = 2**63 - 1
LONGEST_INTEGER = len(str(MAX_INTEGER))


@dataclass(frozen=True)
class Listing:
    """What may be asked of a list.

    `fields` are the plain fields, by which it filters and sorts; those that stand in
    `folded` too are looked for without case, in the column given there. `search` is the
    folded text in which `q` looks.
    """

    fields: Mapping[str, ColumnElement[Any]]
    id: ColumnElement[int]
    folded: Mapping[str, ColumnElement[Any]]
    search: ColumnElement[Any] | None = None


def fetch(
    session: ReadSession, select: Select[*tuple[Any, ...]], listing: Listing, query: ListQuery
) -> Page[Row[*tuple[Any, ...]]]:
    """The page of `select` that `query` asks for; raises Malformed and Invalid."""
    chosen = select.where(*conditions(listing, query))
    keys = [_field(listing, by.field) for by in query.sort]
    ordered = chosen.order_by(*_order(keys, listing.id, query.sort))
    if isinstance(query.window, Keyset):
        return _after(session, ordered, keys, listing.id, query, query.window)
    return _positions(session, chosen, ordered, keys, listing.id, query, query.window)


def _positions(
    session: ReadSession,
    chosen: Select[*tuple[Any, ...]],
    ordered: Select[*tuple[Any, ...]],
    keys: Sequence[ColumnElement[Any]],
    id_: ColumnElement[int],
    query: ListQuery,
    window: Positions,
) -> Page[Row[*tuple[Any, ...]]]:
    count = chosen.with_only_columns(func.count(), maintain_column_froms=True)
    total = session.execute(count).scalar_one()
    page = ordered.add_columns(*keys, id_).offset(window.start).limit(window.end - window.start)
    rows = session.execute(page).all() if window.end > window.start else []
    more = bool(rows) and window.start + len(rows) < total
    return Page(rows, window.start, total, _cursor(query.sort, rows[-1]) if more else None)


def _after(
    session: ReadSession,
    ordered: Select[*tuple[Any, ...]],
    keys: Sequence[ColumnElement[Any]],
    id_: ColumnElement[int],
    query: ListQuery,
    window: Keyset,
) -> Page[Row[*tuple[Any, ...]]]:
    page = ordered.add_columns(*keys, id_).limit(window.limit + 1)
    if window.after is not None:
        page = page.where(_beyond(keys, id_, query.sort, window.after))
    found = session.execute(page).all()
    rows = found[: window.limit]
    more = len(found) > window.limit
    return Page(rows, 0, None, _cursor(query.sort, rows[-1]) if more else None)


def _cursor(sort: Sequence[Sort], row: Row[*tuple[Any, ...]]) -> str:
    values = tuple(row)[-len(sort) - 1 :]
    return encode_cursor(sort, [v.isoformat() if isinstance(v, datetime) else v for v in values])


def _order(
    keys: Sequence[ColumnElement[Any]], id_: ColumnElement[int], sort: Sequence[Sort]
) -> list[ColumnElement[Any]]:
    """Nulls are the least on every database. Ties go by id, the way of the last field."""
    last = bool(sort) and sort[-1].descending
    order: list[ColumnElement[Any]] = [
        key.desc() if by.descending else key.asc() for key, by in zip(keys, sort, strict=True)
    ]
    return [*order, id_.desc() if last else id_.asc()]


def _beyond(
    keys: Sequence[ColumnElement[Any]],
    id_: ColumnElement[int],
    sort: Sequence[Sort],
    after: Sequence[Any],
) -> ColumnElement[bool]:
    """Rows after `after`, in the expanded form: MySQL scans the index for the tuple form."""
    descending = [by.descending for by in sort]
    columns = [*keys, id_]
    directions = [*descending, bool(sort) and descending[-1]]
    values = [_typed(key, value) for key, value in zip(columns, after, strict=True)]
    alternatives = []
    for place in range(len(columns)):
        same = [_same(columns[i], values[i]) for i in range(place)]
        further = _further(columns[place], values[place], descending=directions[place])
        alternatives.append(and_(*same, further))
    hint = _further(columns[0], values[0], descending=directions[0], or_same=True)
    return and_(hint, or_(*alternatives))


def _typed(key: ColumnElement[Any], value: Any) -> Any:
    """A cursor's value as its column holds it: a moment is text in a cursor."""
    try:
        if value is not None and key.type.python_type is datetime:
            return instant(value)
        if value is not None and type(value) is not key.type.python_type:
            raise TypeError  # a bool is no int
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise ValueError
    except (TypeError, ValueError):
        raise Invalid({"cursor": "is not one that this list gave for this sort"}) from None
    return value


def _same(key: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    return key.is_(None) if value is None else key == value


def _further(
    key: ColumnElement[Any], value: Any, *, descending: bool, or_same: bool = False
) -> ColumnElement[bool]:
    if value is None:  # the least: nothing is below it, everything else above
        if descending:
            return key.is_(None) if or_same else false()
        return true() if or_same else key.is_not(None)
    if descending:
        below: ColumnElement[bool] = key <= value if or_same else key < value
        return or_(below, key.is_(None))
    above: ColumnElement[bool] = key >= value if or_same else key > value
    return above


def conditions(listing: Listing, query: ListQuery) -> list[ColumnElement[bool]]:
    """The filters and the search of `query` in SQL; raises Malformed and Invalid."""
    found: list[ColumnElement[bool]] = []
    for name, texts in query.filters.items():
        if name in listing.folded:
            found.append(listing.folded[name].in_([fold(text) for text in texts]))
        else:
            column = _field(listing, name)
            found.append(column.in_([_value(column, name, text) for text in texts]))
    if query.search:
        if listing.search is None:
            raise Malformed("q does not search this list.", errors={"q": "is not known here"})
        found.append(listing.search.contains(fold(query.search), autoescape=True))
    return found


def _field(listing: Listing, name: str) -> ColumnElement[Any]:
    try:
        return listing.fields[name]
    except KeyError:
        known = ", ".join(sorted(listing.fields))
        raise Malformed(
            f"{name} is no field of this list; its fields are {known}.",
            errors={name: "is not known here"},
        ) from None


def _value(column: ColumnElement[Any], name: str, text: str) -> Any:
    kind = column.type.python_type
    try:
        if kind is int:
            return _integer(text)
        return instant(text) if kind is datetime else text
    except ValueError:
        wanted = "a whole number" if kind is int else "an RFC 3339 time"
        raise Invalid({name: f"must be {wanted}"}) from None


def _integer(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_INTEGER):
        raise ValueError
    if not -MAX_INTEGER <= int(text) <= MAX_INTEGER:
        raise ValueError
    return int(text)
