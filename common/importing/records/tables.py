"""The tables of a source, and what gives their rows."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from common.importing.records.shapes import Kind

Row: TypeAlias = tuple[object, ...]


class SourceUnusable(Exception):
    """The source cannot be read, or is not what the document describes; the text says why."""


@dataclass(frozen=True)
class SourceTable:
    """A table under one of its names, with the columns that are read of it.

    A row is the cells of `numbers`, of which the first is the record's id (and of a line the
    second its order's), and then those of `words`, which are text or times.
    """

    kind: Kind
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Those of a row, in their order."""
        return self.numbers + self.words

    def check(self, where: str, columns: Collection[str]) -> None:
        """Raise SourceUnusable, naming each column that is not among those that are there."""
        missing = [column for column in self.columns if column not in columns]
        if missing:
            plural = "s" if len(missing) > 1 else ""
            raise SourceUnusable(f"{where} has no column{plural} {', '.join(missing)}.")


class Source(Protocol):
    """Gives one state of the tables of a source."""

    def count(self, table: SourceTable) -> int:
        """How many rows the table has. Raises SourceUnusable."""

    def rows(self, table: SourceTable) -> Iterator[Row]:
        """Every row. Raises SourceUnusable."""
