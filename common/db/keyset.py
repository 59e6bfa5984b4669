"""The order of a list, and the rows beyond a place in it.

Nulls are the least on every database. PostgreSQL, to which they are the greatest, is told so
of fields that may be null, and only of these: its index on another is read as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


@dataclass(frozen=True)
class Key:
    """A column to sort by."""

    column: ColumnElement[Any]
    descending: bool
    nullable: bool


class _Ordered(FunctionElement[Any]):
    """A column with its direction in an ORDER BY, the nulls the least."""

    inherit_cache = True


class _Ascending(_Ordered):
    inherit_cache = True


class _Descending(_Ordered):
    inherit_cache = True


def order(keys: Sequence[Key]) -> list[ColumnElement[Any]]:
    """What to ORDER BY; the last key is the id, so no two rows are equal."""
    return [_direction(key) for key in keys]


def beyond(keys: Sequence[Key], values: Sequence[Any]) -> list[ColumnElement[bool]]:
    """Conditions of the rows after these values: all rows of the first, then of the second.

    In the expanded form, for MySQL scans the index for the tuple form; and those with and
    without a null apart, for an OR of both would be scanned from the beginning.
    """
    column, value = keys[0].column, values[0]
    rest = _further(keys[1:], values[1:])
    if value is None:
        here = and_(column.is_(None), rest)
        return [here] if keys[0].descending else [here, column.is_not(None)]
    if keys[0].descending:
        here = and_(column <= value, or_(column < value, and_(column == value, rest)))
        return [here, column.is_(None)] if keys[0].nullable else [here]
    return [and_(column >= value, or_(column > value, and_(column == value, rest)))]


def _further(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows after these values, of whatever keys."""
    pairs = list(zip(keys, values, strict=True))
    alternatives = [
        and_(*(_same(before, known) for before, known in pairs[:place]), _after(key, value))
        for place, (key, value) in enumerate(pairs)
    ]
    return or_(false(), *alternatives)


def _direction(key: Key) -> ColumnElement[Any]:
    if key.nullable:
        return _Descending(key.column) if key.descending else _Ascending(key.column)
    return key.column.desc() if key.descending else key.column.asc()


def _same(key: Key, value: Any) -> ColumnElement[bool]:
    return key.column.is_(None) if value is None else key.column == value


def _after(key: Key, value: Any) -> ColumnElement[bool]:
    if value is None:  # the least: nothing is below it, everything else above
        return false() if key.descending else key.column.is_not(None)
    if key.descending:
        below: ColumnElement[bool] = key.column < value
        return or_(below, key.column.is_(None)) if key.nullable else below
    above: ColumnElement[bool] = key.column > value
    return above


@compiles(_Ascending)
def _ascending(element: Any, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} ASC"


@compiles(_Descending)
def _descending(element: Any, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} DESC"


@compiles(_Ascending, "postgresql")
def _ascending_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} ASC NULLS FIRST"


@compiles(_Descending, "postgresql")
def _descending_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} DESC NULLS LAST"
