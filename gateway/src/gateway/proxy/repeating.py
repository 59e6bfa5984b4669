"""Writes that are sent again where the service died under them: those that carry a key.

A service does what came under one `Idempotency-Key` once, however often it comes; so a shopkeeper
need not notice that a service is started anew. Anything else it might do twice.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import stamina
from fastapi import Request

from gateway.proxy.headers import to_service
from gateway.upstream import cause_of

KEY = b"idempotency-key"
# How often a write is sent at the most, and the seconds waited in between, which double: in all
# six or seven, and a service that was killed is back after three.
ATTEMPTS, _FIRST_WAIT, _LONGEST_WAIT, _JITTER = 10, 0.1, 1.0, 0.1
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Bodies of the largest size for which there is room at a time.
_BODIES = 16


class Shelf:
    """Keeps bodies that may be sent again, up to so many bytes of all requests together."""

    def __init__(self, max_body_bytes: int) -> None:
        self._room = _BODIES * max_body_bytes

    @contextmanager
    def room(self, wanted: int | None) -> Iterator[bool]:
        """Whether there is room for so many bytes, which are given back at the end."""
        taken = wanted if wanted is not None and wanted <= self._room else None
        self._room -= taken or 0
        try:
            yield taken is not None
        finally:
            self._room += taken or 0


def may_be_repeated(request: Request) -> bool:
    """Whether the service does the request once, even if it comes twice.

    It does if it gets the key: `Connection` may name that as a header that ends here.
    """
    if request.method not in _WRITES or KEY.decode() not in request.headers:
        return False
    return any(name == KEY for name, _ in to_service(request))


def attempts(patience: float) -> AsyncIterator[stamina.Attempt]:
    """Attempts as long as the service dies; the last one begins within `patience` seconds."""
    longest = min(_LONGEST_WAIT, patience / 4)
    return aiter(
        stamina.retry_context(
            on=_died,
            attempts=ATTEMPTS,
            timeout=patience - longest,
            wait_initial=min(_FIRST_WAIT, longest),
            wait_max=longest,
            wait_jitter=_JITTER,
        )
    )


def _died(failed: Exception) -> bool:
    """Whether the service was not there, or was no longer; that it is slow is another matter."""
    cause = cause_of(failed)
    died = isinstance(cause, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError)
    return died and not isinstance(cause, TimeoutError)
