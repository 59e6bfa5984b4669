"""A shop that runs in a thread of this process, for as long as it is needed."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from common.settings import Settings
from daybook import embedded


@contextmanager
def running(settings: Settings) -> Iterator[dict[str, str]]:
    """Serve the shop on free ports of this machine; yields the addresses by name."""
    anywhere = dict.fromkeys((f"{name}_port" for name in embedded.PORTS), 0)
    with embedded.bind(settings.model_copy(update=anywhere)) as shop:
        loop, started, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

        def serve() -> None:
            asyncio.set_event_loop(loop)
            try:
                loop.run_until_complete(embedded.serve(shop, started.set, stop))
            finally:
                started.set()
                loop.close()

        thread = threading.Thread(target=serve, name="shop")
        thread.start()
        try:  # Ctrl-C may come from here on
            started.wait()
            yield shop.addresses
        finally:
            if thread.is_alive():
                loop.call_soon_threadsafe(stop.set)
            thread.join()
