"""The command as people call it: a process of its own, on a folder of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

DAYBOOK = Path(sys.executable).parent / "daybook"
PORTS = ("products", "sales", "customers", "gateway", "order_mgmt")


class Shop:
    """A shop that runs in a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip())
            if "curl" in line:
                break
        else:
            raise AssertionError("\n".join(self.lines))
        told = [line.split() for line in self.lines if line.endswith("/docs")]
        self.addresses = {name: url.removesuffix("/docs") for name, url in told}

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to stop; the exit code and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(20), time.monotonic() - began


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A folder of one's own, and any free ports."""
    ports = {f"DAYBOOK_{name.upper()}_PORT": "0" for name in PORTS}
    own = {"DAYBOOK_FOLDER": str(tmp_path / "shop"), "COLUMNS": "200"}
    return {**os.environ, **ports, **own}


@pytest.fixture
def daybook(
    environment: dict[str, str], tmp_path: Path
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a subcommand to its end."""

    def run(*words: Any, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [DAYBOOK, *map(str, words)],
            env=environment | settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def started(environment: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Runs a shop for as long as its `with`; standard error goes `into` a file or a descriptor."""

    @contextmanager
    def start(into: Path | int = subprocess.STDOUT, **settings: str) -> Iterator[Shop]:
        log = into.open("wb") if isinstance(into, Path) else nullcontext(into)
        with log as errors:
            process = subprocess.Popen(
                [DAYBOOK, "start"],
                env=environment | settings,
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            yield Shop(process)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()

    return start
