"""`daybook console` on a shop that is not there, is none, or dies: a line that says so."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from command_fixtures import DAYBOOK

from daybook.console.client import OrderManagement
from daybook.failures import CommandFailed
from tests.cli.terminals import CTRL_C, Terminal

HINT = "--url names the gateway of a Daybook, such as http://127.0.0.1:8050."
UNSURE = "Whether it was done is not known: look before you repeat it."
ASKED = "5. Exit\nChoice:"
MENU = (
    "1. Create a new user\n2. Create a new product\n3. Create a new order\n"
    f"4. List orders for a user\n{ASKED}"
)
SILENCE = 20.0  # longer than anybody waits here


class Other(BaseHTTPRequestHandler):
    """What is no Daybook, or was one: each path fails in its own way."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """As the first part of the path says."""
        self._answer()

    def do_POST(self) -> None:
        """As GET."""
        self._answer()

    def _answer(self) -> None:
        match self.path.split("/")[1]:
            case "page":
                self._say(200, b"<h1>Hello</h1>")
            case "missing":
                self._say(404, json.dumps({"error": "No such page.\x1b[2J\n"}).encode())
            case "silent":
                time.sleep(SILENCE)
            case "cut":
                self.send_response(200)
                self.send_header("content-length", "9")
                self.end_headers()
            case "":
                self._say(200, b'{"name": "Daybook", "version": "0.0"}')
        self.close_connection = True

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads, server.block_on_close = True, False
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def other() -> Iterator[str]:
    """Where it is reached."""
    with serving(Other) as where:
        yield where


def test_before_the_menu_it_ends_with_one_line(other: str, environment: dict[str, str]) -> None:
    no_gateway = f"{other} answers, but not as the gateway of a Daybook does."
    told = {
        "http://127.0.0.1:1": f"127.0.0.1:1 cannot be reached. {HINT}",
        f"http://{other}/missing/": rf"{no_gateway} No such page.\x1b[2J\n {HINT}",
        # of this machine, but on an address that it does not have
        "192.0.2.1": "Nobody can listen on 192.0.2.1:0: Cannot assign requested address; see"
        " DAYBOOK_HOST.",
        "http://..": "http://.. is no address of a gateway, such as http://127.0.0.1:8050.",
    }
    processes = {
        url: subprocess.Popen(
            [DAYBOOK, "console", *(["--url", url] if "/" in url else [])],
            env=environment | ({} if "/" in url else {"DAYBOOK_HOST": url}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for url in told
    }
    ends = {url: (*process.communicate(timeout=120), process) for url, process in processes.items()}
    assert {url: (process.returncode, *said) for url, (*said, process) in ends.items()} == {
        url: (1, "", f"daybook: {line}\n") for url, line in told.items()
    }


@pytest.mark.parametrize(
    ("path", "words", "unsure"),
    [
        ("page", "{} answered with status 200.", False),
        ("missing", r"No such page.\x1b[2J\n", False),
        ("silent", "{} did not answer within 0.5 seconds.", True),
        ("cut", "{} gave no whole answer.", True),
    ],
)
def test_what_is_not_known_to_be_done_is_told_so(
    path: str, words: str, unsure: bool, other: str
) -> None:
    client = OrderManagement(f"http://{other}/{path}", timeout=0.5)
    told = words.format(other)
    assert refused(lambda: client.create_user("a@b", "Ada")) == (
        f"{told} {UNSURE}" if unsure else told
    )
    if path == "page":
        assert refused(lambda: client.orders_of(1)) == (
            f"{other} gave an answer that is none of Daybook's."
        )
        told = f"{other} answers, but not as the gateway of a Daybook does. Its status is 200."
        assert refused(client.recognise) == told
    else:
        assert refused(lambda: client.orders_of(1)) == told


def refused(ask: Callable[[], Any]) -> str:
    with pytest.raises(CommandFailed) as failed:
        ask()
    return str(failed.value)


def test_ctrl_c_while_it_is_being_sent_says_what_is_not_known(
    environment: dict[str, str], tmp_path: Path
) -> None:
    class Dying(Other):
        """Is known as Daybook, and answers nothing else."""

        def do_POST(self) -> None:
            """Silent."""
            time.sleep(SILENCE)

    with serving(Dying) as where:
        command = [DAYBOOK, "console", "--url", f"http://{where}"]
        with closing(Terminal(command, environment, tmp_path, columns=80)) as person:
            person.wait_for(ASKED)
            person.type("1\nada@example.org\nAda\n", until="Full name: Ada")
            time.sleep(0.5)  # until it is sent
            assert person.leave(CTRL_C) == 0
    said = ["It was on its way: whether it was done is not known.", "", "Goodbye."]
    assert person.lines[-3:] == said


def test_a_shop_that_stops_in_the_middle_is_told_and_the_menu_goes_on(
    started: Callable[..., Any],
    environment: dict[str, str],
    tmp_path: Path,
    http: httpx2.Client,
) -> None:
    """On the folder of the shop, the console then serves itself."""
    with started() as shop:
        gateway = shop.addresses["gateway"]
        remote = Terminal([DAYBOOK, "console", "--url", gateway], environment, tmp_path, 80)
        local = Terminal([DAYBOOK, "console"], environment, tmp_path, 80)
        with closing(remote), closing(local):
            for person, name in ((remote, "Ada"), (local, "Eve")):
                person.wait_for(ASKED)
                answers = f"1\n{name}@example.org\n{name}\n"
                person.type(answers, until=f"Z\n\n\n{MENU}")
            users = http.get(f"{gateway}/order-mgmt/users").json()
            assert [user["full_name"] for user in users] == ["Ada", "Eve"]
            shop.stop()
            gone = f"\n{gateway.removeprefix('http://')} cannot be reached"
            remote.type("4\n1\n", until=f"{gone}.\n\n{MENU}")
            answers = "1\nbob@example.org\nBob\n"
            remote.type(answers, until=f"{gone}; nothing was done.\n\n{MENU}")
            local.type("4\n1\n", until=f"User 1 has 0 orders.\n\n{MENU}")
            assert (remote.leave("5\n"), local.leave("5\n")) == (0, 0)
            assert remote.lines[-2:] == ["Choice: 5", "Goodbye."]
