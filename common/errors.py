"""Expected failures. They know their HTTP status and their words, and nothing else of HTTP.

Problem
├── Malformed             400  the request cannot be read, or names an unknown field
├── NotFound              404
├── MethodNotAllowed      405
├── RequestTimedOut       408  the client fell silent
├── Conflict              409
│   ├── Duplicate              another record has the key
│   ├── InUse                  other records refer to it
│   ├── InsufficientStock      names every shortage
│   ├── ProductNotActive       blocked or discontinued
│   └── StaleVersion           the body was made of an earlier version of the record
├── PreconditionFailed    412  If-Match names an earlier version of the record
├── ContentTooLarge       413  the body is larger than a service reads
├── UriTooLong            414
├── UnsupportedMediaType  415  the body is not JSON
├── Invalid               422  names every field
├── IdempotencyKeyReused  422  the key was sent with another request
├── HeaderFieldsTooLarge  431
├── InternalError         500  nobody foresaw it
├── Unavailable           503
└── UpstreamFailed        502
    └── UpstreamTimedOut  504
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

_known: dict[str, type["Problem"]] = {}


class Problem(Exception):
    """An expected failure, told to the client as RFC 9457 problem+json."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"
    code: ClassVar[str]  # stable, for programs: `InsufficientStock` is `insufficient_stock`

    def __init__(
        self, detail: str, *, errors: Mapping[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = dict(errors or {})
        self.extra = extra

    def __init_subclass__(cls) -> None:
        cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        _known[cls.code] = cls


def problem_of(code: str) -> type[Problem]:
    """The kind of problem that bears the code."""
    return _known[code]


class Malformed(Problem):
    """The request cannot be read, or names a field that does not exist."""

    status = 400
    title = "The request cannot be read"


class NotFound(Problem):
    """A record that was named does not exist."""

    status = 404
    title = "Not found"

    @classmethod
    def of(cls, kind: str, ids: Iterable[int], *, field: str | None = None) -> "NotFound":
        """Names every id that is missing, and the field of the body that named it."""
        missing = sorted(set(ids))
        detail = f"There is no {kind} with id {', '.join(map(str, missing))}."
        return cls(detail, errors={field: detail} if field else None, missing=missing)


class RequestTimedOut(Problem):
    """The client fell silent before its request was complete."""

    status = 408
    title = "The request took too long to arrive"


class MethodNotAllowed(Problem):
    """The path is known, but not with this method; the header `Allow` names those it knows."""

    status = 405
    title = "Method not allowed"


class Conflict(Problem):
    """The request is sound, but the records as they stand forbid it."""

    status = 409
    title = "Conflict"


class Duplicate(Conflict):
    """Another record has the same key."""

    title = "Already exists"

    @classmethod
    def of(cls, kind: str, field: str) -> "Duplicate":
        """Names the field whose value another record bears."""
        return cls(f"Another {kind} has this {field}.", errors={field: "is already taken"})


class InUse(Conflict):
    """Other records refer to the one to be deleted."""

    title = "In use"


class InsufficientStock(Conflict):
    """There is less stock than was asked for; `shortages` names every product."""

    title = "Insufficient stock"

    @classmethod
    def of(cls, shortages: list[dict[str, int]]) -> "InsufficientStock":
        """`shortages`: {product_id, requested, available} of every product that runs short."""
        told = ", ".join(
            f"product {short['product_id']} ({short['requested']} requested,"
            f" {short['available']} available)"
            for short in shortages
        )
        return cls(f"There is not enough stock of {told}.", shortages=shortages)


class ProductNotActive(Conflict):
    """The product is blocked or discontinued, so it is not sold."""

    title = "Product not active"

    @classmethod
    def of(cls, product_ids: Iterable[int]) -> "ProductNotActive":
        """Names every product that is not sold."""
        ids = sorted(set(product_ids))
        told = ", ".join(map(str, ids))
        return cls(f"Only active products are sold; not active: {told}.", product_ids=ids)


class StaleVersion(Conflict):
    """The body bears the version of a record that was edited since; `current` is the record."""

    title = "Edited meanwhile"

    @classmethod
    def of(cls, sent: int, current: Mapping[str, Any]) -> "StaleVersion":
        """`sent` is the version in the body, `current` the record as it is now."""
        told = f"is {sent}; the record is at version {current['version']} now"
        detail = "The record was edited since it was read; nothing was changed."
        return cls(detail, errors={"version": told}, current=current)


class PreconditionFailed(Problem):
    """The record is not as `If-Match` or `If-None-Match` demands; `current` is the record."""

    status = 412
    title = "Edited meanwhile"

    @classmethod
    def of(cls, current: Mapping[str, Any]) -> "PreconditionFailed":
        """`current` is the record as it is now."""
        told = f"does not name version {current['version']}, at which the record is now"
        detail = "The record was edited since it was read; nothing was changed."
        return cls(detail, errors={"If-Match": told}, current=current)

    @classmethod
    def of_unwanted(cls, current: Mapping[str, Any]) -> "PreconditionFailed":
        """`current` is the record, which by `If-None-Match` should not be there as it is."""
        told = f"names version {current['version']}, at which the record is now, or any"
        detail = "The record is there; nothing was changed."
        return cls(detail, errors={"If-None-Match": told}, current=current)


class ContentTooLarge(Problem):
    """The body is larger than a service reads."""

    status = 413
    title = "The body is too large"


class UriTooLong(Problem):
    """The path and the query are longer than an app reads."""

    status = 414
    title = "The address is too long"


class UnsupportedMediaType(Problem):
    """The body is not JSON, or does not say that it is."""

    status = 415
    title = "The body is not JSON"


class Invalid(Problem):
    """The content of the request breaks a rule; `errors` says of each field which."""

    status = 422
    title = "Invalid request"

    def __init__(self, errors: Mapping[str, str]) -> None:
        told = "; ".join(f"{field} {text}" for field, text in errors.items())
        super().__init__(f"{told}.", errors=errors)


class IdempotencyKeyReused(Problem):
    """The key came before with another request at this path; its answer is kept."""

    status = 422
    title = "The key belongs to another request"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key came with another request before; nothing was changed.",
            errors={"Idempotency-Key": "was sent with another body, query or precondition"},
        )


class HeaderFieldsTooLarge(Problem):
    """The header fields are larger than an app reads."""

    status = 431
    title = "The header is too large"


class InternalError(Problem):
    """Something failed that nobody foresaw; the log tells it, the answer does not."""


class Unavailable(Problem):
    """The service is there but cannot answer now; the same request may succeed later."""

    status = 503
    title = "Not available now"


class UpstreamFailed(Problem):
    """A service behind the gateway could not be reached, or gave no sound answer."""

    status = 502
    title = "A service behind the gateway failed"


class UpstreamTimedOut(UpstreamFailed):
    """A service behind the gateway took too long."""

    status = 504
    title = "A service behind the gateway took too long"
