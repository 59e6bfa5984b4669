"""The route of every feature: its body is sound JSON, and where there is GET there is HEAD."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from common.web.bodies import JsonRequest


class Route(APIRoute):
    """A route that reads its body before anything else happens, and GET of which is HEAD too."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        super().__init__(path, endpoint, **told)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's, behind the reading of the body: no turn is held while it comes in."""
        handle = super().get_route_handler()
        if not self.body_field:
            return handle

        async def read_and_handle(request: Request) -> Response:
            read = JsonRequest(request.scope, request.receive)
            await read.read(request.app.state.settings)
            return await handle(read)

        return read_and_handle
