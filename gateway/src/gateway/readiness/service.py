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
    services = await reachable(request)
    missing = [name for name, is_there in services.items() if not is_there]
    if missing:
        detail = f"{' and '.join(missing)} cannot be reached."
        raise Unavailable(detail, services=missing)
    return {"status": "ready"} | dict.fromkeys(services, "reachable")


async def reachable(request: Request) -> dict[str, bool]:
    """Of each service, by its full name, whether it is alive now."""
    upstreams: Upstreams = request.state.upstreams
    services = upstreams.on_behalf_of(request).all()
    alive = await together(*map(_is_alive, services))
    return {service.name: answered for service, answered in zip(services, alive, strict=True)}


async def _is_alive(service: Upstream) -> bool:
    try:
        await service.get("/healthz", _ALIVE, patience=PATIENCE)
    except (UpstreamFailed, Relayed):
        return False
    return True
