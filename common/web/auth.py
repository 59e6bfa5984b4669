"""Who calls, and what they may do. Until rights exist, everybody may do everything."""

from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request


@dataclass(frozen=True)
class Caller:
    """Who sent the request."""

    name: str


ANONYMOUS = Caller("anonymous")


class Requires:
    """The dependency that admits callers with the right `scope:verb` to a route."""

    def __init__(self, right: str) -> None:
        self.right = right

    async def __call__(self, request: Request) -> Caller:
        """The caller, who is admitted."""
        request.state.caller = ANONYMOUS
        return ANONYMOUS


def requires(right: str) -> Any:
    """For `dependencies=` of a router or a route: callers need `right`, as `orders:write`."""
    return Depends(Requires(right))
