"""The shell of every app: errors, request ids, cross-origin calls, offline docs, health."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

from fastapi import APIRouter, FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from pydantic import TypeAdapter

from common.errors import Invalid
from common.settings import Settings
from common.web import problems
from common.web.problems import ProblemOut
from common.web.requests import ID_HEADER, HostMiddleware, RequestMiddleware

VERSION = "0.1.0"
EXPOSED = ["Content-Range", "X-Total-Count", "Link", "Location", "X-As-Of", ID_HEADER]
EXPOSED += ["Content-Disposition"]

Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[Mapping[str, Any]]]
Ready: TypeAlias = Callable[[Request], Awaitable[dict[str, str]]]
States: TypeAlias = AsyncIterator[Mapping[str, Any]]


def create_app(
    title: str, *routers: APIRouter, lifespan: Lifespan, ready: Ready, settings: Settings
) -> FastAPI:
    """An app of Daybook. `ready` tells what it depends on, or raises the problem it has."""
    app = FastAPIOffline(
        title=f"Daybook: {title}",
        version=VERSION,
        lifespan=lifespan,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    problems.install(app)
    for router in routers:
        app.include_router(router)
    app.state.routes = [route for router in routers for route in router.routes]
    app.add_api_route("/healthz", _alive, include_in_schema=False)
    app.add_api_route("/readyz", ready, include_in_schema=False)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign] # FastAPI's own way
    app.add_middleware(HostMiddleware, trusted=settings.trusted_hosts)
    app.add_middleware(RequestMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=settings.cors_origin_regex,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
    )
    return app


async def _alive() -> dict[str, str]:
    return {"status": "alive"}


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The document, with the problem schema that `responses` refers to in it."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemOut"] = TypeAdapter(ProblemOut).json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        _tell_problems(document)
        app.openapi_schema = document
    return app.openapi_schema


def _tell_problems(document: dict[str, Any]) -> None:
    """FastAPI documents 422 by its own shape; every answer of ours is a problem."""
    told = problems.responses(Invalid)[422]
    for path in document.get("paths", {}).values():
        for operation in path.values():
            if "422" in operation["responses"]:
                operation["responses"]["422"] = told
