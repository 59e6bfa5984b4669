"""The requests of the docs get the answers that stand there."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.docs.examples import send_all

ROOT = Path(__file__).parents[2]
DAYBOOK = Path(sys.executable).parent / "daybook"
HEADER = re.compile(r"([A-Za-z-]+): (.+)\n")


def test_the_api_page(shop: dict[str, str], http: httpx2.Client) -> None:
    assert send_all("api.md", shop, http) == 26


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
