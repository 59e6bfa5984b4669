"""Lists in SQL: filter, search, sort and page any select by its named fields."""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, or_

from common.db import caseless
from common.db.keyset import Key, beyond, order
from common.db.session import ReadSession
from common.errors import Malformed
from common.listing.cursors import digest, encode_cursor
from common.listing.fields import fields_of
from common.listing.query import (
    Condition,
    Keyset,
    ListQuery,
    Page,
    Place,
    PlaceOfRow,
    Positions,
    Vocabulary,
)
from common.text import fold

Rows = Select[*tuple[Any, ...]]
Found = Page[Row[*tuple[Any, ...]]]

_COMPARED: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "gte": operator.ge,
    "lte": operator.le,
    "gt": operator.gt,
    "lt": operator.lt,
    "like": caseless.contains,
}


@dataclass(frozen=True)
class Listing:
    """What may be asked of a list, and the columns that know the answer.

    Of the fields in `folded`, equality is looked for without case, in the column given
    there. `search` is the folded text in which `q` looks; a list that has none looks in the
    fields of `searched`.
    """

    asked: Vocabulary
    columns: Mapping[str, ColumnElement[Any]]
    folded: Mapping[str, ColumnElement[Any]]
    search: ColumnElement[Any] | None
    searched: Sequence[str]

    @classmethod
    def of(
        cls,
        name: str,
        record: type[BaseModel],
        table: FromClause,
        *,
        derived: Mapping[str, Any] | None = None,
        folded: Mapping[str, ColumnElement[Any]] | None = None,
        search: ColumnElement[Any] | None = None,
        searched: Sequence[str] = (),
    ) -> "Listing":
        """The list of the records in `table`; `derived` are fields that are no columns of it."""
        fields = fields_of(record)
        known = derived or {}
        columns = {each: known[each] if each in known else table.c[each] for each in fields}
        asked = Vocabulary(name, fields, searched=search is not None or bool(searched))
        return cls(asked, columns, folded or {}, search, searched)


def fetch(session: ReadSession, select: Rows, listing: Listing, query: ListQuery) -> Found:
    """The page of `select` that `query` asks for; Malformed if its cursor leads nowhere."""
    keys = _keys(listing, query)
    chosen = select.where(*conditions(listing, query))
    ordered = chosen.order_by(*order(keys)).add_columns(*(key.column for key in keys))
    if isinstance(query.window, Positions):
        return _positions(session, chosen, ordered, query, query.window)
    values = _values(session, select, keys, query.window.after)
    parts = [ordered] if values is None else [ordered.where(c) for c in beyond(keys, values)]
    return _after(session, parts, query, query.window)


def conditions(listing: Listing, query: ListQuery) -> list[ColumnElement[bool]]:
    """The filters and the search of `query` in SQL."""
    found = [_condition(listing, condition) for condition in query.conditions]
    if query.search:
        found.append(_search(listing, query.search))
    return found


def _search(listing: Listing, text: str) -> ColumnElement[bool]:
    if listing.search is not None:
        return listing.search.contains(fold(text), autoescape=True)
    columns = [listing.columns[name] for name in listing.searched]
    return or_(*(caseless.contains(column, text.strip()) for column in columns))


def _condition(listing: Listing, condition: Condition) -> ColumnElement[bool]:
    column = listing.columns[condition.field]
    if condition.operator in _COMPARED:
        return _COMPARED[condition.operator](column, *condition.values)
    told = [value for value in condition.values if value is not None]
    null = len(told) < len(condition.values)
    if condition.field in listing.folded:
        column, told = listing.folded[condition.field], [fold(value) for value in told]
    if condition.operator == "eq":
        return or_(column.is_(None), column.in_(told)) if null else column.in_(told)
    others = column.not_in(told)  # a null is not equal to any value
    if listing.asked.fields[condition.field].nullable:
        return and_(column.is_not(None), others) if null else or_(column.is_(None), others)
    return others


def _keys(listing: Listing, query: ListQuery) -> list[Key]:
    """What to sort by, and last the id, the way of the field before it."""
    fields = listing.asked.fields
    keys = [
        Key(listing.columns[by.field], by.descending, fields[by.field].nullable)
        for by in query.sort
    ]
    last = bool(query.sort) and query.sort[-1].descending
    return [*keys, Key(listing.columns["id"], last, nullable=False)]


def _positions(
    session: ReadSession, chosen: Rows, ordered: Rows, query: ListQuery, window: Positions
) -> Found:
    count = chosen.with_only_columns(func.count(), maintain_column_froms=True)
    total = session.execute(count).scalar_one()
    page = ordered.offset(window.start).limit(window.end - window.start)
    rows = session.execute(page).all() if window.end > window.start else []
    more = bool(rows) and window.start + len(rows) < total
    return Page(rows, window.start, total, _cursor(query, rows[-1]) if more else None)


def _after(session: ReadSession, parts: list[Rows], query: ListQuery, window: Keyset) -> Found:
    """The first rows of the parts, which follow one another."""
    found: list[Row[*tuple[Any, ...]]] = []
    for part in parts:
        found += session.execute(part.limit(window.limit + 1 - len(found))).all()
        if len(found) > window.limit:
            break
    rows = found[: window.limit]
    more = len(found) > window.limit
    return Page(rows, 0, None, _cursor(query, rows[-1]) if more else None)


def _cursor(query: ListQuery, row: Row[*tuple[Any, ...]]) -> str:
    return encode_cursor(query.sort, tuple(row)[-len(query.sort) - 1 :])


def _values(
    session: ReadSession, select: Rows, keys: list[Key], place: Place | PlaceOfRow | None
) -> tuple[Any, ...] | None:
    """The sort values and the id after which to go on."""
    if not isinstance(place, PlaceOfRow):
        return None if place is None else place.values
    columns = [key.column for key in keys]
    there = select.with_only_columns(*columns, maintain_column_froms=True)
    row = session.execute(there.where(columns[-1] == place.id)).one_or_none()
    if row is None or digest(row) != place.digest:
        text = "leads to a row that was deleted or changed meanwhile; start again without it"
        raise Malformed(f"cursor {text}.", errors={"cursor": text})
    return tuple(row)
