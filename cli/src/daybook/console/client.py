"""Order Management v1 over HTTP. What fails is CommandFailed, in one line for the person."""

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from daybook.console.records import Currency, Home, Order, Orders, Product, Refusal, User
from daybook.console.terminal import shown
from daybook.failures import CommandFailed

CONNECT_TIMEOUT = 5.0
MOST_WORDS = 500  # characters of a refusal that are shown
_UNSURE = " Whether it was done is not known: look before you repeat it."

Answer = TypeVar("Answer", bound=BaseModel)


class OrderManagement:
    """The API under the address of a gateway."""

    def __init__(self, gateway: str, *, timeout: float) -> None:
        self._gateway = gateway
        self._timeout = httpx.Timeout(timeout, connect=CONNECT_TIMEOUT)

    def recognise(self) -> Home:
        """Which Daybook is there, if it is one."""
        response = self._send("GET", "/")
        try:
            return Home.model_validate_json(response.content)
        except ValidationError:
            told = _refusal(response) or f"Its status is {response.status_code}."
            raise CommandFailed(
                f"{self._where} answers, but not as the gateway of a Daybook does. {told}"
            ) from None

    def currency(self) -> str:
        """The currency of the shop's amounts."""
        return self._read(Currency, self._send("GET", "/shop"), expected=200).currency

    def create_user(self, email: str, full_name: str) -> User:
        """A new user."""
        return self._create(User, "users", {"email": email, "full_name": full_name})

    def create_product(self, name: str, price_cents: int) -> Product:
        """A new product."""
        return self._create(Product, "products", {"name": name, "price_cents": price_cents})

    def create_order(self, user_id: int, status: str, items: list[tuple[int, int]]) -> Order:
        """A new order of so many of each product."""
        told = [{"product_id": product, "quantity": quantity} for product, quantity in items]
        return self._create(Order, "orders", {"user_id": user_id, "status": status, "items": told})

    def orders_of(self, user_id: int) -> Orders:
        """All orders of the user."""
        response = self._send("GET", "/order-mgmt/orders", params={"user_id": user_id})
        return self._read(Orders, response, expected=200)

    def _create(self, kind: type[Answer], name: str, body: dict[str, Any]) -> Answer:
        response = self._send("POST", f"/order-mgmt/{name}", json=body)
        return self._read(kind, response, expected=201)

    def _read(self, kind: type[Answer], response: httpx.Response, *, expected: int) -> Answer:
        if response.status_code != expected:
            told = f"{self._where} answered with status {response.status_code}."
            raise CommandFailed(_refusal(response) or told)
        try:
            return kind.model_validate_json(response.content)
        except ValidationError:
            told = f"{self._where} gave an answer that is none of Daybook's."
            raise CommandFailed(told + _doubt(response.request.method)) from None

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            # the environment may name proxies, which a shop of this machine does not need
            with httpx.Client(timeout=self._timeout, trust_env=False) as client:
                headers = {"Accept": "application/json"}
                return client.request(method, self._gateway + path, headers=headers, **request)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            nothing = "; nothing was done" if method == "POST" else ""
            raise CommandFailed(f"{self._where} cannot be reached{nothing}.") from None
        except httpx.TimeoutException:
            told = f"{self._where} did not answer within {self._timeout.read:g} seconds."
            raise CommandFailed(told + _doubt(method)) from None
        except httpx.HTTPError:
            raise CommandFailed(f"{self._where} gave no whole answer.{_doubt(method)}") from None

    @property
    def _where(self) -> str:
        return httpx.URL(self._gateway).netloc.decode()


def _doubt(method: str) -> str:
    return _UNSURE if method == "POST" else ""


def _refusal(response: httpx.Response) -> str | None:
    try:
        words = Refusal.model_validate_json(response.content).words
    except ValidationError:
        return None
    return shown(words[:MOST_WORDS]) if words else None
