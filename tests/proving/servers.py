"""Database servers of one's own, which may be killed; as durable as their defaults make them."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
from docker.models.containers import Container
from proving.ports import free_ports
from sqlalchemy.exc import DBAPIError

from common.db.engine import make_engine

ANSWERS = 180  # seconds
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


class Server(ABC):
    """A database server, with the URL of who may do all there."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.url = ""

    @abstractmethod
    def start(self) -> None:
        """Start it, for the first time or again."""

    @abstractmethod
    def kill(self) -> None:
        """SIGKILL to all of it."""

    def remove(self) -> None:
        """Leave nothing of it."""
        self.kill()

    def wait_until_it_answers(self) -> None:
        """Wait until somebody can log in."""
        deadline = time.monotonic() + ANSWERS
        while not self._answers():
            assert time.monotonic() < deadline, f"{self.url} does not answer"
            time.sleep(0.1)

    def _answers(self) -> bool:
        engine = make_engine(self.url, threads=1, lock_timeout=10)
        try:
            engine.connect().close()
        except DBAPIError:
            return False
        finally:
            engine.dispose()
        return True


class Daemon(Server):
    """A server that is a process of this machine, of a user who is not root."""

    user: str

    def __init__(self) -> None:
        super().__init__()
        # not below pytest's folder, which is for its own user alone
        self.folder = Path(tempfile.mkdtemp(prefix="daybook-crash-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self._running: subprocess.Popen[bytes] | None = None
        self._prepare(self.folder / "data")

    def start(self) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._running = subprocess.Popen(
                self._as_user(self._serving(self.folder / "data")), stdout=log, stderr=log
            )

    def kill(self) -> None:
        if self._running is not None:
            children = _children(self._running.pid)
            for pid in (self._running.pid, *children):
                _kill(pid)
            self._running.wait()

    def remove(self) -> None:
        super().remove()
        shutil.rmtree(self.folder)
        (self.folder.parent / f"{self.folder.name}.log").unlink(missing_ok=True)

    @abstractmethod
    def _prepare(self, data: Path) -> None: ...

    @abstractmethod
    def _serving(self, data: Path) -> list[str | Path]: ...

    def _run(self, command: Sequence[str | Path]) -> None:
        done = subprocess.run(
            self._as_user(command), capture_output=True, text=True, check=False, cwd=self.folder
        )
        assert done.returncode == 0, done.stderr

    def _as_user(self, command: Sequence[str | Path]) -> list[str | Path]:
        if os.geteuid() != 0:
            return list(command)
        changing = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        return [*changing, *command]


class PostgreSQL(Daemon):
    """Each of its backends is a process; without its postmaster none of them may go on."""

    user = "postgres"

    def _prepare(self, data: Path) -> None:
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run([BINARIES[-1] / "initdb", "--auth=trust", "--username=postgres", "-D", data])

    def _serving(self, data: Path) -> list[str | Path]:
        named = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
        options = [word for setting in named for word in ("-c", setting)]
        return [BINARIES[-1] / "postgres", "-D", data, *options]


class MariaDB(Daemon):
    """One process."""

    user = "mysql"

    def _prepare(self, data: Path) -> None:
        self.url = f"mariadb://root@127.0.0.1:{self.port}/mysql"
        named = [f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
        self._run(["mariadb-install-db", "--no-defaults", *named])

    def _serving(self, data: Path) -> list[str | Path]:
        socket, pid = f"--socket={data / 'socket'}", f"--pid-file={data / 'pid'}"
        where = [f"--port={self.port}", "--bind-address=127.0.0.1", socket, pid]
        return ["mariadbd", "--no-defaults", f"--datadir={data}", *where]


class MySQL(Server):
    """A container, whose files are a volume on the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._engine = docker.from_env()
        self._password = secrets.token_hex(16)
        self.url = f"mysql://root:{self._password}@127.0.0.1:{self.port}/mysql"
        self._container: Container | None = None

    def start(self) -> None:
        if self._container is not None:
            self._container.start()
            return
        self._container = self._engine.containers.run(
            "mysql:9.7",
            detach=True,
            environment={"MYSQL_ROOT_PASSWORD": self._password},
            ports={"3306/tcp": ("127.0.0.1", self.port)},
        )

    def kill(self) -> None:
        if self._container is not None:
            self._container.kill("SIGKILL")
            self._container.wait()

    def remove(self) -> None:
        if self._container is not None:
            self._container.remove(force=True, v=True)
        self._engine.close()


KINDS: dict[str, type[Server]] = {"postgresql": PostgreSQL, "mariadb": MariaDB, "mysql": MySQL}


def missing(engine: str) -> str:
    """What it would take to start a server here, or nothing."""
    if engine == "postgresql":
        return "" if BINARIES else "there is no PostgreSQL server below /usr/lib/postgresql"
    if engine == "mariadb":
        found = shutil.which("mariadbd") and shutil.which("mariadb-install-db")
        return "" if found else "there is no mariadbd and mariadb-install-db on this machine"
    return "" if shutil.which("docker") else "there is no Docker on this machine"


@contextmanager
def a_server(engine: str) -> Iterator[Server]:
    """A server that answers, gone at the end."""
    server = KINDS[engine]()
    try:
        server.start()
        server.wait_until_it_answers()
        yield server
    finally:
        server.remove()


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in told.read_text().split()] if told.exists() else []


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
