"""Products that are fought over, and orders for them."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from proving.crowd import Wish
from proving.processes import Fleet


class Api:
    """The shop as one client at a time sees it: each answer is a record, or the test fails."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def create(self, app: str, path: str, body: Any) -> dict[str, Any]:
        """The record that was made."""
        return self._asked("POST", app, path, 201, json=body)

    def get(self, app: str, path: str, **parameters: Any) -> Any:
        """A record or a list."""
        return self._asked("GET", app, path, 200, params=parameters)

    def delete(self, app: str, path: str) -> Any:
        """The record that was."""
        return self._asked("DELETE", app, path, 200)

    def category(self) -> int:
        """The category of all that is fought over."""
        known = self.get("products", "/categories", name="kitchen")
        made = known or [self.create("products", "/categories", {"name": "kitchen"})]
        return int(made[0]["id"])

    def stock(self, *quantities: int) -> list[int]:
        """Ids of new products, of which there are so many."""
        told = {"category_id": self.category(), "price_cents": 310}
        return [
            self.create(
                "products",
                "/products",
                told | {"sku": secrets.token_hex(8), "name": "Tea", "quantity": quantity},
            )["id"]
            for quantity in quantities
        ]

    def _asked(self, method: str, app: str, path: str, status: int, **request: Any) -> Any:
        url = self._fleet.addresses[app][0] + path
        answer = self._fleet.http.request(method, url, **request)
        assert answer.status_code == status, answer.text
        return answer.json()


def order(lines: Mapping[int, int] | Sequence[tuple[int, int]], **more: Any) -> Wish:
    """An order of so many units of each product; with `key`, under that key."""
    pairs = lines.items() if isinstance(lines, Mapping) else lines
    told = [{"product_id": product, "quantity": units} for product, units in pairs]
    label = {"label": more["key"]} if "key" in more else {}
    return Wish("sales", "POST", "/orders", {"lines": told} | label, **more)
