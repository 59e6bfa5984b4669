"""Whatever people do with a shop, in whatever order: its books say what plain arithmetic says.

Hypothesis makes the histories; `DAYBOOK_HISTORIES` says how many.
"""

import os
import secrets
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from database_fixtures import ENGINE
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, consumes, initialize, rule, run_state_machine_as_test
from proving.books import Books, Client, Spread, dated, is_refused
from proving.processes import Fleet
from proving.trade import Goods, Line, hour, instant, refusal

pytestmark = [pytest.mark.proof, pytest.mark.timeout(3600)]

HISTORIES = int(os.environ.get("DAYBOOK_HISTORIES", "10"))
# To make a history that failed a short one takes minutes, which only a long run has.
PHASES = (Phase.generate, Phase.shrink) if HISTORIES > 10 else (Phase.generate,)
# What else may be said at a path: a member that was not sent.
MEMBERS = {
    "/orders": "label",
    "/sales": "country",
    "/inventory-adjustments": "reference",
    "/stocktakes": "reference",
}
LAST_HOUR = 4  # few, so that much happens at one moment
few = st.integers(0, 12)
hours = st.none() | st.integers(1, LAST_HOUR)
statuses = st.sampled_from(["active", "blocked", "discontinued"])


class Trade(Books):
    """One history of a few products, through the public API, beside the model of it."""

    goods: Bundle[Goods] = Bundle("goods")

    @initialize()
    def open(self) -> None:
        """There are categories, of this history or of an earlier one."""
        names = ["kitchen", "home"]
        for name in names:
            self.clients["products"].request("POST", "/categories", json={"name": name})
        asked = {"params": {"name": names}}
        rows = self.clients["products"].request("GET", "/categories", **asked).json()
        self.categories = [row["id"] for row in rows]

    # products

    @rule(target=goods, quantity=few, price=st.integers(0, 1000), stocked=st.booleans())
    def create(self, quantity: int, price: int, stocked: bool) -> Goods:
        name, category = secrets.token_hex(6), self.categories[price % 2]
        told = {"sku": name, "name": name, "category_id": category, "price_cents": price}
        told |= {"quantity": quantity} if stocked else {"kind": "service"}
        record = self.done("products", "POST", "/products", told, 201)
        made = Goods(record["id"], stocked, 0, price, category, name)
        if stocked:
            self.moved(made, [quantity])
        made.prices.append((instant(record["created_at"]), price))
        self.known.append(made)
        return made

    @rule(goods=goods, price=st.integers(0, 1000))
    def edit(self, goods: Goods, price: int) -> None:
        self._edit(goods, {"price_cents": price}, {})

    @rule(goods=goods, place=few)
    def edit_what_was_read(self, goods: Goods, place: int) -> None:
        """By a header that may be stale: what was sold meanwhile makes it no staler."""
        if goods.etags:
            etag, version = goods.etags[place % len(goods.etags)]
            stale = (412, "precondition_failed") if version != goods.version else None
            self._edit(goods, {}, {"If-Match": etag}, stale)

    @rule(goods=goods, behind=st.integers(0, 2))
    def edit_a_version(self, goods: Goods, behind: int) -> None:
        version = goods.version - behind
        stale = (409, "stale_version") if behind else None
        self._edit(goods, {"version": version}, {}, stale)

    @rule(goods=goods, status=statuses)
    def set_status(self, goods: Goods, status: str) -> None:
        path, changes = f"/products/{goods.id}", status != goods.status
        self.done("products", "PATCH", path, {"status": status}, 404 if goods.deleted else 200)
        if not goods.deleted and changes:
            goods.status, goods.version = status, goods.version + 1
            if goods.stocked:
                self.moved(goods, [0])

    @rule(goods=goods)
    def delete(self, goods: Goods) -> None:
        status = 404 if goods.deleted else 409 if goods.ordered else 200
        self.done("products", "DELETE", f"/products/{goods.id}", None, status)
        if status == 200:
            goods.deleted, goods.deleted_at = True, datetime.now(UTC)
            if goods.stocked:
                goods.status = "deleted"
                self.moved(goods, [0])

    # stock

    @rule(goods=goods, change=st.integers(-8, 8).filter(bool), at=hours)
    def adjust(self, goods: Goods, change: int, at: int | None) -> None:
        told = {"product_id": goods.id, "change": change, "reason": "found"} | dated(
            "effective_at", at
        )
        short = goods.level + change < 0
        status = self._adjustable(goods) or (409 if short else 201)
        answer = self.done("products", "POST", "/inventory-adjustments", told, status)
        if status == 409:
            missing = {"product_id": goods.id, "requested": -change, "available": goods.level}
            assert (answer["code"], answer["shortages"]) == ("insufficient_stock", [missing])
        if status == 201:
            self.moved(goods, [change], at)

    @rule(goods=goods, counted=few, at=hours)
    def count(self, goods: Goods, counted: int, at: int | None) -> None:
        """Of the past too: what was sold since stays sold."""
        expected, least = goods.expected(None if at is None else hour(at))
        told = {"product_id": goods.id, "counted": counted, "reason": "count"}
        status = self._adjustable(goods) or (409 if counted < least else 201)
        told |= dated("effective_at", at)
        self.done("products", "POST", "/inventory-adjustments", told, status)
        if status == 201:
            self.moved(goods, [counted - expected], at)

    @rule(counts=st.dictionaries(st.integers(0, 20), few, min_size=1, max_size=3), at=hours)
    def take_stock(self, counts: dict[int, int], at: int | None) -> None:
        """Of some products at once: all differences become movements, or none."""
        if not self.known:
            return
        counted = {self.known[place % len(self.known)].id: units for place, units in counts.items()}
        shelf = [goods for goods in self.known if goods.id in counted]
        expected = {goods.id: goods.expected(None if at is None else hour(at)) for goods in shelf}
        few_ = [id_ for id_, units in counted.items() if units < expected[id_][1]]
        refused = [self._adjustable(goods) for goods in shelf]
        status = 404 if 404 in refused else max(refused) or (409 if few_ else 201)
        lines = [{"product_id": id_, "counted": units} for id_, units in counted.items()]
        told = {"lines": lines} | dated("counted_at", at)
        answer = self.done("products", "POST", "/stocktakes", told, status)
        if status == 409:
            assert [each["product_id"] for each in answer["counts"]] == few_
        if status == 201:
            for goods in shelf:
                self.moved(goods, [counted[goods.id] - expected[goods.id][0]], at)

    @rule(goods=goods, quantity=few)
    def set_quantity(self, goods: Goods, quantity: int) -> None:
        status = self._adjustable(goods) or 200
        path, moves = f"/products/{goods.id}", quantity != goods.quantity
        self.done("products", "PATCH", path, {"quantity": quantity}, status)
        if status == 200 and moves:
            self.moved(goods, [quantity - goods.level])

    # sales

    @rule(
        wanted=st.lists(st.tuples(goods, st.integers(1, 5)), min_size=1, max_size=4),
        price=st.none() | st.integers(0, 500),
        at=hours,
    )
    def order(self, wanted: list[tuple[Goods, int]], price: int | None, at: int | None) -> None:
        lines = [Line(goods, units, price) for goods, units in wanted]
        told = {"lines": [line.body for line in lines]} | dated("order_date", at)
        refused = refusal(lines)
        answer = self.done("sales", "POST", "/orders", told, refused[0] if refused else 201)
        if refused:
            is_refused(answer, refused)
            return
        assert answer["total_cents"] == sum(line.total for line in lines)
        self.sold(lines, instant(answer["order_date"]))
        placed = instant(answer["order_date"])
        for line in lines:
            line.goods.awaited.append((placed, line.units))

    @rule(goods=goods, units=st.integers(1, 5), at=hours)
    def sell(self, goods: Goods, units: int, at: int | None) -> None:
        line = Line(goods, units)
        told = line.body | dated("sold_at", at)
        refused = refusal([line])
        answer = self.done("sales", "POST", "/sales", told, refused[0] if refused else 201)
        if refused:
            is_refused(answer, refused)
            return
        assert answer["total_cents"] == line.total
        self.sold([line], instant(answer["sold_at"]))

    # whatever was asked may be asked again

    @rule(place=st.integers(0, 60))
    def replay(self, place: int) -> None:
        if self.asked:
            told = self.asked[place % len(self.asked)]
            again = self.send(told.app, told.method, told.path, told.body, told.headers)
            assert again.headers["Idempotent-Replayed"] == "true"
            assert (again.status_code, again.content) == (
                told.answer.status_code,
                told.answer.content,
            )

    @rule(place=st.integers(0, 60))
    def reuse_a_key(self, place: int) -> None:
        if bodied := [told for told in self.asked if told.body]:
            told = bodied[place % len(bodied)]
            body = told.body | {MEMBERS.get(told.path, "name"): "Other"}
            again = self.send(told.app, told.method, told.path, body, told.headers)
            assert (again.status_code, again.json()["code"]) == (422, "idempotency_key_reused")

    # what is read

    @rule(goods=goods)
    def look(self, goods: Goods) -> None:
        answer = self.clients["products"].request("GET", f"/products/{goods.id}")
        assert answer.status_code == (404 if goods.deleted else 200)
        if not goods.deleted:
            told = answer.json()
            assert {name: told[name] for name in goods.told} == goods.told
            goods.etags.append((answer.headers["ETag"], goods.version))

    @rule()
    def look_at_the_clock(self) -> None:
        """What was then is asked when all is over."""
        self.moments.append(datetime.now(UTC))

    @rule(goods=consumes(goods))
    def close(self, goods: Goods) -> None:
        """Nothing more becomes of it."""
        self.look(goods)

    def teardown(self) -> None:
        """The books of all products, one against the other."""
        for goods in self.known:
            self.look(goods)
        if self.known:
            self.compare_revenue()
            long_ago = [hour(number / 2) for number in range(2 * LAST_HOUR + 2)]
            for moment in [*long_ago, *self.moments]:
                self.compare_levels(moment)

    def _edit(
        self,
        goods: Goods,
        edit: dict[str, Any],
        headers: dict[str, str],
        stale: tuple[int, str] | None = None,
    ) -> None:
        told = {"name": secrets.token_hex(6)} | edit
        status = 404 if goods.deleted else stale[0] if stale else 200
        path = f"/products/{goods.id}"
        answer = self.done("products", "PATCH", path, told, status, headers)
        if status == 200:
            goods.name, goods.price = told["name"], told.get("price_cents", goods.price)
            goods.version += 1
            if goods.price != goods.prices[-1][1]:
                goods.prices.append((instant(answer["updated_at"]), goods.price))
        elif stale and not goods.deleted:
            assert answer["code"] == stale[1]
            assert {name: answer["current"][name] for name in goods.told} == goods.told

    @staticmethod
    def _adjustable(goods: Goods) -> int:
        """Why its level cannot be moved, as a status, or 0."""
        return 404 if goods.deleted else 0 if goods.stocked else 422


@pytest.fixture
def clients(request: pytest.FixtureRequest, http: httpx2.Client) -> dict[str, Client]:
    """On SQLite of the apps in this process, on a server of several processes of each."""
    if ENGINE == "sqlite":
        return {name: request.getfixturevalue(name) for name in ("products", "sales")}
    proof: Fleet = request.getfixturevalue("proof")
    return {name: Spread(http, proof.addresses[name]) for name in ("products", "sales")}


def test_any_history_adds_up(clients: dict[str, Client]) -> None:
    run_state_machine_as_test(
        lambda: Trade(clients),
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=40,
            deadline=None,
            database=None,
            print_blob=True,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
