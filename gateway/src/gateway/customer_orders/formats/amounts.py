"""Amounts as a format writes them; many lines of a batch have the same."""

from collections.abc import Callable
from typing import TypeVar

from common.money import major_text

Written = TypeVar("Written")


class Amounts(dict[int, Written]):
    """Whole minor units to amounts in major units, each made once; for one batch."""

    def __init__(self, places: int, write: Callable[[str], Written]) -> None:
        super().__init__()
        self._places = places
        self._write = write

    def __missing__(self, minor: int) -> Written:
        written = self[minor] = self._write(major_text(minor, self._places))
        return written
