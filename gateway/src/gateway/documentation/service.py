"""The document of the whole API, from the services as they are now."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from common.errors import RequestTimedOut, UpstreamFailed, UpstreamTimedOut
from common.web.documentation import PROBLEM, answers_of
from gateway.documentation.merging import merged, operations
from gateway.documentation.references import Document
from gateway.services import PUBLIC, full_name, is_public
from gateway.upstream import Relayed, Upstream, Upstreams, together

# A service that starts makes its document first, which takes a second.
PATIENCE = 10.0
FRESH_SECONDS = 10.0
_DOCUMENT: TypeAdapter[Document] = TypeAdapter(dict[str, Any])
_ABOUT = (
    "The back office of a shop: catalogue and stock, customers, orders and sales, and reports"
    " whose numbers tie out. All of it is served here, whichever service does it."
)


def composed(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of the document; `app` tells the gateway's own part."""
    made: Document = {}
    until = 0.0

    async def document(request: Request) -> Response:
        nonlocal made, until
        if time.monotonic() >= until:
            upstreams: Upstreams = request.state.upstreams
            parts = await _parts(upstreams.on_behalf_of(request))
            made = _whole(app, parts)
            # what lacks a service is made anew for everybody who asks
            until = time.monotonic() + FRESH_SECONDS if len(parts) == len(PUBLIC) else 0.0
        return JSONResponse(made)

    return document


async def _parts(upstreams: Upstreams) -> dict[str, Document]:
    """The documents of the services that answer, by service."""
    told = await together(*(_told(upstreams[name]) for name in PUBLIC))
    return {
        name: document for name, document in zip(PUBLIC, told, strict=True) if document is not None
    }


async def _told(service: Upstream) -> Document | None:
    try:
        return await service.get("/openapi.json", _DOCUMENT, patience=PATIENCE)
    except (UpstreamFailed, Relayed):
        return None


def _whole(app: FastAPI, parts: Mapping[str, Document]) -> Document:
    own = app.openapi()
    public = {name: _public(name, part) for name, part in parts.items()}
    return {
        "openapi": own["openapi"],
        "info": {**own["info"], "title": "Daybook", "description": _described(parts)},
        "servers": [{"url": "/", "description": "The gateway"}],
        "tags": [
            {"name": tag, "description": f"Served by {by}."}
            for part, by in [("", "the gateway"), *((name, full_name(name)) for name in public)]
            for tag in _tags(public[part] if part else own)
        ],
        **merged({"gateway": own, **public}),
    }


def _described(parts: Mapping[str, Document]) -> str:
    missing = [full_name(name) for name in PUBLIC if name not in parts]
    if not missing:
        return _ABOUT
    return f"{_ABOUT}\n\n**Missing now**, because it does not answer: {', '.join(missing)}."


def _public(service: str, document: Document) -> Document:
    """What the gateway passes through of it, with the problems that it may add."""
    paths = {path: item for path, item in document["paths"].items() if is_public(service, path)}
    part = _DOCUMENT.validate_python({**document, "paths": paths})
    part.setdefault("components", {}).setdefault("schemas", {})["ProblemOut"] = PROBLEM
    added = answers_of((RequestTimedOut, UpstreamFailed, UpstreamTimedOut))
    for operation in operations(part):
        operation["responses"] = dict(sorted({**added, **operation["responses"]}.items()))
    return part


def _tags(document: Document) -> list[str]:
    """In the order of their first operation."""
    return list(dict.fromkeys(tag for each in operations(document) for tag in each.get("tags", ())))
