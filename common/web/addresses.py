"""What stands before the body: the target of a request and its header fields."""

import re
from urllib.parse import unquote_to_bytes

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from common.errors import HeaderFieldsTooLarge, Malformed, Problem, UriTooLong
from common.web import problems

MAX_TARGET = 8000  # bytes; RFC 9110 asks for that many at least
MAX_HEADER = 32_000  # bytes of all names and values
_UNSOUND = re.compile(rb"%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]")


class AddressMiddleware:
    """Refuses targets and headers that are too long, and text that stands for no characters.

    The framework reads a wrong percent-encoding as other characters than were meant.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and (wrong := _wrong(scope)):
            await problems.render(Request(scope), wrong)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _wrong(scope: Scope) -> Problem | None:
    path, query = scope["raw_path"], scope["query_string"]
    if len(path) + len(query) + bool(query) >= MAX_TARGET:
        return UriTooLong(f"Path and query have {MAX_TARGET} bytes or more.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADER:
        return HeaderFieldsTooLarge(f"The header has more than {MAX_HEADER} bytes.")
    for place, text in (("path", path), ("query", query)):
        if not _is_sound(text):
            told = "is not sound percent-encoding of UTF-8"
            return Malformed(f"The {place} {told}.", errors={place: told})
    return None


def _is_sound(text: bytes) -> bool:
    if _UNSOUND.search(text):
        return False
    try:
        return "\x00" not in unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return False
