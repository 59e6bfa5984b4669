"""What wraps every request: its id, and an answer when nobody foresaw a failure."""

import logging
import re
from asyncio import CancelledError
from collections.abc import Sequence
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.errors import Malformed, Unavailable
from common.web import problems

ID_HEADER = "X-Request-ID"
RETRY_AFTER = "5"  # seconds
_PORT = re.compile(r":\d+$")
_SOUND_ID = re.compile(r"[\x21-\x7e]{1,128}")
_log = logging.getLogger("daybook")


class RequestMiddleware:
    """Takes `X-Request-ID` from the caller or makes one, and sends it back.

    A failure that nobody foresaw is logged under it, and answered by a problem; once the
    answer has begun, the connection is aborted instead, so that no cut body looks whole.
    A request that is cut off because the server stops is told so.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        request_id = given if _SOUND_ID.fullmatch(given) else uuid4().hex
        scope["request_id"] = request_id
        begun = False

        async def send_with_id(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message)[ID_HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except CancelledError:  # the server stops, and this request had its time
            if begun:
                raise
            stopping = problems.render(Request(scope), Unavailable("The shop is stopping."))
            stopping.headers["Retry-After"] = RETRY_AFTER
            await stopping(scope, receive, send_with_id)
        except Exception:
            path = scope["path"]
            _log.exception("%s %s failed, request %s", scope["method"], path, request_id)
            if begun:
                raise
            await problems.unexpected(Request(scope))(scope, receive, send_with_id)


class HostMiddleware:
    """Answers under trusted names only: no foreign page reaches a shop by a name of its own.

    Starlette's has no problem to tell, and takes the address `[::1]` apart at its colons.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._trusted = frozenset(name.casefold() for name in trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self._is_trusted(Headers(scope=scope)):
            told = Malformed(
                "The shop does not answer under this host name; DAYBOOK_TRUSTED_HOSTS lists"
                " those under which it does.",
                errors={"Host": "is not one of the shop's names"},
            )
            await problems.render(Request(scope), told)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_trusted(self, headers: Headers) -> bool:
        name = _PORT.sub("", headers.get("host", "")).casefold()
        return "*" in self._trusted or name in self._trusted
