"""A process full of clients: `python sender.py`, which needs nothing but Python.

Reads a plan from standard input, one line of JSON, says `ready`, begins at the next line and
ends with one line of JSON: what each request was answered, in the order of the plan.
"""

import http.client
import json
import sys
import threading
import time
from typing import Any

KEPT = {"ETag", "Idempotent-Replayed", "Location", "Retry-After"}


class Client(threading.Thread):
    """One client, who sends its requests one after the other."""

    def __init__(self, script: list[dict[str, Any]], begin: threading.Event, plan: dict[str, Any]):
        super().__init__(daemon=True)
        self.script, self.begin, self.plan = script, begin, plan
        self.connections: dict[str, http.client.HTTPConnection] = {}
        self.answers: list[dict[str, Any] | None] = []

    def run(self) -> None:
        """Send what the script has, as long as there is time."""
        self.begin.wait()
        over = time.monotonic() + self.plan["seconds"]
        for request in self.script:
            if time.monotonic() > over:
                self.answers.append(None)
                continue
            self.answers.append(self._sent(request))
            if self.answers[-1]["failure"]:
                time.sleep(0.2)

    def _sent(self, request: dict[str, Any]) -> dict[str, Any]:
        body = request["body"].encode()
        headers = request["headers"] | ({"Content-Type": "application/json"} if body else {})
        began = time.monotonic()
        told: dict[str, Any] = {"status": 0, "body": "", "headers": {}, "failure": ""}
        try:
            connection = self._connection(request["address"])
            connection.request(request["method"], request["path"], body, headers)
            answer = connection.getresponse()
            told["body"] = answer.read().decode()
            told["status"] = answer.status
            told["headers"] = {
                name: answer.headers[name] for name in KEPT if name in answer.headers
            }
        except (OSError, http.client.HTTPException) as failed:
            self.connections.pop(request["address"]).close()
            told["failure"] = type(failed).__name__
        return told | {"seconds": time.monotonic() - began}

    def _connection(self, address: str) -> http.client.HTTPConnection:
        if address not in self.connections:
            made = http.client.HTTPConnection(address, timeout=self.plan["silence"])
            self.connections[address] = made
        return self.connections[address]


def main() -> None:
    """Carry out the plan."""
    plan = json.loads(sys.stdin.readline())
    begin = threading.Event()
    clients = [Client(script, begin, plan) for script in plan["scripts"]]
    for client in clients:
        client.start()
    _say("ready")
    sys.stdin.readline()
    begin.set()
    for client in clients:
        client.join()
    _say(json.dumps([client.answers for client in clients]))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


main()
