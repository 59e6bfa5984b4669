"""The OpenAPI document of an app: what its routes say, and what holds for all of them.

An operation's id is the name of its function. Its example is the one of that id in the
`examples.json` of its package: {path, query, body, status, answer}, where only the last two
must be there. Tests send every example and get its answer.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from pydantic import TypeAdapter

from common.errors import (
    Conflict,
    ContentTooLarge,
    HeaderFieldsTooLarge,
    IdempotencyKeyReused,
    InternalError,
    Invalid,
    Malformed,
    PreconditionFailed,
    Problem,
    RequestTimedOut,
    StaleVersion,
    Unavailable,
    UnsupportedMediaType,
    UriTooLong,
    problem_of,
)
from common.web import pagination
from common.web.problems import CODES, MEDIA_TYPE, ProblemOut

Json: TypeAlias = dict[str, Any]

PROBLEM = TypeAdapter(ProblemOut).json_schema()
ALWAYS = (Malformed, UriTooLong, HeaderFieldsTooLarge, InternalError, Unavailable)
OF_BODIES = (RequestTimedOut, ContentTooLarge, UnsupportedMediaType, Invalid)
OF_CHANGES = (Conflict, IdempotencyKeyReused)  # another change may come first
OF_EDITS = {
    "put": (StaleVersion, PreconditionFailed),
    "patch": (StaleVersion, PreconditionFailed),
    "delete": (PreconditionFailed,),
}
_HEADERS = {
    "Idempotency-Key": "Of one's own choice; a request that is repeated with it is done once",
    "If-Match": "The ETag of the record that was read; 412 if it was edited since",
    "If-None-Match": "The ETag of what is there already; 304 if it still holds",
}
_TAGGED = {"ETag": {"description": "The state that is told", "schema": {"type": "string"}}}


def describe(app: FastAPI) -> Json:
    """The document of the app, made once."""
    if app.openapi_schema is None:
        document = of_routes(app)
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemOut"] = PROBLEM
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        pagination.describe(document, app.state.routes)
        for route in app.state.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                for method in (route.methods or set()) - {"HEAD"}:
                    operation = document["paths"][route.path_format][method.lower()]
                    _complete(operation, route, method)
        app.openapi_schema = document
    return app.openapi_schema


def of_routes(app: FastAPI) -> Json:
    """The document that the framework makes of the app's routes, without HEAD."""
    told = [_WithoutHead(**vars(route)) for route in iter_route_contexts(app.routes)]
    return get_openapi(
        title=app.title, version=app.version, description=app.description or None, routes=told
    )


class _WithoutHead(RouteContext):
    """HEAD goes without saying; of two methods the framework makes two operations of one id."""

    @property
    def methods(self) -> set[str] | None:
        methods = super().methods
        return None if methods is None else methods - {"HEAD"}


def _complete(operation: Json, route: APIRoute, method: str) -> None:
    _tell_problems(operation, method)
    _tell_headers(operation, method.lower())
    tell_name_and_example(operation, route, route.endpoint.__module__.partition(".")[0])


def tell_name_and_example(operation: Json, route: APIRoute, package: str) -> None:
    """Give the operation a summary, and the example of `package` if there is one."""
    operation["summary"] = route.name.replace("_", " ").capitalize()
    if example := examples(package).get(route.name):
        _tell_example(operation, example)


def _tell_headers(operation: Json, method: str) -> None:
    """Those of `common.web.etags` and `common.web.idempotency`; what is streamed has no tag."""
    answers = operation["responses"]
    tagged = [each for status, each in answers.items() if status < "300" and _is_json(each)]
    named = ["Idempotency-Key", *(["If-Match"] if method in OF_EDITS else [])]
    if method == "get":
        named = ["If-None-Match"] if tagged else []
    if named:
        operation["parameters"] = [*operation.get("parameters", ()), *map(_header, named)]
    if "If-None-Match" in named:
        answers["304"] = {"description": "What is there already still holds"}
    for answer in tagged:
        answer["headers"] = {**answer.get("headers", {}), **_TAGGED}


def _is_json(answer: Json) -> bool:
    return list(answer.get("content", ())) == ["application/json"]


def _header(name: str) -> Json:
    described = {"name": name, "in": "header", "description": _HEADERS[name]}
    return described | {"schema": {"type": "string"}}


def _tell_problems(operation: Json, method: str) -> None:
    told: list[type[Problem]] = list(ALWAYS)
    if "requestBody" in operation:
        told += OF_BODIES
    if method != "GET":
        told += OF_CHANGES
        told += OF_EDITS.get(method.lower(), ())
    answers = operation["responses"]
    if "422" in answers:  # by the framework, for parameters, in a shape of its own
        told.append(Invalid)
    for answer in answers.values():
        told += map(problem_of, answer.pop(CODES, ()))
    operation["responses"] = dict(sorted({**answers, **answers_of(told)}.items()))


def answers_of(problems: Iterable[type[Problem]]) -> dict[str, Json]:
    """The responses by which an operation tells these problems, by status."""
    known = sorted(set(problems), key=_code)
    return {
        str(status): _answer(status, [each for each in known if each.status == status])
        for status in {each.status for each in known}
    }


def _code(problem: type[Problem]) -> str:
    return problem.code


def _answer(status: int, known: list[type[Problem]]) -> Json:
    codes = [problem.code for problem in known]
    narrowed = {"properties": {"status": {"const": status}, "code": {"enum": codes}}}
    schema = {"allOf": [{"$ref": "#/components/schemas/ProblemOut"}, narrowed]}
    description = " / ".join(problem.title for problem in known)
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


@cache
def examples(package: str) -> dict[str, Json]:
    """The examples of a service, by operation."""
    told: dict[str, Json] = json.loads((files(package) / "examples.json").read_text("utf-8"))
    return told


def _tell_example(operation: Json, example: Json) -> None:
    for parameter in operation.get("parameters", ()):
        values = example.get(parameter["in"], {})
        if parameter["name"] in values:
            parameter["example"] = values[parameter["name"]]
    if "body" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["body"]
    answer = operation["responses"][str(example["status"])]
    answer["content"]["application/json"]["example"] = example["answer"]
