"""Asking a shop and keeping books beside it: what a history of any kind is made of."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, Protocol

import httpx2
from hypothesis.stateful import RuleBasedStateMachine
from proving.trade import Goods, Line, hour, instant


class Client(Protocol):
    """Whoever sends requests to an app."""

    def request(self, method: str, path: str, **request: Any) -> httpx2.Response: ...


class Spread:
    """A client of an app of which there are several processes: each request goes to the next."""

    def __init__(self, http: httpx2.Client, addresses: Sequence[str]) -> None:
        self._http, self._addresses = http, cycle(addresses)

    def request(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """What the next of them answers."""
        return self._http.request(method, next(self._addresses) + path, **request)


@dataclass(frozen=True)
class Asked:
    """A request under a key, and how it was answered."""

    app: str
    method: str
    path: str
    body: Any
    headers: dict[str, str]
    answer: httpx2.Response


class Books(RuleBasedStateMachine):
    """The clients of the apps, what was asked of them, and the products that ought to be there."""

    def __init__(self, clients: dict[str, Client]) -> None:
        super().__init__()
        self.clients = clients
        self.known: list[Goods] = []
        self.asked: list[Asked] = []
        self.moments: list[datetime] = []

    def compare_revenue(self) -> None:
        """The analytics say of each product what was sold of it."""
        ids = [goods.id for goods in self.known]
        rows = self.clients["sales"].request(
            "GET", "/sales/summary", params={"group_by": "product", "product_id": ids}
        )
        found: dict[int, tuple[int, int]] = {}
        for row in rows.json():
            revenue, units = found.get(row["product_id"], (0, 0))
            found[row["product_id"]] = revenue + row["revenue_cents"], units + row["units"]
        sold = [goods for goods in self.known if goods.ordered]
        assert found == {goods.id: (goods.revenue, goods.units) for goods in sold}

    def compare_levels(self, moment: datetime) -> None:
        """What there was at the moment of each product that had moved by then, and its price."""
        moved = [
            goods
            for goods in self.known
            if any(at <= moment for at, _ in goods.movements)
            and not (goods.deleted_at and goods.deleted_at <= moment)
        ]
        ids = [goods.id for goods in self.known]
        asked = {"as_of": moment.isoformat(), "product_id": ids}
        rows = self.clients["products"].request("GET", "/inventory", params=asked).json()
        assert {row["product_id"]: (row["quantity"], row["price_cents"]) for row in rows} == {
            goods.id: (goods.level_at(moment), goods.price_at(moment)) for goods in moved
        }

    def sold(self, lines: Iterable[Line], at: datetime) -> None:
        """The lines were sold at that moment."""
        changes: dict[int, list[int]] = {}
        for line in lines:
            line.goods.ordered = True
            line.goods.revenue += line.total
            line.goods.units += line.units
            changes.setdefault(line.goods.id, []).append(-line.units)
        for goods in self.known:
            if goods.stocked and goods.id in changes:
                self.moved(goods, changes[goods.id], at)

    def moved(self, goods: Goods, changes: list[int], at: int | datetime | None = None) -> None:
        """The ledger has these rows more, and no others."""
        known = len(goods.movements)
        page = {"_start": known, "_end": known + 100, "_sort": "id"}
        path = f"/products/{goods.id}/inventory-transactions"
        rows = self.clients["products"].request("GET", path, params=page).json()
        assert [row["change"] for row in rows] == changes
        for row in rows:
            goods.level += row["change"]
            assert row["quantity"] == goods.quantity
            effective, recorded = instant(row["effective_at"]), instant(row["recorded_at"])
            if at is not None:
                assert effective == (hour(at) if isinstance(at, int) else at)
            assert effective <= recorded <= datetime.now(UTC)
            goods.movements.append((effective, row["change"]))

    def done(
        self,
        app: str,
        method: str,
        path: str,
        body: Any,
        status: int,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """The answer to a request under a key of its own, which has this status."""
        keyed = {"Idempotency-Key": secrets.token_hex(8)} | (headers or {})
        answer = self.send(app, method, path, body, keyed)
        assert answer.status_code == status, answer.text
        self.asked.append(Asked(app, method, path, body, keyed, answer))
        return answer.json()

    def send(
        self, app: str, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> httpx2.Response:
        """The answer of an app."""
        return self.clients[app].request(method, path, json=body, headers=headers)


def dated(member: str, at: int | None) -> dict[str, str]:
    """The member that says when it was, if it was long ago."""
    return {} if at is None else {member: hour(at).isoformat()}


def is_refused(answer: dict[str, Any], refused: tuple[int, str, dict[str, Any]]) -> None:
    """The answer tells of that refusal."""
    _, code, named = refused
    assert answer["code"] == code
    assert {name: answer[name] for name in named} == named
