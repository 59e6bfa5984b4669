"""A part of an app at the root of a port of its own."""

from starlette.types import ASGIApp, Receive, Scope, Send


class AtRoot:
    """Of what arrives at `port`, serves the paths of the app below `prefix`, and no others.

    A path that names the prefix is taken as it is: the documentation links to such.
    """

    def __init__(self, app: ASGIApp, *, port: int, prefix: str) -> None:
        self._app, self._port, self._prefix = app, port, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, at whichever port."""
        if scope["type"] == "http" and scope["server"][1] == self._port:
            self._prepend(scope)
        await self._app(scope, receive, send)

    def _prepend(self, scope: Scope) -> None:
        if not f"{scope['path']}/".startswith(f"{self._prefix}/"):
            # a target may be no path (`*`, or a whole URL): it is told as one that is not there
            scope["path"] = f"{self._prefix}/{scope['path'].removeprefix('/')}"
            scope["raw_path"] = f"{self._prefix}/".encode() + scope["raw_path"].removeprefix(b"/")
