"""What is told of every request: one line of the log, one count, and its id in all that it does."""

import logging
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from secrets import token_hex
from time import perf_counter
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from common.telemetry import Telemetry
from common.web.auth import ANONYMOUS
from common.web.requests import ID_HEADER, method_and_route

# nginx's name for it; nobody reads the answer, but logs and metrics do.
CLIENT_LEFT = 499
# Machines ask these every few seconds. Nobody asks what they asked.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_ID = ID_HEADER.lower().encode()
_SOUND_ID = re.compile(r"[\x21-\x7e]{1,128}")
_log = logging.getLogger("daybook.access")


@dataclass(slots=True)
class _Course:
    """How far a request has come."""

    status: int = 500
    complete: bool = False
    left: bool = False

    @property
    def ended(self) -> tuple[int, str]:
        """The status as it is told, and what was wrong beyond it."""
        if self.left:
            return CLIENT_LEFT, ""
        return self.status, "" if self.complete else "aborted"


class AccessMiddleware:
    """Takes `X-Request-ID` from the caller or makes one, and sends it back.

    Each line that is logged meanwhile bears it. At the end the request is counted, and logged
    without a word that its sender chose: its route is told, and not its path.
    """

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._service = telemetry.service
        self._metrics = telemetry.metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(ID_HEADER, "")
        request_id = given if _SOUND_ID.fullmatch(given) else token_hex(16)
        scope["request_id"] = request_id
        course = _Course()

        async def heard() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect" and not course.complete:
                course.left = True
            return message

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                course.status = message["status"]
                message["headers"] = [*message.get("headers", ()), (_ID, request_id.encode())]
            await send(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                course.complete = True

        began = perf_counter()
        self._metrics.active += 1
        bound = bind_contextvars(service=self._service, request_id=request_id)
        try:
            await self._app(scope, heard, told)
        finally:
            self._metrics.active -= 1
            self._tell(scope, course, perf_counter() - began)
            reset_contextvars(**bound)

    def _tell(self, scope: Scope, course: _Course, seconds: float) -> None:
        if scope["path"] in PROBES:
            return
        status, failure = course.ended
        method, route = (asked := method_and_route(scope)).values()
        self._metrics.duration.labels(method, route or "", status, failure).observe(seconds)
        line = {
            "caller": _caller(scope.get("state", {})),
            **asked,
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
        }
        _log.info("request", extra=line | {"error": failure} if failure else line)


def _caller(state: MutableMapping[str, Any]) -> str:
    return str(state.get("caller", ANONYMOUS).name)
