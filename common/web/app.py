"""The shell of every app: errors, request ids, cross-origin calls, offline docs, health."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import stamina.instrumentation
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST

from common.settings import Settings
from common.telemetry import Telemetry
from common.web import problems
from common.web.access import PROBES, AccessMiddleware
from common.web.addresses import AddressMiddleware
from common.web.cross_origin import CrossOriginMiddleware
from common.web.documentation import describe
from common.web.requests import ID_HEADER, HostMiddleware, RequestMiddleware
from common.web.routes import Route

VERSION = "0.1.0"
EXPOSED = ["Content-Range", "X-Total-Count", "Link", "Location", "X-As-Of", ID_HEADER]
EXPOSED += ["Content-Disposition", "ETag", "Idempotent-Replayed"]

Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]
Ready: TypeAlias = Callable[[Request], Awaitable[dict[str, str]]]
States: TypeAlias = AsyncIterator[Mapping[str, Any]]


def create_app(
    title: str,
    *routers: APIRouter,
    lifespan: Lifespan,
    ready: Ready,
    settings: Settings,
    service: str,
) -> FastAPI:
    """An app of Daybook. `ready` tells what it depends on, or raises the problem it has.

    Logs, metrics and traces call it `service`; what it tells them is `app.state.telemetry`.
    """
    telemetry = Telemetry(service, VERSION, settings)

    @asynccontextmanager
    async def told(app: FastAPI) -> States:
        # it would log each try, with its arguments, and count in a registry that nobody reads
        stamina.instrumentation.set_on_retry_hooks([])
        async with telemetry.exporting(), lifespan(app) as state:
            yield state

    app = FastAPIOffline(
        title=f"Daybook: {title}",
        version=VERSION,
        lifespan=told,
        redoc_url=None,
        redirect_slashes=False,  # a path is spelled in one way
        generate_unique_id_function=operation_id,
        telemetry=_spans(telemetry),
    )
    app.state.telemetry = telemetry
    app.state.settings = settings
    problems.install(app)
    _serve(app, routers, ready)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign] # FastAPI's own way
    _wrap(app, settings, telemetry)
    return app


def _serve(app: FastAPI, routers: Sequence[APIRouter], ready: Ready) -> None:
    """Add the routes of the features, and those that every app has."""
    app.router.route_class = Route
    for router in routers:
        app.include_router(router)
    app.state.routes = [route for router in routers for route in router.routes]
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    app.add_api_route("/readyz", ready, include_in_schema=False)
    app.add_api_route("/metrics", _metrics, include_in_schema=False)


def _wrap(app: FastAPI, settings: Settings, telemetry: Telemetry) -> None:
    """Put the middleware around the routes; the last one added is the outermost."""
    app.add_middleware(AddressMiddleware)
    app.add_middleware(HostMiddleware, trusted=settings.trusted_hosts)
    app.add_middleware(RequestMiddleware)
    app.add_middleware(
        CrossOriginMiddleware,
        allow_origin_regex=settings.cors_origin_regex,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
    )
    app.add_middleware(AccessMiddleware, telemetry=telemetry)


async def _alive() -> dict[str, str]:
    return {"status": "alive"}


def _metrics(request: Request) -> Response:
    telemetry: Telemetry = request.app.state.telemetry
    return Response(telemetry.metrics.text(), media_type=CONTENT_TYPE_LATEST)


def _spans(telemetry: Telemetry) -> TelemetryConfig:
    """FastAPI makes the span of a request; that is all it is to tell."""
    return {
        "tracing": telemetry.tracer_provider is not None,
        "tracer_provider": telemetry.tracer_provider,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "auto_configure": False,
        "exclude": lambda scope: scope["path"] in PROBES,
    }


def operation_id(route: APIRoute) -> str:
    """The name of the endpoint's function."""
    return route.name
