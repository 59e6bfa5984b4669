"""The scripts that compare answers with what the examples tell."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeAlias

from journey import NATIVE, Step
from naming import Names, as_script

Json: TypeAlias = dict[str, Any]
_ANSWERS = Path(__file__).with_name("answers.js")
_DEPRECATED = [
    'pm.test("It tells that there is a newer API", () => {',
    '    pm.expect(pm.response.headers.get("Deprecation")).to.match(/^@\\d+$/);',
    '    pm.expect(pm.response.headers.get("Link")).to.include(\'rel="deprecation"\');',
    "});",
]


def of_all() -> Json:
    """What holds for every answer, and the words in which the others are said."""
    return _script(_ANSWERS.read_text("utf-8").splitlines())


def of_a_border() -> Json:
    """What holds for every answer of an API of old."""
    return _script(_DEPRECATED)


def of_step(step: Step, names: Names) -> Json:
    """What holds for this one."""
    told = step.example
    headers = ", ".join(f"{_quoted(name)}: {_quoted(text)}" for name, text in headers_of(step))
    lines = [
        "const answer = daybook(pm);",
        f"answer.is({told['status']}, {{ {headers} }});",
    ]
    if told.get("stops_unless_empty"):
        lines.append('pm.test("This shop is empty", answer.stopsUnlessEmpty);')
    if "text" in told:
        text = _quoted(told["text"])
        lines.append(f'pm.test("The file is as told", () => answer.sameText({text}));')
    if "answer" in told:
        lines += _comparison(step, names)
    return _script(lines)


def headers_of(step: Step) -> list[tuple[str, str]]:
    """The headers that are told of its answer."""
    problem = step.operation.prefix == NATIVE and step.example["status"] >= HTTPStatus.BAD_REQUEST
    media = "application/problem+json" if problem else "application/json"
    return list({"Content-Type": media, **step.example.get("headers", {})}.items())


def _comparison(step: Step, names: Names) -> list[str]:
    operation, told = step.operation, step.example
    answer, learned = names.answered(operation.slug, told["answer"], operation.answers)
    script = as_script(answer)
    first, *more = script.splitlines()
    made = operation.prefix == NATIVE and told["status"] == HTTPStatus.CREATED
    lines = [
        "const found = pm.response.json();",
        *(["const { id } = answer;"] if "id(" in script else []),
        *(f"answer.learns({_quoted(name)}, {path});" for name, path in learned.items()),
        f"answer.same(found, {first}",
        *more,
    ]
    lines[-1] += ");"
    if made:
        lines.append("answer.leadsTo(found.id);")
    body = [f"    {line}" for line in lines]
    return ['pm.test("The answer is the one of the example", () => {', *body, "});"]


def _script(lines: list[str]) -> Json:
    return {"listen": "test", "script": {"type": "text/javascript", "exec": lines}}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
