"""An app in a process of its own: what stands in its way is one line."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

APPS = {
    "products_service": "PRODUCTS",
    "sales_service": "SALES",
    "customers_service": "CUSTOMERS",
    "gateway": "GATEWAY",
}


@contextmanager
def start(module: str, folder: Path, port: object) -> Iterator[subprocess.Popen[str]]:
    told = {f"DAYBOOK_{APPS[module]}_PORT": str(port), "DAYBOOK_FOLDER": str(folder)}
    with subprocess.Popen(
        [sys.executable, "-m", module],
        env=os.environ | told,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("module", APPS)
def test_each_app_can_be_served_alone(module: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with start(module, tmp_path, port) as process:
        answer = _first_answer(f"http://127.0.0.1:{port}/healthz", process)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert answer.json() == {"status": "alive"}
    assert errors == ""


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with start("gateway", tmp_path, port) as process:
            _, errors = process.communicate(timeout=20)
    told = f"Port {port} of gateway is in use; DAYBOOK_GATEWAY_PORT moves it.\n"
    assert (process.returncode, errors) == (1, told)


def test_a_wrong_setting_is_told(tmp_path: Path) -> None:
    with start("gateway", tmp_path, "x") as process:
        _, errors = process.communicate(timeout=20)
    told = (
        "DAYBOOK_GATEWAY_PORT: Input should be a valid integer, unable to parse string as an"
        " integer.\n"
    )
    assert (process.returncode, errors) == (1, told)


def _first_answer(url: str, process: subprocess.Popen[str]) -> httpx2.Response:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None
        try:
            return httpx2.get(url)
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")
