"""How far an import has come, for whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """Hears of the phases of a long work, one after the other."""

    def phase(self, name: str, total: int | None) -> None:
        """A phase begins, of `total` steps where their number is known."""

    def advance(self, steps: int) -> None:
        """So many steps more of the phase are done."""


class Silence:
    """Nobody watches."""

    def phase(self, name: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, steps: int) -> None:
        """Nothing."""
