"""The requests of the docs get the answers that stand there."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
DAYBOOK = Path(sys.executable).parent / "daybook"
APPS = {"8000": "products", "8001": "sales", "8002": "customers", "8050": "gateway"}
EXAMPLE = re.compile(r"```http\n(\w+) :(\d+)(\S+)\n(.*?)\n?\n(\d{3})\n(.*?)\n```", re.DOTALL)


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
    assert len(examples) == 12
    for method, port, path, body, status, answer in examples:
        content = {"json": json.loads(body)} if body else {}
        response = http.request(method, f"{shop[APPS[port]]}{path}", **content)
        told = json.loads(answer)
        assert (response.status_code, masked(told, response.json())) == (int(status), told)


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
