"""Bodies of requests: JSON that means one thing, or a problem that says what is wrong.

The framework by itself takes the last of two members of one name, fails on NaN, and reads a
body of any size for as long as its sender likes.
"""

import asyncio
import json
from collections import Counter
from email.message import Message
from typing import Any

import orjson
from fastapi import Request
from starlette.requests import ClientDisconnect

from common.errors import ContentTooLarge, Malformed, RequestTimedOut, UnsupportedMediaType
from common.settings import Settings

MAX_DEPTH = 32  # the deepest body, an order with its lines, has three levels
# Objects, lists and plain values in all. The greatest body, an order of 2,000 lines that is sent
# back as it was answered, has 20,000; to look at a million would keep everybody waiting.
MAX_VALUES = 50_000


class JsonRequest(Request):
    """A request whose body, once `read`, is the JSON that FastAPI asks for."""

    document: Any = None  # the JSON, once read

    async def read(self, settings: Settings) -> None:
        """Take the body in and parse it. A request without one is read as such."""
        try:
            async with asyncio.timeout(settings.body_timeout):
                raw = await self._within(settings.max_body_bytes)
        except TimeoutError:
            raise RequestTimedOut(
                f"The body was not there within {settings.body_timeout:g} seconds."
            ) from None
        except ClientDisconnect:  # nobody reads the answer
            raise Malformed("The body broke off.") from None
        self._body = raw
        if raw:
            self._refuse_other_media()
            self._json = self.document = parse(raw)

    async def _within(self, limit: int) -> bytes:
        told = self.headers.get("content-length", "")
        if told.isdecimal() and int(told) > limit:
            raise _too_large(limit)
        raw = bytearray()
        async for chunk in self.stream():
            raw += chunk
            if len(raw) > limit:
                raise _too_large(limit)
        return bytes(raw)

    def _refuse_other_media(self) -> None:
        """Without a type, too: a foreign page may send such a body and never be asked."""
        media = Message()
        media["content-type"] = self.headers.get("content-type", "")
        charset = str(media.get_param("charset", "utf-8")).lower()
        kind, _, name = media.get_content_type().partition("/")
        if kind != "application" or not (name == "json" or name.endswith("+json")):
            raise UnsupportedMediaType(
                "A body is JSON and says so by Content-Type: application/json.",
                errors={"Content-Type": "must be application/json"},
            )
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(
                "JSON is written in UTF-8.", errors={"Content-Type": "must be in UTF-8"}
            )
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType(
                "Bodies are read as they are, not compressed.",
                errors={"Content-Encoding": "must be absent"},
            )


def parse(raw: bytes) -> Any:
    """The JSON of a body; Malformed says what is wrong and where.

    Twice over: orjson refuses what is not JSON (NaN, numbers beyond all bounds, unsound
    Unicode) but takes the last of two members of one name; Python's sees them, and keeps the
    digits of whole numbers. An order of 2,000 lines takes 2 ms.
    """
    try:
        _refuse_excess(orjson.loads(raw))
    except orjson.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise _not_json(f"The body is not sound JSON: {wrong.msg} ({where}).") from None
    return json.loads(raw, object_pairs_hook=_object)


def _refuse_excess(document: Any) -> None:
    level: list[Any] = [[document]]
    values = 0
    for _ in range(MAX_DEPTH + 1):
        values += sum(map(len, level))
        if values > MAX_VALUES:
            raise _not_json(f"The body holds more than {MAX_VALUES} values.", "holds too much")
        inner = [node.values() if isinstance(node, dict) else node for node in level]
        level = [node for nodes in inner for node in nodes if isinstance(node, dict | list)]
        if not level:
            return
    raise _not_json(f"The body is nested deeper than {MAX_DEPTH} levels.", "is nested too deeply")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = {name: "stands twice" for name, count in counts.items() if count > 1}
        raise Malformed("A member stands twice in one object of the body.", errors=twice)
    return members


def _not_json(detail: str, text: str = "is not sound JSON") -> Malformed:
    return Malformed(detail, errors={"body": text})


def _too_large(limit: int) -> ContentTooLarge:
    detail = f"The body is larger than {limit} bytes."
    return ContentTooLarge(detail, errors={"body": f"must have at most {limit} bytes"})
