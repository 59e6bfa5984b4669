"""The borders of the APIs of old: where each lives, and the envelope in which it tells a failure.

The gateway knows them too: what it refuses itself on their paths, it tells in their words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel

DEPRECATED_SINCE = datetime(2026, 11, 21, tzinfo=UTC)


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


def border_of(path: str) -> str | None:
    """The prefix of the border behind which the path is."""
    for prefix in BORDERS:
        if path == prefix or path.startswith(f"{prefix}/"):
            return prefix
    return None


def enveloped(prefix: str, text: str) -> dict[str, str]:
    """The body that tells a failure in the words of the API of old."""
    border = BORDERS[prefix]
    return border.failure(**{border.text: text}).model_dump()


def deprecation(prefix: str) -> dict[str, str]:
    """The headers that tell that there is a newer API, and where that is said (RFC 9745)."""
    return {
        "Deprecation": f"@{DEPRECATED_SINCE.timestamp():.0f}",
        "Link": f'<{prefix}/docs>; rel="deprecation"',
    }
