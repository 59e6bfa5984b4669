"""Asks every service whether it is alive."""

from typing import Any

from fastapi import Request
from pydantic import TypeAdapter

from common.errors import Unavailable, UpstreamFailed
from gateway.upstream import Relayed, Upstream, Upstreams, together

# Who asks whether we are ready waits for seconds, not for a report.
PATIENCE = 2.0
_ALIVE: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


async def ready(request: Request) -> dict[str, str]:
    """Each service by name, or Unavailable with all that are missing."""
    upstreams: Upstreams = request.state.upstreams
    services = upstreams.on_behalf_of(request).all()
    missing = [name for name in await together(*map(_missing, services)) if name]
    if missing:
        detail = f"{' and '.join(missing)} cannot be reached."
        raise Unavailable(detail, services=missing)
    return {"status": "ready"} | {service.name: "reachable" for service in services}


async def _missing(service: Upstream) -> str | None:
    try:
        await service.get("/healthz", _ALIVE, patience=PATIENCE)
    except (UpstreamFailed, Relayed):
        return service.name
    return None
