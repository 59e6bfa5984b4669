"""What a list answers, said in plain Python over all its rows, and how it is asked.

A question is {filters: [(field, operator, values)], search, sort: [(field, descending)]}.
"""

import json
import operator
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.text import fold

Json = dict[str, Any]
Filter = tuple[str, str, list[Any]]
COMPARED = {"gte": operator.ge, "lte": operator.le, "gt": operator.gt, "lt": operator.lt}
SEVERAL = {"eq", "ne"}


@dataclass(frozen=True)
class Question:
    filters: list[Filter]
    search: str
    sort: list[tuple[str, bool]]


@dataclass(frozen=True)
class Oracle:
    """Knows which fields are times, which keys are equal without case, and where `q` looks."""

    times: frozenset[str]
    keys: frozenset[str]
    searched: tuple[str, ...]

    def answer(self, rows: list[Json], question: Question) -> list[Json]:
        found = [
            row
            for row in rows
            if all(self._holds(row, each) for each in question.filters)
            and self._is_found(row, question.search)
        ]
        found.sort(key=lambda row: row["id"], reverse=bool(question.sort) and question.sort[-1][1])
        for field, descending in reversed(question.sort):
            found.sort(key=lambda row: self._sort_key(row, field), reverse=descending)
        return found

    def _is_found(self, row: Json, search: str) -> bool:
        texts = [row[field] for field in self.searched]
        return not search or any(fold(search) in fold(text) for text in texts if text is not None)

    def _sort_key(self, row: Json, field: str) -> tuple[bool, Any]:
        value = row[field]
        return (value is not None, self._plain(field, value))

    def _plain(self, field: str, value: Any) -> Any:
        if value is not None and field in self.times:
            return datetime.fromisoformat(value)
        return value

    def _holds(self, row: Json, told: Filter) -> bool:
        field, comparison, values = told
        here = self._plain(field, row[field])
        wanted = [self._plain(field, value) for value in values]
        if comparison in SEVERAL:
            if field in self.keys:
                here, *wanted = [v if v is None else fold(v) for v in (here, *wanted)]
            return (here in wanted) == (comparison == "eq")
        if here is None:
            return False
        if comparison == "like":
            return contains(here, wanted[0])
        return bool(COMPARED[comparison](here, wanted[0]))


def contains(text: str, piece: str) -> bool:
    forms = {piece, *(unicodedata.normalize(form, piece) for form in ("NFC", "NFD"))}
    return any(form.casefold() in text.casefold() for form in forms)


def name_of(field: str, comparison: str) -> str:
    return field if comparison == "eq" else f"{field}_{comparison}"


def json_server(question: Question) -> list[tuple[str, Any]] | None:
    """The pairs of a query string; None if it says what only JSON can say: a text that is empty."""
    pairs: list[tuple[str, Any]] = []
    for field, comparison, values in question.filters:
        if comparison in SEVERAL and (not values or "" in values):
            return None
        pairs += [(name_of(field, comparison), "" if v is None else v) for v in values]
    if question.search:
        pairs.append(("q", question.search))
    if question.sort:
        pairs.append(("_sort", ",".join(field for field, _ in question.sort)))
        orders = ("DESC" if descending else "asc" for _, descending in question.sort)
        pairs.append(("_order", ",".join(orders)))
    return pairs


def simple_rest(question: Question) -> list[tuple[str, Any]]:
    told: Json = {}
    for field, comparison, values in question.filters:
        one = comparison not in SEVERAL or len(values) == 1
        told[name_of(field, comparison)] = values[0] if one else values
    if question.search:
        told["q"] = question.search
    sort: list[Any] = [[field, "DESC" if down else "ASC"] for field, down in question.sort]
    if len(sort) == 1:
        (sort,) = sort
    pairs = [("filter", json.dumps(told))]
    return [*pairs, ("sort", json.dumps(sort))] if sort else pairs
