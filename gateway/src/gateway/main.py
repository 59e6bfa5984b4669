"""The app of the gateway."""

from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import Route

from common.settings import Settings, get_settings
from common.web.app import States
from common.web.app import create_app as app_with
from common.web.problems import MEDIA_TYPE
from gateway.checks.router import router as checks
from gateway.customer_orders.router import router as customer_orders
from gateway.documentation.service import composed
from gateway.home.router import router as home
from gateway.proxy.routes import passed_through
from gateway.readiness.service import ready
from gateway.upstream import Relayed, connect


def create_app(
    settings: Settings | None = None, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """The app, in front of the services that the settings name, or of a `transport`'s."""
    chosen = settings or get_settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> States:
        async with connect(chosen, transport, app.state.telemetry) as upstreams:
            yield {"upstreams": upstreams}

    routers = (home, customer_orders, checks)
    app = app_with(
        "gateway",
        *routers,
        lifespan=lifespan,
        ready=ready,
        settings=chosen,
        service="gateway",
    )
    app.add_exception_handler(Relayed, _relay)
    # before FastAPI's own, which tells the gateway's part alone
    app.router.routes.insert(0, Route("/openapi.json", composed(app)))
    app.router.routes.extend(passed_through(chosen, app.state.telemetry.metrics))
    return app


async def _relay(request: Request, refused: Exception) -> JSONResponse:
    """A service's own words about the request, under the path and the id that its sender knows."""
    assert isinstance(refused, Relayed)
    own = {"instance": request.url.path, "request_id": request.scope.get("request_id", "")}
    return JSONResponse({**refused.body, **own}, refused.status, media_type=MEDIA_TYPE)
