"""One of each record that can be edited: where it is, what is edited of it, and with what."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from proving.processes import Fleet
from proving.shopping import Api


@dataclass(frozen=True)
class Kind:
    """A kind of record, of which a new one can be made at any time."""

    name: str
    app: str
    member: str  # what two editors change
    values: tuple[str, str]
    make: Callable[[Api], tuple[str, dict[str, Any]]]  # its path, and the body of a PUT
    deletable: bool = True
    at_once: int = 5  # how many of them there may be


def _product(api: Api) -> tuple[str, dict[str, Any]]:
    body = {"sku": secrets.token_hex(8), "name": "Tea", "price_cents": 310}
    body |= {"category_id": api.category()}
    made = api.create("products", "/products", body)
    return f"/products/{made['id']}", body


def _category(api: Api) -> tuple[str, dict[str, Any]]:
    """The names are few: what an earlier test left is used again."""
    known = api.get("products", "/categories")
    for other in (each for each in known if each["name"] in {"toys", "books", "garden"}):
        api.delete("products", f"/categories/{other['id']}")
    made = api.create("products", "/categories", {"name": "toys"})
    return f"/categories/{made['id']}", {"name": "toys"}


def _customer(api: Api) -> tuple[str, dict[str, Any]]:
    body = {"name": "Ada"}
    return f"/customers/{api.create('customers', '/customers', body)['id']}", body


def _contact(api: Api) -> tuple[str, dict[str, Any]]:
    body = {"address_line1": "12 St James's Square"}
    return f"/contacts/{api.create('customers', '/contacts', body)['id']}", body


def _purchase(api: Api) -> tuple[str, dict[str, Any]]:
    path, _ = _customer(api)
    body = {"purchase_name": "Desk lamp", "quantity": 2}
    made = api.create("customers", f"{path}/purchases", body)
    return f"/purchases/{made['id']}", body


def _order(api: Api) -> tuple[str, dict[str, Any]]:
    (tea,) = api.stock(5)
    body = {"lines": [{"product_id": tea, "quantity": 1}]}
    return f"/orders/{api.create('sales', '/orders', body)['id']}", {}


KINDS = [
    Kind("product", "products", "name", ("Oolong", "Assam"), _product),
    Kind("category", "products", "name", ("books", "garden"), _category, at_once=1),
    Kind("customer", "customers", "name", ("Augusta", "Ada King"), _customer),
    Kind("contact", "customers", "city", ("London", "Turin"), _contact),
    Kind("purchase", "customers", "purchase_name", ("Lamp", "Candle"), _purchase),
    Kind("order", "sales", "label", ("gift", "urgent"), _order, deletable=False),
]


class Editor:
    """Somebody who reads a record, and later writes what came of it, at one of the processes."""

    def __init__(self, fleet: Fleet, kind: Kind, path: str, which: int) -> None:
        addresses = fleet.addresses[kind.app]
        self.path, self._http = path, fleet.http
        self._url = addresses[which % len(addresses)] + path
        self.etag, self.version = "", 0

    def read(self) -> dict[str, Any]:
        """The record."""
        answer = self._http.get(self._url)
        assert answer.status_code == 200, answer.text
        self.etag, self.version = answer.headers["ETag"], answer.json()["version"]
        return dict(answer.json())

    def write(self, method: str, body: dict[str, Any] | None, *, by: str) -> httpx2.Response:
        """What the shop says to the edit, which names what was read `by` header or by body."""
        headers = {"If-Match": self.etag} if by == "If-Match" else {}
        told = body if by == "If-Match" or body is None else body | {"version": self.version}
        return self._http.request(method, self._url, json=told, headers=headers)
