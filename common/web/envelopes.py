"""The borders of the APIs of old: where each lives, and the envelope in which it tells a failure.

The gateway knows them too: what it refuses itself on their paths, it tells in their words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel


class PurchaseFailure(BaseModel):
    """A failure as the Customer Purchase API tells it."""

    status: Literal["error"] = "error"
    message: str


class OrderFailure(BaseModel):
    """A failure as Order Management v1 tells it."""

    error: str


@dataclass(frozen=True)
class Border:
    """An API of old: its name, and the shape of a failure with the member for its text."""

    title: str
    failure: type[BaseModel]
    text: str


# By the prefix of all paths behind the border.
BORDERS: Mapping[str, Border] = {
    "/api/v1": Border("Customer Purchase API", PurchaseFailure, "message"),
    "/order-mgmt": Border("Order Management v1", OrderFailure, "error"),
}


def enveloped(path: str, text: str) -> dict[str, str] | None:
    """The body that tells a failure at this path in the words of an API of old; else None."""
    for prefix, border in BORDERS.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return border.failure(**{border.text: text}).model_dump()
    return None
