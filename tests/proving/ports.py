"""Ports of this machine."""

import random
import socket
from contextlib import suppress


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody has now, nor is given while the shop is stopped.

    Below those that the system gives to whoever asks for any, as other tests do meanwhile.
    """
    found: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1_000):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found.append(port)
        if len(found) == count:
            break
    return found
