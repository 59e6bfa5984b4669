"""The shop as processes on real ports, each of which may be killed and started again."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from command_fixtures import DAYBOOK, PORTS
from proving.ports import free_ports

READY = 60  # seconds
APPS = ("products", "sales", "customers", "gateway")
MODULES = {name: f"{name}_service" for name in APPS} | {"gateway": "gateway"}


@dataclass
class Process:
    """One process: an app, or the embedded shop."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path
    port: int  # where `/readyz` tells whether it is
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; what it says is added to a file."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._running = subprocess.Popen(
                self.command, env=self.environment, cwd=self.folder, stdout=log, stderr=log
            )

    def wait_until_ready(self) -> None:
        """Wait until it answers, and reaches what it needs."""
        deadline = time.monotonic() + READY
        while not self._answers():
            assert self._running is not None
            assert self._running.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal, and wait until it is gone."""
        if self._running is not None:
            self._running.send_signal(number)
            self._running.wait(20)

    def said(self) -> str:
        """What it wrote."""
        return (self.folder / f"{self.name}.log").read_text()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Fleet:
    """Processes on one database, and the addresses of each app, of which there may be several."""

    def __init__(self, folder: Path, database: Mapping[str, str]) -> None:
        self.folder, self.database = folder, dict(database)
        self.processes: dict[str, Process] = {}
        self.addresses: dict[str, list[str]] = {name: [] for name in APPS}
        # uvicorn hangs up after five idle seconds: who lets go before never writes into that
        self.http = httpx2.Client(timeout=60, limits=httpx2.Limits(keepalive_expiry=2))

    def add_embedded(self) -> None:
        """The embedded shop: one process for all four apps."""
        ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        settings = {f"DAYBOOK_{name.upper()}_PORT": str(port) for name, port in ports.items()}
        self._add("embedded", [DAYBOOK, "start"], settings, ports["gateway"])
        for name in APPS:
            self.addresses[name].append(f"http://127.0.0.1:{ports[name]}")

    def add(self, app: str) -> None:
        """One app alone; a gateway calls the first of each service."""
        (port,) = free_ports(1)
        settings = {f"DAYBOOK_{app.upper()}_PORT": str(port)}
        if app == "gateway":
            known = {name: urls[0] for name, urls in self.addresses.items() if urls}
            settings |= {f"DAYBOOK_{name.upper()}_URL": url for name, url in known.items()}
        number = len(self.addresses[app])
        self._add(f"{app}-{number}", [sys.executable, "-m", MODULES[app]], settings, port)
        self.addresses[app].append(f"http://127.0.0.1:{port}")

    def start(self, names: Iterable[str] | None = None) -> None:
        """Start these, or all, and wait until all of them answer."""
        for name in self.processes if names is None else names:
            self.processes[name].start()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until all of them answer."""
        for process in self.processes.values():
            process.wait_until_ready()

    def stop(self) -> None:
        """Leave none."""
        self.http.close()
        for process in self.processes.values():
            process.stop()

    def said(self) -> str:
        """What all of them wrote."""
        return "\n".join(process.said() for process in self.processes.values())

    def _add(
        self, name: str, command: Sequence[str | Path], settings: dict[str, str], port: int
    ) -> None:
        environment = _clean_environment() | self.database | settings
        self.processes[name] = Process(name, command, environment, self.folder, port)


def _clean_environment() -> dict[str, str]:
    """That of this process, without what it says of any shop."""
    ours = ("DAYBOOK_", "DATABASE_", "OTEL_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
