"""The route of every feature: bodies are sound JSON, reads have tags, with GET there is HEAD."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from common.web.bodies import JsonRequest
from common.web.etags import conditional


class Route(APIRoute):
    """A route that reads its body before anything else happens, and GET of which is HEAD too."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        super().__init__(path, endpoint, **told)
        if self.methods and "GET" in self.methods:
            self.methods.add("HEAD")

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's, behind the reading of the body: no turn is held while it comes in."""
        handle = super().get_route_handler()

        async def read_and_handle(request: Request) -> Response:
            read = JsonRequest(request.scope, request.receive)
            await read.read(request.app.state.settings)
            return await handle(read)

        async def handle_and_tag(request: Request) -> Response:
            return conditional(request, await handle(request))

        if self.body_field:
            return read_and_handle
        return handle_and_tag if "GET" in (self.methods or ()) else handle
