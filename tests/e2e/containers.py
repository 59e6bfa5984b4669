"""A shop in containers, from a fresh copy of this checkout, on ports of its own."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import docker
import httpx2
from docker.models.containers import Container
from proving.ports import free_ports
from sqlalchemy import make_url

from tests.e2e.figures import measured

ROOT = Path(__file__).parents[2]
APPS = ("products", "sales", "customers", "gateway")
SERVICES = ("products-service", "sales-service", "customers-service")
# MySQL is not published; tests that look into it do so at a port of this machine.
OVERRIDE = "services: {mysql: {ports: ['127.0.0.1:0:3306']}}\n"


def copy_checkout(into: Path) -> None:
    """Copy what git knows of, or would: what a clone has, and no more."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout
    names = [name for name in files.split(b"\0") if name and (ROOT / name.decode()).exists()]
    into.mkdir()
    packing = ["tar", "--create", "--null", "--files-from=-"]
    told = b"\0".join(names)
    packed = subprocess.run(packing, cwd=ROOT, input=told, capture_output=True, check=True).stdout
    subprocess.run(["tar", "--extract"], cwd=into, input=packed, check=True)


class ContainerShop:
    """The shop in `folder`, driven as its owner does, and looked at with the engine's API."""

    def __init__(self, folder: Path) -> None:
        self.project = f"daybook{secrets.token_hex(4)}"
        # of the folder's name, Compose keeps letters and digits
        self.folder = folder / f"Day book{self.project.removeprefix('daybook')}"
        copy_checkout(self.folder)
        ports = dict(zip(APPS, free_ports(len(APPS)), strict=True))
        told = [f"DAYBOOK_{name.upper()}_PORT={port}\n" for name, port in ports.items()]
        (self.folder / ".env").write_text("".join(told))
        (self.folder / "docker-compose.override.yml").write_text(OVERRIDE)
        self.addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        self.engine = docker.from_env()
        self.said = ""

    def start(self) -> float:
        """Start it; the seconds that this took."""
        began = time.monotonic()
        self.said = self.sure("start")
        return time.monotonic() - began

    def compose_up(self) -> float:
        """Start it without the manager; the seconds until all four apps answer."""
        began = time.monotonic()
        words = ["docker", "compose", "up", "--detach"]
        subprocess.run(words, cwd=self.folder, capture_output=True, check=True)
        self.wait_until_ready()
        return time.monotonic() - began

    def begin_anew(self) -> None:
        """Be a shop without records."""
        self.sure("reset", "--yes")
        measured("first start, images built", f"{self.start():.1f} s until all are healthy")

    def manager(
        self,
        *words: object,
        given: str | None = None,
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
        seconds: float = 280,
    ) -> subprocess.CompletedProcess[str]:
        """Run ./docker-manager.sh to its end."""
        return subprocess.run(
            [str(self.folder / "docker-manager.sh"), *map(str, words)],
            cwd=cwd or self.folder,
            env=environment or {**os.environ, "COLUMNS": "200"},
            input=given,
            stdin=None if given is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def sure(self, *words: object, **options: object) -> str:
        """What the manager says of something that must go well."""
        done = self.manager(*words, **options)  # type: ignore[arg-type] # as there
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def containers(self, service: str | None = None) -> list[Container]:
        """The containers of the shop, or of one service, that ran or run."""
        labels = [f"com.docker.compose.project={self.project}"]
        if service is not None:
            labels.append(f"com.docker.compose.service={service}")
        found = self.engine.containers.list(all=True, filters={"label": labels})
        return sorted(found, key=lambda each: each.name)

    def container(self, service: str) -> Container:
        """The one container of the service."""
        (found,) = self.containers(service)
        return found

    def published(self, url: str) -> str:
        """The URL of the database as this machine reaches it."""
        ports = self.container("mysql").attrs["NetworkSettings"]["Ports"]
        there = make_url(url).set(host="127.0.0.1", port=int(ports["3306/tcp"][0]["HostPort"]))
        return there.render_as_string(hide_password=False)

    def kill(self, service: str) -> None:
        """End the container's process as a crash would; Docker's own kill is taken for a wish."""
        os.kill(self.container(service).attrs["State"]["Pid"], signal.SIGKILL)

    def wait_until_ready(self, seconds: float = 60) -> float:
        """Wait until the gateway reaches every service; the seconds that it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                if self.all_ready():
                    return time.monotonic() - began
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"the shop is not ready after {seconds} s")

    def all_ready(self) -> bool:
        """Whether all four apps, and what they need, answer."""
        asked = [httpx2.get(f"{url}/readyz", timeout=5) for url in self.addresses.values()]
        return all(answer.status_code == 200 for answer in asked)

    def end(self) -> None:
        """Leave nothing: no container, no volume, no image, no data."""
        self.manager("reset", "--yes")
        removed = ["docker", "compose", "--profile", "*", "down", "--rmi", "local", "--volumes"]
        subprocess.run(removed, cwd=self.folder, capture_output=True, check=False)
        self.engine.close()
