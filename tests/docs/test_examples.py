"""The requests of the docs get the answers that stand there."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
DAYBOOK = Path(sys.executable).parent / "daybook"
EXAMPLE = re.compile(r"```http\n(\w+) (\S+)\n(.*?)\n?\n(\d{3})\n(.*?)\n```", re.DOTALL)
HEADER = re.compile(r"([A-Za-z-]+): (.+)\n")


@dataclass
class Message:
    """Header lines and then JSON, as a request or an answer has them."""

    headers: dict[str, str]
    body: Any

    @classmethod
    def read(cls, text: str) -> "Message":
        headers = {}
        text += "\n"
        while line := HEADER.match(text):
            headers[line[1]] = line[2]
            text = text[line.end() :]
        return cls(headers, json.loads(text) if text.strip() else None)


def masked(told: Any, found: Any) -> Any:
    """What was found, with `…` where the docs say that it differs."""
    if told == "…":
        return "…"
    if isinstance(told, dict) and isinstance(found, dict):
        return {name: masked(told.get(name), value) for name, value in found.items()}
    if isinstance(told, list) and isinstance(found, list) and len(told) == len(found):
        return [masked(*pair) for pair in zip(told, found, strict=True)]
    return found


def test_the_api_page(shop: dict[str, str], http: httpx2.Client) -> None:
    examples = EXAMPLE.findall((ROOT / "docs" / "api.md").read_text())
    assert len(examples) == 19
    for method, path, sent, status, told in examples:
        request, answer = Message.read(sent), Message.read(told)
        content = None if request.body is None else sent[sent.index("{") :]
        headers = {"Content-Type": "application/json"} if content else {}
        response = http.request(
            method, f"{shop['gateway']}{path}", content=content, headers=headers | request.headers
        )
        assert (response.status_code, masked(answer.body, response.json())) == (
            int(status),
            answer.body,
        )
        assert {name: response.headers.get(name) for name in answer.headers} == answer.headers


def test_the_first_request_of_the_readme(
    started: Callable[..., Any], environment: dict[str, str], http: httpx2.Client
) -> None:
    page = (ROOT / "README.md").read_text()
    with started() as shop:
        subprocess.run([DAYBOOK, "demo"], env=environment, check=True, capture_output=True)
        (path,) = re.findall(r"curl 'http://127\.0\.0\.1:8050(\S+)'", page)
        rows = http.get(f"{shop.addresses['gateway']}{path}").json()
    (told,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(told)[0] == rows[0]
