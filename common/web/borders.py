"""An API of old behind a border: an app of its own, mounted in that of its service.

People who come from another system keep their programs: paths, bodies, answers and failures
are those of its document. What they do goes through the same rules as everything else.
"""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common import errors
from common.web import documentation, problems
from common.web.app import VERSION, operation_id
from common.web.deps import tell_database_failures
from common.web.envelopes import BORDERS, deprecation
from common.web.requests import RequestMiddleware
from common.web.routes import Route

_ABOUT = "For programs of its time. New ones use the native API: see `/docs` of the gateway."
_FAILURES = (
    *(errors.Malformed, errors.NotFound, errors.RequestTimedOut, errors.Conflict),
    *(errors.ContentTooLarge, errors.UnsupportedMediaType, errors.Invalid),
    *(errors.InternalError, errors.Unavailable),
)


def add_border(service: FastAPI, prefix: str, router: APIRouter) -> None:
    """Serve the router as an app of its own under `prefix`, which is one of BORDERS."""
    border = BORDERS[prefix]
    app = FastAPIOffline(
        title=border.title,
        description=_ABOUT,
        version=VERSION,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=operation_id,
        responses=_told(border.failure),
    )
    app.router.route_class = Route
    app.include_router(router)
    app.state.settings = service.state.settings
    app.state.routes = list(router.routes)
    app.openapi = lambda: _describe(app)  # type: ignore[method-assign] # FastAPI's own way
    problems.install(app)
    tell_database_failures(app)
    app.add_middleware(RequestMiddleware)
    app.add_middleware(DeprecationMiddleware, prefix=prefix)
    service.mount(prefix, app)


class DeprecationMiddleware:
    """Tells on every answer that there is a newer API; failures tell it themselves."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._told = deprecation(prefix)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "Deprecation" not in headers:
                    for name, value in self._told.items():
                        headers.append(name, value)
            await send(message)

        await self._app(scope, receive, told)


def _told(failure: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {
        problem.status: {"model": failure, "description": problem.title} for problem in _FAILURES
    }


def _describe(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = documentation.of_routes(app)
        for route in app.state.routes:
            assert isinstance(route, APIRoute)
            package = route.endpoint.__module__.rpartition(".")[0]
            for method in (route.methods or set()) - {"HEAD"}:
                operation = document["paths"][route.path_format][method.lower()]
                documentation.tell_name_and_example(operation, route, package)
        app.openapi_schema = document
    return app.openapi_schema
