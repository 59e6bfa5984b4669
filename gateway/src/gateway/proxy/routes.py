"""The paths that are passed through."""

from typing import Any

from starlette.routing import Match, Route
from starlette.types import Scope

from common.metrics import Metrics
from common.settings import Settings
from gateway.proxy.passing import Passing
from gateway.proxy.repeating import Shelf
from gateway.services import PUBLIC


class _Prefix(Route):
    """A route that logs and metrics tell of, as they do of the framework's own."""

    def matches(self, scope: Scope) -> tuple[Match, Any]:
        match, found = super().matches(scope)
        return match, {**found, "route": self}


def passed_through(settings: Settings, metrics: Metrics) -> list[Route]:
    """Routes of every public path of every service; for all else the gateway has its own 404."""
    told = "Writes that were sent again to a service that died"
    repeated = metrics.counted("daybook_upstream_retries", told).inc
    shelf = Shelf(settings.max_body_bytes)
    return [
        _Prefix(f"/{prefix}{rest}", endpoint)
        for service, prefixes in PUBLIC.items()
        for endpoint in [Passing(service, settings, shelf, repeated)]
        for prefix in prefixes
        for rest in ("", "/{rest:path}")
    ]
