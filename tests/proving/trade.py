"""A shop as it should be, in plain Python: what each product's books must say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def hour(number: float) -> datetime:
    """An hour of long ago, when what is told afterwards may have happened."""
    return LONG_AGO + timedelta(hours=number)


def instant(text: str) -> datetime:
    """What a moment on the wire is."""
    return datetime.fromisoformat(text)


@dataclass
class Goods:
    """A product. `level` counts on while it is blocked; `movements` are (effective_at, change)."""

    id: int
    stocked: bool
    level: int
    price: int
    category: int
    name: str
    version: int = 1
    status: str = "active"
    deleted: bool = False
    ordered: bool = False
    revenue: int = 0
    units: int = 0
    deleted_at: datetime | None = None
    movements: list[tuple[datetime, int]] = field(default_factory=list)
    awaited: list[tuple[datetime, int]] = field(default_factory=list)  # order dates and units
    prices: list[tuple[datetime, int]] = field(default_factory=list)
    etags: list[tuple[str, int]] = field(default_factory=list)  # with their versions

    @property
    def allocated(self) -> int:
        """Units that orders await."""
        return sum(units for _, units in self.awaited)

    def level_at(self, moment: datetime) -> int:
        """What could be sold at a moment, by all that is known of it today."""
        return sum(change for at, change in self.movements if at <= moment)

    def price_at(self, moment: datetime) -> int:
        """The price of a moment; before the first one, that."""
        return [price for at, price in self.prices if at <= moment or at == self.prices[0][0]][-1]

    def expected(self, moment: datetime | None) -> tuple[int, int]:
        """What stood on the shelf when it was counted, and the fewest that can have."""
        if moment is None:
            return self.level + self.allocated, self.allocated
        promised = sum(units for at, units in self.awaited if at <= moment)
        there = self.level_at(moment)
        later = [self.level_at(at) for at, _ in self.movements if at > moment]
        return there + promised, promised + max(0, there - max(0, min([there, *later])))

    @property
    def quantity(self) -> int | None:
        """What the shop tells of the level."""
        return self.level if self.stocked and self.status == "active" else None

    @property
    def told(self) -> dict[str, Any]:
        """Members of its record."""
        on_hand = None if self.quantity is None else self.quantity + self.allocated
        return {
            "id": self.id,
            "name": self.name,
            "price_cents": self.price,
            "status": self.status,
            "version": self.version,
            "quantity": self.quantity,
            "allocated": self.allocated,
            "on_hand": on_hand,
        }


@dataclass(frozen=True)
class Line:
    """A line of an order."""

    goods: Goods
    units: int
    price: int | None = None

    @property
    def body(self) -> dict[str, Any]:
        """As it is sent."""
        told: dict[str, Any] = {"product_id": self.goods.id, "quantity": self.units}
        return told if self.price is None else told | {"unit_price_cents": self.price}

    @property
    def total(self) -> int:
        """What it earns, in cents."""
        return self.units * (self.goods.price if self.price is None else self.price)


def refusal(lines: Sequence[Line]) -> tuple[int, str, dict[str, Any]] | None:
    """Why an order of these lines is refused: status, code and what is named; None if it is not."""
    if gone := {line.goods.id for line in lines if line.goods.deleted}:
        return 404, "not_found", {"missing": sorted(gone)}
    if inactive := {line.goods.id for line in lines if line.goods.status != "active"}:
        return 409, "product_not_active", {"product_ids": sorted(inactive)}
    wanted: dict[int, int] = {}
    levels: dict[int, int] = {}
    for line in lines:
        if line.goods.stocked:
            wanted[line.goods.id] = wanted.get(line.goods.id, 0) + line.units
            levels[line.goods.id] = line.goods.level
    if short := shortages(wanted, levels):
        return 409, "insufficient_stock", {"shortages": short}
    return None


def shortages(wanted: Mapping[int, int], levels: Mapping[int, int]) -> list[dict[str, int]]:
    """Each product of which more is wanted than there is, in the order of ids."""
    return [
        {"product_id": id_, "requested": wanted[id_], "available": levels[id_]}
        for id_ in sorted(wanted)
        if wanted[id_] > levels[id_]
    ]
