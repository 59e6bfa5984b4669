"""A Postman collection (format 2.1) of a journey: requests, assertions, saved answers.

There are no random ids in it and no dates, so the same documents always give the same bytes.
"""

import json
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, TypeAlias

from asserting import headers_of, of_a_border, of_all, of_step
from journey import NATIVE, SET_UP, Folder, Step
from naming import Names
from sending import request

Json: TypeAlias = dict[str, Any]
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
BASE_URL = "http://127.0.0.1:8050"
# As RFC 9110 has it; Python says so since 3.13.
_PHRASES = {422: "Unprocessable Content"}
_ABOUT = (
    "Every path of Daybook, native and of two APIs of old, with the examples of its documentation,"
    " whose answers are compared. It wants an empty shop, and its first requests make sure of one."
    " A variable such as product_3 holds the id that this shop gave to what the examples call"
    " product 3. See docs/postman/README.md."
)


def collection(folders: Iterable[Folder]) -> Json:
    """The whole collection."""
    names, items = Names(), []
    for folder in folders:
        items.append(_folder(folder, names))
        if folder.name == SET_UP:
            names.share()
    ids = [{"key": name, "value": str(id_)} for name, id_ in names.known.items()]
    return {
        "info": {"name": "Daybook", "description": _ABOUT, "schema": SCHEMA},
        "item": items,
        "event": [of_all()],
        "variable": [{"key": "base_url", "value": BASE_URL}, *ids],
    }


def _folder(folder: Folder, names: Names) -> Json:
    of_old = folder.prefix != NATIVE
    return {
        "name": folder.name,
        "item": [_item(step, names) for step in folder.steps],
        **({"event": [of_a_border()]} if of_old else {}),
    }


def _item(step: Step, names: Names) -> Json:
    sent = request(step, names)  # before its own answer tells further ids
    return {
        "name": step.example.get("name", step.operation.told["summary"]),
        "event": [of_step(step, names)],
        "request": sent,
        "response": [_saved(step, sent, names)],
    }


def _saved(step: Step, sent: Json, names: Names) -> Json:
    """The answer as the example has it."""
    told, status = step.example, HTTPStatus(step.example["status"])
    phrase = _PHRASES.get(status, status.phrase)
    body, language = names.filled(told.get("text", "")), "text"
    if "answer" in told:
        body, language = json.dumps(told["answer"], indent=4, ensure_ascii=False), "json"
    return {
        "name": f"{status.value} {phrase}",
        "originalRequest": {name: value for name, value in sent.items() if name != "description"},
        "status": phrase,
        "code": status.value,
        "_postman_previewlanguage": language,
        "header": [{"key": name, "value": names.filled(text)} for name, text in headers_of(step)],
        "cookie": [],
        "body": body,
    }
