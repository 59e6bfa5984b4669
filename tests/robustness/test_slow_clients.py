"""Clients that take their time keep neither the others nor the database waiting."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from common.db.session import Database
from common.settings import Settings
from daybook import background

SLOW = 60  # clients; each service of the tests has eight threads and connections
BODY = b'{"name": "toys"}'
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
)


@pytest.fixture
def slowly() -> Iterator[Callable[[str, bytes], socket.socket]]:
    """Opens a connection and sends a part of a request."""
    with ExitStack() as stack:

        def send(url: str, part: bytes) -> socket.socket:
            address = (str(urlsplit(url).hostname), urlsplit(url).port or 80)
            connection = stack.enter_context(socket.create_connection(address, 60))
            connection.sendall(part)
            return connection

        yield send


def answer_of(connection: socket.socket) -> tuple[int, bytes]:
    """The status and all that came."""
    told = b""
    while piece := connection.recv(2**16):
        told += piece
    return int(told.split(b" ")[1]), told


@pytest.mark.parametrize("sent", [4, len(HEAD) - 10, len(HEAD.format(path="/categories")) + 5])
@pytest.mark.parametrize("name", ["products", "gateway"])
def test_others_are_answered_meanwhile(
    shop: dict[str, str], http: httpx2.Client, slowly: Any, name: str, sent: int
) -> None:
    request = HEAD.format(path="/categories").encode() + BODY
    clients = [slowly(shop[name], request[:sent]) for _ in range(SLOW)]
    ready = set()
    for _ in range(5):
        refused = http.post(f"{shop[name]}/categories", json={"name": "none of ours"})
        assert refused.status_code == 422, refused.text
        assert http.get(f"{shop[name]}/categories").json() == []
        ready.add(http.get(f"{shop[name]}/readyz").status_code)
    assert 200 in ready  # once at least: a gateway gives the services two seconds each time
    for client in clients:
        client.sendall(request[sent:])
    answers = [answer_of(client) for client in clients]
    assert sorted(status for status, _ in answers) == [201] + [409] * (SLOW - 1), answers
    assert len(http.get(f"{shop[name]}/categories").json()) == 1


def test_a_body_that_does_not_end_is_given_up(
    database: Database, settings: Settings, snapshot: Callable[[], Any], slowly: Any
) -> None:
    before = snapshot()
    impatient = settings.model_copy(update={"body_timeout": 1, "client_timeout": 1})
    with background.running(impatient) as shop:
        for name in ("products", "gateway"):
            part = HEAD.format(path="/categories").encode() + BODY[:5]
            status, told = answer_of(slowly(shop[name], part))
            assert status == 408
            assert b'"code":"request_timed_out"' in told
    assert snapshot() == before
