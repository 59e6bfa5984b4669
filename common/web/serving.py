"""How an app listens and is served: alone in a process of its own, or among others in one."""

import errno
import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from common import logs
from common.settings import Settings, SettingsWrong, get_settings

# Seconds that requests in flight get after SIGTERM. Docker kills ten seconds after it.
GRACE = 8.0
SILENCE = 120_000  # milliseconds


class PortInUse(Exception):
    """Another program listens where an app should."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(f"Port {port} of {name} is in use; DAYBOOK_{name.upper()}_PORT moves it.")


class CannotListen(Exception):
    """The address is not one of this machine, or not for everybody."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"Nobody can listen on {host}:{port}: {why}; see DAYBOOK_HOST.")


def serve(create_app: Callable[[Settings], FastAPI], name: str) -> None:
    """Serve one app until SIGTERM or Ctrl-C, on the port that the settings have for `name`.

    A wrong setting, or a port that is in use, is one line on standard error and exit code 1.
    """
    try:
        settings = get_settings()
        logs.configure(settings)
        with listen(name, settings) as bound:
            uvicorn.Server(config(create_app(settings), grace=GRACE)).run(sockets=[bound])
    except (SettingsWrong, PortInUse, CannotListen) as failed:
        sys.exit(str(failed))


def config(app: ASGIApp, *, grace: float) -> uvicorn.Config:
    """How uvicorn serves an app of Daybook; it stops within `grace` seconds."""
    made = uvicorn.Config(app, http="h11", log_config=None, access_log=False, lifespan="on")
    made.timeout_graceful_shutdown = grace  # type: ignore[assignment] # seconds; fractions work
    return made


def listen(name: str, settings: Settings) -> socket.socket:
    """A socket that listens where the settings have `name`; raises PortInUse or CannotListen."""
    host, port = settings.host, getattr(settings, f"{name}_port")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio sends without delay only where a socket says so
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # a client who takes nothing is given up with its data
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()  # only now is the port taken
    except OSError as failed:
        bound.close()
        if failed.errno == errno.EADDRINUSE:
            raise PortInUse(name, port) from None
        raise CannotListen(host, port, failed.strerror or str(failed)) from None
    return bound
