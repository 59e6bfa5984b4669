"""Many clients in several processes, who all begin at the same moment."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

SENDER = Path(__file__).with_name("sender.py")
PROCESSES = 8
FOREVER = 1e9
SILENCE = 60  # seconds after which a client gives up a request

Addresses = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Wish:
    """A request that is to be sent to an app."""

    app: str
    method: str
    path: str
    body: Any = None
    key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def told(self, address: str) -> dict[str, Any]:
        """As a sender reads it."""
        keyed = {} if self.key is None else {"Idempotency-Key": self.key}
        return {
            "address": address.removeprefix("http://"),
            "method": self.method,
            "path": self.path,
            "body": "" if self.body is None else json.dumps(self.body),
            "headers": {**self.headers, **keyed},
        }


@dataclass(frozen=True)
class Answer:
    """What became of a wish: a status and a body, or how the connection failed."""

    wish: Wish
    status: int
    body: str
    headers: Mapping[str, str]
    failure: str
    seconds: float

    @property
    def final(self) -> bool:
        """Whether this is the answer that a key keeps."""
        return 0 < self.status < 500

    @property
    def replayed(self) -> bool:
        """Whether it was given before."""
        return self.headers.get("Idempotent-Replayed") == "true"

    def json(self) -> Any:
        """The record, the list or the problem."""
        return json.loads(self.body)


class Crowd:
    """Clients who are ready: each script is one client's, whose wishes go one after the other.

    Clients are spread over `processes`, and over the addresses that an app has. After `seconds`
    nothing more is sent.
    """

    def __init__(
        self,
        addresses: Addresses,
        scripts: Sequence[Sequence[Wish]],
        *,
        processes: int = PROCESSES,
        seconds: float = FOREVER,
        silence: float = SILENCE,
    ) -> None:
        self._dealt: list[list[Sequence[Wish]]] = [[] for _ in range(min(processes, len(scripts)))]
        plans: list[list[Any]] = [[] for _ in self._dealt]
        for place, script in enumerate(scripts):
            told = [
                wish.told(addresses[wish.app][place % len(addresses[wish.app])]) for wish in script
            ]
            self._dealt[place % len(plans)].append(script)
            plans[place % len(plans)].append(told)
        self._senders = [
            self._sender({"scripts": plan, "seconds": seconds, "silence": silence})
            for plan in plans
        ]

    def __enter__(self) -> Self:
        for sender in self._senders:
            assert _of(sender.stdout).readline() == "ready\n"
        return self

    def __exit__(self, *_failed: object) -> None:
        for sender in self._senders:
            sender.kill()
            sender.wait()
            for stream in (sender.stdin, sender.stdout):
                _of(stream).close()

    def begin(self) -> None:
        """Let them all go."""
        for sender in self._senders:
            _of(sender.stdin).write("go\n")
            _of(sender.stdin).flush()

    def answers(self) -> list[Answer]:
        """What they were told, of what was sent, once all are through."""
        found: list[Answer] = []
        for scripts, sender in zip(self._dealt, self._senders, strict=True):
            told = json.loads(_of(sender.stdout).readline())
            for script, answers in zip(scripts, told, strict=True):
                pairs = zip(script, answers, strict=True)
                found += [Answer(wish, **answer) for wish, answer in pairs if answer]
        return found

    @staticmethod
    def _sender(plan: dict[str, Any]) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            [sys.executable, "-I", SENDER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _of(started.stdin).write(json.dumps(plan) + "\n")
        _of(started.stdin).flush()
        return started


def sent(addresses: Addresses, scripts: Sequence[Sequence[Wish]], **limits: Any) -> list[Answer]:
    """What a crowd was told."""
    with Crowd(addresses, scripts, **limits) as crowd:
        crowd.begin()
        return crowd.answers()


def _of(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
