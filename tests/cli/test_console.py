"""`daybook console` through a pipe: every line that goes in, and the whole of what comes out."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from command_fixtures import DAYBOOK

from common.checks import check
from common.db import files
from common.web.app import VERSION

MOMENT = "2026-01-15T10:30:00Z"
Run = Callable[..., subprocess.CompletedProcess[str]]
Answer = tuple[int, str, str]


@pytest.fixture
def console(environment: dict[str, str], tmp_path: Path) -> Callable[..., Answer]:
    """Pipes lines into the console; the exit code, what it said, and what it complained of."""

    def run(*lines: str, url: str | None = None, **settings: str) -> Answer:
        command = [DAYBOOK, "console", *(() if url is None else ("--url", url))]
        done = subprocess.run(
            command,
            input="".join(f"{line}\n" for line in lines),
            env=environment | {"COLUMNS": "80"} | settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", MOMENT, done.stdout)
        return done.returncode, "\n".join(map(str.rstrip, said.split("\n"))), done.stderr

    return run


def test_each_choice_and_each_wrong_answer(
    console: Callable[..., Answer], environment: dict[str, str]
) -> None:
    """On the shop of the folder, which does not run, and was never there."""
    lines = [
        *("0", "six", "", "1", "ada", "ada @example.org", "ada@example.org", " ", "Ada Lovelace"),
        *("2", 'MacBook Pro 16"', "cheap", "-1", "2499.999", "NaN", "2499.99"),
        *("2", "[b]Cable :smile:[/b]", "0.5"),
        *("3", "0", "1", "", "pending", "", "1", "1.5", "0", "2", "x", "2", "1", ""),
        *("4", "1", "5", "never read"),
    ]
    whole = (Path(__file__).parent / "console.txt").read_text().replace("VERSION", VERSION)
    assert console(*lines) == (0, whole, "")
    with (
        files.opened(Path(environment["DAYBOOK_FOLDER"]) / "daybook.db") as database,
        database.reading() as session,
    ):
        assert check(session).failures == {}


def test_what_the_shop_says_is_told_in_its_words_and_steers_no_terminal(
    console: Callable[..., Answer],
    shop: dict[str, str],
    http: httpx2.Client,
    goods: dict[str, int],
    snapshot: Callable[[], Any],
) -> None:
    ada = {"email": "ada@example.org", "full_name": "Ada"}
    http.post(f"{shop['gateway']}/order-mgmt/users", json=ada).raise_for_status()
    sold = [{"product_id": goods["TEA"], "quantity": 2}]
    for label in ("[red]\x1b[2J\x9b\u202e\r\n:smile:", None):
        order = {"customer_id": 1, "label": label, "lines": sold}
        http.post(f"{shop['gateway']}/orders", json=order).raise_for_status()
    before = snapshot()
    lines = [
        *("1", "ada@example.org", "Eve", "3", "1", "new", str(goods["CUP"]), "2", ""),
        *("3", "9", "new", "1", "1", "", "3", "1", "new", "7", "1", "8", "1", "", "4", "9"),
        *("4", "1", "5"),
    ]
    code, said, complaints = console(*lines, url=shop["gateway"] + "/")
    assert (code, complaints) == (0, "")
    sentences = r"^(?:Order .*|[A-Z][^:]+[.])$"
    assert re.findall(sentences, said, re.MULTILINE)[1:] == [
        "Another customer has this email.",
        "There is not enough stock of product 2 (2 requested, 1 available).",
        "There is no user with id 9.",
        "There is no product with id 7, 8.",
        "There is no user with id 9.",
        rf"Order 1 of user 1, {MOMENT}: [red]\x1b[2J\x9b\u202e\r\n:smile:",
        f"Order 2 of user 1, {MOMENT}: placed",
        "User 1 has 2 orders.",
        "Goodbye.",
    ]
    assert snapshot() == before


def test_bytes_that_are_no_text_are_asked_for_again_and_the_end_leaves_nothing_half_done(
    shop: dict[str, str], environment: dict[str, str], snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    lines = b"3\n1\n\xffnew\n\x1b[A\nZo\xc3\xab\n1\n2\n1\n"
    done = subprocess.run(
        [DAYBOOK, "console", "--url", shop["gateway"]],
        input=lines,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().partition("Choice: ")[2].splitlines() == [
        "3",
        "User id: 1",
        r"Status: \udcffnew",
        "A text of 1 to 200 printable characters is expected.",
        r"Status: \x1b[A",
        "A text of 1 to 200 printable characters is expected.",
        "Status: Zoë",
        "Product id: 1",
        "Quantity: 2",
        "Product id, or an empty line: 1",
        "Quantity: ",
        "Goodbye.",
    ]
    assert snapshot() == before


def test_amounts_have_the_decimals_of_the_currency(
    console: Callable[..., Answer],
    shop: dict[str, str],
    shop_row: Callable[..., None],
) -> None:
    shop_row(currency="JPY")
    asked = ("2", "Pot", "0.5", "1500", "5")
    code, said, complaints = console(*asked, url=shop["gateway"])
    assert (code, complaints) == (0, "")
    told = re.findall(r"^(Price.*|An amount.*|   . +\w+ .*)$", said, re.MULTILINE)
    refused = "An amount without decimals is expected, such as 24999."
    assert told == [
        *("Price in JPY: 0.5", refused, "Price in JPY: 1500"),
        "   1   Pot           1,500",
    ]
