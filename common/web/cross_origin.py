"""Calls of pages from other origins."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK
from starlette.types import Receive, Scope, Send

from common.errors import Malformed
from common.web import problems


class CrossOriginMiddleware(CORSMiddleware):
    """Starlette's, except that a refusal is a problem."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Whether the page may call, as its browser asks."""
        answer = super().preflight_response(request_headers)
        return answer if answer.status_code == HTTP_200_OK else _Refusal()


class _Refusal(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = Malformed(
            "Pages of this origin may not make this call; DAYBOOK_CORS_ORIGIN_REGEX says of"
            " which they may.",
            errors={"Origin": "may not make this call"},
        )
        await problems.render(Request(scope), refused)(scope, receive, send)
