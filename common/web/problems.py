"""Every error leaves as RFC 9457 problem+json. Nothing else renders errors.

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

from common.errors import Invalid, Malformed, NotFound, Problem, code_of

METHOD_NOT_ALLOWED = 405
MEDIA_TYPE = "application/problem+json"

# Pydantic's types of error in the words of a shop manager; the others keep Pydantic's text.
_TEXTS = {
    "missing": "is required",
    "extra_forbidden": "is not known here",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large",
    "int_from_float": "must be a whole number",
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
    """For a route's `responses=`: the problems it may answer with."""
    told: dict[int, list[str]] = {}
    for problem in problems:
        told.setdefault(problem.status, []).append(problem.title)
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    return {
        status: {"description": " / ".join(titles), "content": {MEDIA_TYPE: schema}}
        for status, titles in told.items()
    }


def install(app: FastAPI) -> None:
    """Make every failure of the app a problem."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)


def unexpected(request: Request) -> JSONResponse:
    """The answer to a failure that nobody foresaw; the log has its story."""
    detail = "Something went wrong here. The log tells it under this request_id."
    return _render(request, 500, "Internal error", "internal_error", detail)


def render(request: Request, problem: Problem) -> JSONResponse:
    """A problem as the answer to `request`."""
    return _render(
        request,
        problem.status,
        problem.title,
        problem.code,
        problem.detail,
        errors=problem.errors,
        extra=problem.extra,
    )


def _render(
    request: Request,
    status: int,
    title: str,
    code: str,
    detail: str,
    *,
    errors: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "code": code,
        "message": detail,
        "request_id": request.scope.get("request_id", ""),
        "errors": dict(errors or {}),
    }
    return JSONResponse(body | dict(extra or {}), status, headers, media_type=MEDIA_TYPE)


def _problem(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, Problem)
    return render(request, exc)


def _http(request: Request, exc: Exception) -> JSONResponse:
    """What the framework itself refuses: unknown paths, wrong methods, unreadable bodies."""
    assert isinstance(exc, HTTPException)
    known = {
        400: (Malformed.title, "malformed", "The body of the request cannot be read."),
        404: (NotFound.title, "not_found", f"There is nothing at {request.url.path}."),
        METHOD_NOT_ALLOWED: (
            "Method not allowed",
            "method_not_allowed",
            f"{request.method} is not possible at {request.url.path}.",
        ),
    }
    title, code, detail = known.get(
        exc.status_code, (str(exc.detail), code_of("HttpError"), str(exc.detail))
    )
    headers = exc.headers
    if exc.status_code == METHOD_NOT_ALLOWED and (allowed := _allowed(request)):
        headers = {"Allow": allowed}
    return _render(request, exc.status_code, title, code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """Every method of the path; the framework knows only those of the first route it finds."""
    path = request.url.path
    routes = [route for route in request.app.state.routes if route.path_regex.match(path)]
    return ", ".join(sorted({method for route in routes for method in route.methods}))


def _invalid(request: Request, exc: Exception) -> JSONResponse:
    assert isinstance(exc, RequestValidationError)
    errors: dict[str, str] = {}
    for error in exc.errors():
        if error["type"] == "json_invalid":
            malformed = Malformed("The body is not sound JSON.", errors={"body": "is not JSON"})
            return render(request, malformed)
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
