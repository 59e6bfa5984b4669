"""A service that dies under requests."""

import asyncio
import socket
import struct
from contextlib import closing, suppress
from dataclasses import dataclass, field

from tests.gateway.recording import Recorder, request_from


@dataclass
class Mortal(Recorder):
    """Dies under as many requests as there are last words, then lives on."""

    last_words: list[bytes] = field(default_factory=list)
    resets: bool = False
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await self._serve_or_die(reader, writer)
        with suppress(ConnectionError):
            await writer.wait_closed()
        self.connections -= 1

    async def _serve_or_die(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if not self.last_words:
            await super().serve(reader, writer)
            return
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
            self.received.append(await request_from(reader))
            writer.write(self.last_words.pop(0))
            if self.resets:
                plug: socket.socket = writer.get_extra_info("socket")
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
