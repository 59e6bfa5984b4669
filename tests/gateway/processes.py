"""A gateway in a process of its own, so that what it uses can be told from what a test uses."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def gateway_process(**settings: str) -> AsyncIterator[tuple[str, int]]:
    """The address of a gateway with these settings, and the number of its process."""
    given = {f"DAYBOOK_{name}".upper(): value for name, value in settings.items()}
    with socket.create_server(("127.0.0.1", 0)) as bound:
        descriptor = str(bound.fileno())
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "uvicorn", "--factory", "gateway.main:create_app"),
            *("--fd", descriptor, "--log-level", "error"),
            env={**os.environ, **given},
            pass_fds=[bound.fileno()],
        )
        try:
            yield f"http://127.0.0.1:{bound.getsockname()[1]}", process.pid
        finally:
            process.terminate()
            await process.wait()
