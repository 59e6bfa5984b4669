"""Writes that are sent again where the service died under them: those that carry a key.

A service does what came under one `Idempotency-Key` once, however often it comes; so a shopkeeper
need not notice that a service is started anew. Anything else it might do twice.
"""

from collections.abc import AsyncIterator

import aiohttp
import stamina
from fastapi import Request

from gateway.upstream import cause_of

KEY = "idempotency-key"
# How often a write is sent at the most, and the seconds waited in between, which double: in all
# six or seven, and a service that was killed is back after three.
ATTEMPTS, _FIRST_WAIT, _LONGEST_WAIT, _JITTER = 10, 0.1, 1.0, 0.1
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def may_be_repeated(request: Request) -> bool:
    """Whether the service does the request once, even if it comes twice."""
    return request.method in _WRITES and KEY in request.headers


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
