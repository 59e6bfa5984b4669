"""The examples of a page of the docs: requests and their answers, and commands."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

DOCS = Path(__file__).parents[2] / "docs"
_EXAMPLE = re.compile(r"```http\n(\w+) (\S+)\n(.*?)\n?\n(\d{3})\n(.*?)\n```", re.DOTALL)
_HEADER = re.compile(r"([A-Za-z-]+): (.+)\n")
# What is to be typed stands indented, or in a sentence as code.
_COMMAND = re.compile(
    r"^ {4}(\S.*)$|`((?:\.venv/bin/|make |\./docker-manager\.sh |docker compose )[^`]+)`",
    re.MULTILINE,
)
# Where a page has the apps: at their usual ports.
PORTS = {8000: "products", 8001: "sales", 8002: "customers", 8050: "gateway", 8021: "order_mgmt"}


@dataclass
class Message:
    """Header lines and then JSON, as a request or an answer has them."""

    headers: dict[str, str]
    body: Any

    @classmethod
    def read(cls, text: str) -> "Message":
        headers = {}
        text += "\n"
        while line := _HEADER.match(text):
            headers[line[1]] = line[2]
            text = text[line.end() :]
        return cls(headers, json.loads(text) if text.strip() else None)


def send_all(page: str, shop: Mapping[str, str], http: httpx2.Client) -> int:
    """Send every request of the page, compare the answers; how many there were."""
    examples = _EXAMPLE.findall((DOCS / page).read_text())
    for method, path, sent, status, told in examples:
        request, answer = Message.read(sent), Message.read(told)
        content = None if request.body is None else sent[sent.index("{") :]
        headers = {"Content-Type": "application/json"} if content else {}
        url = here(path if "://" in path else f"http://localhost:8050{path}", shop)
        response = http.request(method, url, content=content, headers=headers | request.headers)
        found = _masked(answer.body, response.json())
        assert (url, response.status_code, found) == (url, int(status), answer.body)
        assert {name: response.headers.get(name) for name in answer.headers} == answer.headers
    return len(examples)


def here(text: str, shop: Mapping[str, str]) -> str:
    """The text with the addresses of this shop in place of the usual ones."""
    return re.sub(
        r"http://(?:localhost|127\.0\.0\.1):(\d{4})", lambda url: shop[PORTS[int(url[1])]], text
    )


def commands(page: str) -> list[str]:
    """What a page gives to be typed, in its order."""
    return [line or code for line, code in _COMMAND.findall((DOCS / page).read_text())]


def _masked(told: Any, found: Any) -> Any:
    """What was found, with `…` where the docs say that it differs."""
    if told == "…":
        return "…"
    if isinstance(told, dict) and isinstance(found, dict):
        return {name: _masked(told.get(name), value) for name, value in found.items()}
    if isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        return [_masked(*pair) for pair in zip(told, found, strict=True)]
    return found
