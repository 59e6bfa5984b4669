"""`daybook console` at a terminal: what a person sees, edits, and leaves by Ctrl-C."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from command_fixtures import DAYBOOK

from common.web.app import VERSION
from tests.cli.terminals import CTRL_C, CTRL_D, LEFT, Terminal

MENU = [
    "",
    "1. Create a new user",
    "2. Create a new product",
    "3. Create a new order",
    "4. List orders for a user",
    "5. Exit",
]
ASKED = "\n".join([*MENU, "Choice:"])
Open = Callable[..., Terminal]


@pytest.fixture
def terminal(environment: dict[str, str], tmp_path: Path) -> Iterator[Open]:
    """Opens the console in a terminal."""
    with ExitStack() as stack:

        def open_(*options: str, columns: int = 80, **settings: str) -> Terminal:
            command = [DAYBOOK, "console", *options]
            made = Terminal(command, environment | settings, tmp_path, columns)
            stack.enter_context(closing(made))
            return made

        yield open_


def test_a_person_edits_a_line_and_leaves_by_ctrl_c(
    terminal: Open, shop: dict[str, str], http: httpx2.Client
) -> None:
    person = terminal("--url", shop["gateway"])
    person.wait_for(ASKED)
    person.type("6\n", until="Choose a number from 1 to 5.\nChoice:")
    person.type("1\n", until="E-mail:")
    person.type("zoe@example.rg", LEFT, LEFT, "o\n", until="Full name:")
    person.type("Zoë Ågren\n", until=ASKED)
    assert person.leave(CTRL_C) == 0
    (user,) = http.get(f"{shop['gateway']}/order-mgmt/users").json()
    assert user | {"id": 1, "email": "zoe@example.org", "full_name": "Zoë Ågren"} == user
    assert person.lines == [
        f"Daybook {VERSION}. Ctrl-C leaves at any time.",
        *MENU,
        "Choice: 6",
        "Choose a number from 1 to 5.",
        "Choice: 1",
        "E-mail: zoe@example.org",
        "Full name: Zoë Ågren",
        "User 1 was created.",
        "",
        "  Id   E-mail            Full name   Created at",
        " ─────────────────────────────────────────────────────────",
        f"   1   zoe@example.org   Zoë Ågren   {user['created_at']}",
        "",
        *MENU,
        "Choice:",
        "Goodbye.",
    ]


# How one gets to a question, and by which key one leaves it.
QUESTIONS = {
    "Full name": (["1", "ada@example.org"], CTRL_D),
    "Quantity": (["3", "1", "new", "1"], CTRL_C),
}


def test_any_question_can_be_left_and_nothing_is_half_done(
    terminal: Open, shop: dict[str, str], snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    people = {question: terminal("--url", shop["gateway"]) for question in QUESTIONS}
    for question, (answers, key) in QUESTIONS.items():
        person = people[question]
        person.wait_for(ASKED)
        person.type(*(f"{answer}\n" for answer in answers), until=f"{question}:")
        assert person.leave(key) == 0
        assert person.lines[-2:] == [f"{question}:", "Goodbye."]
    assert snapshot() == before


def test_in_a_narrow_window_nothing_is_cut_off(
    terminal: Open, shop: dict[str, str], goods: dict[str, int], http: httpx2.Client
) -> None:
    http.post(f"{shop['customers']}/customers", json={"name": "Ada"}).raise_for_status()
    order = {
        "user_id": 1,
        "status": "to be wrapped in paper with stars",
        "items": [{"product_id": goods["WRAP"], "quantity": 123456}],
    }
    made = http.post(f"{shop['gateway']}/order-mgmt/orders", json=order).json()
    person = terminal("--url", shop["gateway"], columns=34)
    person.wait_for(ASKED)
    person.type("4\n1\n", until=f"has 1 order.\n{ASKED}")
    lines = person.lines
    shown = lines[lines.index("User id: 1") + 1 : lines.index("User 1 has 1 order.")]
    assert shown == [
        f"Order 1 of user 1, {made['created_at'][:15]}",
        f"{made['created_at'][15:]}: to be wrapped in paper with",
        " stars",
        "",
        "                      Pri",
        "         Pro           ce   Tota",
        "         duc   Quan    in   l in",
        "  Item     t   tity   EUR    EUR",
        " ────────────────────────────────",
        "  1        3   1234   1.5   185,",
        "                 56     0   184.",
        "                              00",
        " ────────────────────────────────",
        "  Tota         1234         185,",
        "  l              56         184.",
        "                              00",
        "",
    ]
    assert person.leave("5\n") == 0
