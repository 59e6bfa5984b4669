"""Every error leaves as RFC 9457 problem+json. Nothing else renders errors.

At the borders of the APIs of old it leaves in their own envelope instead (`envelopes`).

The body bears no input, and of an unexpected error no text. `message` repeats `detail`
for react-admin and Refine, which show it; `errors` maps fields to texts for their forms.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from common.errors import InternalError, Invalid, MethodNotAllowed, NotFound, Problem
from common.web.envelopes import border_of, deprecation, enveloped

CODES = "x-codes"  # until the document is complete, the codes of a status
MOST_ERRORS = 100  # are told of; a body may have a million members, all of them wrong
MEDIA_TYPE = "application/problem+json"

# Pydantic's types of error in the words of a shop manager; the others keep Pydantic's text.
_TEXTS = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_unicode": "must be sound Unicode text",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "too_long": "must have at most {max_length} items",
    "too_short": "must have {min_length} or more items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "enum": "must be one of {expected}",
    "literal_error": "must be one of {expected}",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "timezone_aware": "must name its offset from UTC, such as Z or +01:00",
    "datetime_parsing": "must be an RFC 3339 time",
    "datetime_from_date_parsing": "must be an RFC 3339 time",
}
# Where a value came from is told by the field's name alone, except for the body as a whole.
_PLACES = {"body", "query", "path", "header"}


class ProblemOut(BaseModel):
    """RFC 9457, section 3, and the members that our clients rely on."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    message: str
    request_id: str
    errors: dict[str, str]


def responses(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses=`: the problems it may answer with, besides those of every route."""
    told: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        told.setdefault(problem.status, {CODES: []})[CODES].append(problem.code)
    return told


def install(app: FastAPI) -> None:
    """Make every failure of the app a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def unexpected(request: Request) -> JSONResponse:
    """The answer to a failure that nobody foresaw; the log has its story."""
    detail = "Something went wrong here. The log tells it under this request_id."
    return render(request, InternalError(detail))


def render(request: Request, problem: Problem) -> JSONResponse:
    """A problem as the answer to `request`."""
    if (prefix := border_of(request.url.path)) is not None:
        told = enveloped(prefix, problem.detail)
        return JSONResponse(told, problem.status, headers=deprecation(prefix))
    body = {
        "type": f"/problems/{problem.code.replace('_', '-')}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
        "code": problem.code,
        "message": problem.detail,
        "request_id": request.scope.get("request_id", ""),
        "errors": problem.errors,
    }
    return JSONResponse(body | problem.extra, problem.status, media_type=MEDIA_TYPE)


def _problem(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, Problem)
    return render(request, exc)


def _http(request: Request, exc: Exception) -> JSONResponse:
    """What the framework itself refuses: unknown paths and wrong methods."""
    assert isinstance(exc, HTTPException)
    if exc.status_code == MethodNotAllowed.status:
        told = f"{request.method} is not possible at {request.url.path}."
        answer = render(request, MethodNotAllowed(told))
        answer.headers["Allow"] = _allowed(request, exc)
        return answer
    assert exc.status_code == NotFound.status
    return render(request, NotFound(f"There is nothing at {request.url.path}."))


def _allowed(request: Request, refused: HTTPException) -> str:
    """Every method of the path; the framework knows only those of the first route it finds."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    routes = [route for route in request.app.state.routes if route.path_regex.match(path)]
    methods = {method for route in routes for method in route.methods}
    first = (refused.headers or {}).get("Allow", "").split(", ")
    return ", ".join(sorted(methods or first))


def _invalid(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    errors: dict[str, str] = {}
    for error in exc.errors()[:MOST_ERRORS]:
        errors.setdefault(_place(error["loc"]), _text(error))
    return render(request, Invalid(errors))


def _place(loc: Sequence[int | str]) -> str:
    if loc and loc[0] == "query":
        return str(loc[1])  # of a repeated parameter, the place is no help
    parts = [str(part) for part in (loc[1:] if loc and loc[0] in _PLACES else loc)]
    return ".".join(parts) or "body"


def _text(error: Mapping[str, Any]) -> str:
    template = _TEXTS.get(error["type"])
    return template.format(**error.get("ctx", {})) if template else str(error["msg"])
