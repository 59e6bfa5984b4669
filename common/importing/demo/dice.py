"""Chance that falls the same way on every machine and under every Python."""

import random
from bisect import bisect_right
from collections.abc import Sequence
from enum import IntEnum
from typing import TypeVar

T = TypeVar("T")


class Stream(IntEnum):
    """What the dice are thrown for: each has a sequence of its own."""

    products = 0
    customers = 1
    orders = 2


class Dice:
    """Everything is derived from `random()`, the one sequence that Python promises to keep.

    No sines and no powers either: they are the C library's, and differ in the last bit.
    """

    def __init__(self, seed: int, stream: Stream) -> None:
        own = seed * len(Stream) + stream
        self._random = random.Random(own).random  # noqa: S311 # sample data, no secrets

    def below(self, end: int) -> int:
        """A whole number from 0 to `end` - 1."""
        return int(self._random() * end)

    def low_below(self, end: int) -> int:
        """The same, the low numbers much more often."""
        throw = self._random()
        return int(throw * throw * end)

    def chance(self, percent: float) -> bool:
        """True in so many of a hundred cases."""
        return self._random() * 100 < percent

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[int(self._random() * len(options))]

    def weighted(self, cumulated: Sequence[int]) -> int:
        """A place in `cumulated`, as likely as its weight; the weights are summed up there."""
        return bisect_right(cumulated, int(self._random() * cumulated[-1]))

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """The options in another order."""
        mixed = list(options)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
