"""What a list is asked, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from common.listing.fields import Field

Row = TypeVar("Row")

PAGE_CAP = 1000


@dataclass(frozen=True)
class Condition:
    """A filter: `field` compared by `operator` with `values`.

    `eq` is any of the values and `ne` none of them, null among them if asked for; every
    other operator has one value, which is not null.
    """

    field: str
    operator: str
    values: tuple[Any, ...]


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
class Place:
    """Just after the row of these sort values and this id, whether it is there or not."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class PlaceOfRow:
    """Just after the row of this id, if its sort values still have this digest."""

    id: int
    digest: str


@dataclass(frozen=True)
class Keyset:
    """At most `limit` rows, from the beginning or after a place."""

    limit: int
    after: Place | PlaceOfRow | None


@dataclass(frozen=True)
class ListQuery:
    """A whole question."""

    conditions: tuple[Condition, ...]
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


@dataclass(frozen=True)
class Vocabulary:
    """What may be asked of a list: by what it is filtered and sorted, and whether `q` searches.

    `name` is the list's own, as in `Content-Range`. A list that sorts by other fields than
    it filters by names them in `sorts`.
    """

    name: str
    fields: dict[str, Field]
    searched: bool = False
    sorts: tuple[str, ...] | None = None

    @property
    def sortable(self) -> tuple[str, ...]:
        """The fields by which it sorts."""
        return tuple(self.fields) if self.sorts is None else self.sorts
