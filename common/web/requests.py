"""What wraps the routes: an answer when nobody foresaw a failure, and trusted names only."""

import logging
import re
from asyncio import CancelledError
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.errors import Malformed, Unavailable
from common.web import problems

ID_HEADER = "X-Request-ID"
RETRY_AFTER = "5"  # seconds
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_METHODS = _WRITING | {"GET", "HEAD", "OPTIONS"}
# Who runs containers asks whether they are well by an address of its own choice.
_ASKED_BY_ADDRESS = frozenset({"/healthz", "/readyz"})
_PORT = re.compile(r":\d+$")
_log = logging.getLogger("daybook")


class RequestMiddleware:
    """Answers when nothing else does.

    A failure that nobody foresaw is logged, and answered by a problem; once the answer
    has begun, the connection is aborted instead, so that no cut body looks whole.
    A request that is cut off because the server stops is told so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            await send(message)  # what the server does not take has not begun
            begun = True

        try:
            await self._app(scope, receive, watched)
        except CancelledError:  # the server stops, and this request had its time
            if begun:
                raise
            await _stopping(Request(scope))(scope, receive, watched)
        except Exception:
            _log.exception("request failed", extra=method_and_route(scope))
            if begun:
                raise
            await problems.unexpected(Request(scope))(scope, receive, watched)


def _stopping(request: Request) -> Response:
    """A thread that writes may end its work all the same, so only readers are told to come back."""
    if request.method in _WRITING:
        told = "The shop is stopping. Whether this was done is not known; read before repeating it."
        return problems.render(request, Unavailable(told))
    answer = problems.render(request, Unavailable("The shop is stopping."))
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


class HostMiddleware:
    """Answers under trusted names only: no foreign page reaches a shop by a name of its own.

    Starlette's has no problem to tell, and takes the address `[::1]` apart at its colons.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._trusted = frozenset(name.casefold() for name in trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self._is_trusted(scope):
            told = Malformed(
                "The shop does not answer under this host name; DAYBOOK_TRUSTED_HOSTS lists"
                " those under which it does.",
                errors={"Host": "is not one of the shop's names"},
            )
            await problems.render(Request(scope), told)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_trusted(self, scope: Scope) -> bool:
        name = _PORT.sub("", Headers(scope=scope).get("host", "")).casefold()
        return bool({"*", name} & self._trusted) or scope["path"] in _ASKED_BY_ADDRESS


def method_and_route(scope: Scope) -> dict[str, Any]:
    """What logs and metrics tell of a request: no word in it is its sender's.

    `route` is as the app spells it, `/products/{product_id}`; None for paths it does not know.
    """
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    route = scope.get("route")
    told = getattr(route, "path_format", None)
    # an app that is mounted in another one spells its routes without the prefix
    prefix = "" if told is None or isinstance(route, Mount) else scope.get("root_path", "")
    return {"method": method, "route": told and prefix + told}
