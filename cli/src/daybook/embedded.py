"""The whole shop in one process: four apps on four ports, one event loop, one database.

The gateway calls the services over loopback with its ordinary transport, as it does
between containers.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import FrameType

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from common import logs
from common.settings import Settings
from common.web.serving import config, listen
from daybook.at_root import AtRoot

# The apps by name; their modules are imported only to be served, for that takes a second.
APPS: Mapping[str, str] = {
    "products": "products_service.main",
    "sales": "sales_service.main",
    "customers": "customers_service.main",
    "gateway": "gateway.main",
}
# Order Management v1 is part of sales-service, and has the root of a port of its own besides.
ORDER_MANAGEMENT, OF_SALES = "order_mgmt", "/order-mgmt"
PORTS = (*APPS, ORDER_MANAGEMENT)
# Seconds that requests in flight get at the end; two rounds of it stay below one second.
GRACE = 0.2
STARTED_POLL = 0.005


class _Server(uvicorn.Server):
    """A server among others: signals are for all of them, so none takes them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Shop:
    """The addresses of the four apps and of Order Management v1, and the sockets that listen."""

    settings: Settings
    sockets: Mapping[str, socket.socket]

    @property
    def addresses(self) -> dict[str, str]:
        """Base URLs by name: products, sales, customers, gateway, order_mgmt."""
        return {name: _url(*bound.getsockname()[:2]) for name, bound in self.sockets.items()}


@contextmanager
def bind(settings: Settings) -> Iterator[Shop]:
    """Take the five ports (0 takes any that is free); raises PortInUse before anything runs."""
    with ExitStack() as stack:
        sockets = {}
        for name in PORTS:
            sockets[name] = stack.enter_context(listen(name, settings))
        addresses = Shop(settings, sockets).addresses
        urls = {f"{name}_url": addresses[name] for name in APPS if name != "gateway"}
        hosts = [*settings.trusted_hosts, settings.host, f"[{settings.host}]"]
        yield Shop(settings.model_copy(update=urls | {"trusted_hosts": hosts}), sockets)


async def serve(shop: Shop, started: Callable[[], None], stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then stop the gateway before the services it calls."""
    servers = {name: _Server(config(_create(name, shop), grace=GRACE)) for name in APPS}
    tasks = {
        name: asyncio.create_task(server.serve(sockets=_sockets(name, shop)))
        for name, server in servers.items()
    }
    while not all(server.started for server in servers.values()):
        if failed := [task for task in tasks.values() if task.done()]:
            await failed[0]
        await asyncio.sleep(STARTED_POLL)
    started()
    await stop.wait()
    for names in (["gateway"], [name for name in servers if name != "gateway"]):
        for name in names:
            servers[name].should_exit = True
        await asyncio.gather(*(tasks[name] for name in names))


def run(shop: Shop, started: Callable[[], None]) -> None:
    """Serve in this thread until Ctrl-C or SIGTERM; a second one ends the process at once.

    From here on, the process logs as the settings say.
    """
    logs.configure(shop.settings)

    async def until_signalled() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def ask_to_stop(number: int, _frame: FrameType | None) -> None:
            signal.signal(number, signal.SIG_DFL)
            loop.call_soon_threadsafe(stop.set)

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, ask_to_stop)
        await serve(shop, started, stop)

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(until_signalled())


def _url(host: str, port: int) -> str:
    """Where this machine reaches what listens there; on all addresses is on its own, too."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # compared only
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    # without log_config=None, making a Config would set the logging of the process up
    return uvicorn.Config("", log_config=None).get_loop_factory()


def _sockets(name: str, shop: Shop) -> list[socket.socket]:
    names = (name, ORDER_MANAGEMENT) if name == "sales" else (name,)
    return [shop.sockets[each] for each in names]


def _create(name: str, shop: Shop) -> ASGIApp:
    app: FastAPI = import_module(APPS[name]).create_app(shop.settings)
    if name != "sales":
        return app
    return AtRoot(app, port=shop.sockets[ORDER_MANAGEMENT].getsockname()[1], prefix=OF_SALES)
