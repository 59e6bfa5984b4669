"""Which headers go on to the service, and which come back."""

import re
from collections.abc import Iterable
from ipaddress import ip_address

from fastapi import Request

from common.errors import Malformed
from common.web.requests import ID_HEADER

Pairs = list[tuple[bytes, bytes]]

# RFC 9110, section 7.6.1: of this connection, not of the message; so is Proxy-*
_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# `Host` names the gateway; `Forwarded` tells it. `Expect` is answered here, when the body is
# read. `Origin` is judged here: a service that saw it would set the same headers once more.
_NOT_SENT_ON = frozenset({b"host", b"expect", b"origin", b"forwarded", b"via", b"x-real-ip"})
# The gateway or its server sets them, and they are to be there once.
_NOT_SENT_BACK = frozenset({b"date", b"server", ID_HEADER.lower().encode()})
IPV6 = 6
_WITHOUT_BODY = frozenset({204, 304})
_VARIES = (b"vary", b"origin")
_REFERENCES = frozenset({b"location", b"content-location"})
_WORD = r"[!#$%&'*+\-.^_`|~\w]+"
_PAIR = rf'{_WORD}=(?:{_WORD}|"(?:[^"\\]|\\.)*")'
_FORWARDED = re.compile(rf"{_PAIR}(?:\s*[;,]\s*{_PAIR})*", re.ASCII)


def to_service(request: Request) -> Pairs:
    """The headers with which the service is asked; raises Malformed for what is no text."""
    given = request.headers.raw
    dropped = _HOP_BY_HOP | _NOT_SENT_ON | _named_by_connection(given)
    if "transfer-encoding" in request.headers:
        # RFC 9112, section 6.3: it overrides the length, which tells of another body
        dropped |= {b"content-length"}
    kept = [
        (name, value)
        for name, value in given
        # X-Forwarded-* of a trusted proxy was read by our server into what `Forwarded` tells;
        # of anybody else it is a lie that the server of a service would believe
        if name not in dropped and not name.startswith((b"proxy-", b"x-forwarded-"))
    ]
    own = {
        ID_HEADER: request.scope["request_id"],
        "Forwarded": _forwarded(request),
        "Via": ", ".join([*request.headers.getlist("via"), "1.1 daybook"]),
    }
    pairs = [
        *((name, value) for name, value in kept if name != ID_HEADER.lower().encode()),
        *((name.encode(), value.encode("latin-1")) for name, value in own.items()),
    ]
    _require_text(pairs)
    return pairs


def to_client(status: int, given: Pairs, origin: str) -> Pairs:
    """The headers of the answer. A `Location` at the service's own `origin` becomes a path."""
    lowered = [(name.lower(), value) for name, value in given]
    dropped = _HOP_BY_HOP | _NOT_SENT_BACK | _named_by_connection(lowered)
    if status in _WITHOUT_BODY:
        dropped |= {b"content-length"}
    kept = [
        (name, value)
        for name, value in lowered
        # who may read the answer elsewhere is said once, by the gateway; so is that it varies
        if name not in dropped
        and not name.startswith((b"proxy-", b"access-control-"))
        and (name, value.lower()) != _VARIES
    ]
    return [
        (name, _as_path(value, origin.encode()) if name in _REFERENCES else value)
        for name, value in kept
    ]


def _as_path(reference: bytes, origin: bytes) -> bytes:
    rest = reference.removeprefix(origin)
    return rest if rest.startswith(b"/") else reference


def _named_by_connection(pairs: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    return {
        word.strip().lower()
        for name, value in pairs
        if name == b"connection"
        for word in value.split(b",")
    }


def _forwarded(request: Request) -> str:
    """RFC 7239: the elements of the proxies before us, and ours as the last.

    The last one is sure; those before are what a client or a proxy of the shop's said. Where
    they break the grammar they are dropped, for an open quote would swallow ours.
    """
    before = ", ".join(request.headers.getlist("forwarded"))
    node = _node(request.client.host if request.client else "")
    host = request.headers.get("host", "").replace("\\", "\\\\").replace('"', '\\"')
    ours = f'for={node};host="{host}";proto={request.url.scheme}'
    return f"{before}, {ours}" if _FORWARDED.fullmatch(before) else ours


def _node(client: str) -> str:
    """A trusted proxy may have told the client, in whatever words somebody told it."""
    try:
        address = ip_address(client)
    except ValueError:
        return "unknown"
    return f'"[{address}]"' if address.version == IPV6 else str(address)


def _require_text(pairs: Pairs) -> None:
    for name, value in pairs:
        try:
            value.decode()
        except UnicodeDecodeError:
            told = {name.decode(): "must be sound UTF-8"}
            raise Malformed("A header is no sound text.", errors=told) from None
