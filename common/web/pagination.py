"""The list dialect on the wire: what every list reads and the headers it answers with.

As json-server and simple-rest have it, so that react-admin and Refine work unmodified;
`Link` is RFC 8288.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_plus, urlencode

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute

from common.errors import UriTooLong
from common.listing.parsing import parse
from common.listing.query import ListQuery, Page, Vocabulary
from common.web.addresses import MAX_TARGET
from common.web.list_parameters import parameters

_WINDOW_WORDS = {"_start", "_end", "limit", "cursor", "range"}


class Asked:
    """A dependency: what a request asks of a list; words in `besides` are read elsewhere."""

    def __init__(self, vocabulary: Vocabulary, besides: Iterable[str] = ()) -> None:
        self.vocabulary = vocabulary
        self._besides = frozenset(besides)

    async def __call__(self, request: Request) -> ListQuery:
        """The question; raises Malformed and Invalid."""
        pairs = request.query_params.multi_items()
        told = [pair for pair in pairs if pair[0] not in self._besides]
        return parse(told, self.vocabulary, request.headers.get("Range"))


def asked_of(vocabulary: Vocabulary, *, besides: Iterable[str] = ()) -> Any:
    """The dependency of a list's route: a ListQuery in the words of `vocabulary`."""
    return Depends(Asked(vocabulary, besides))


def describe(document: dict[str, Any], routes: Iterable[Any]) -> None:
    """Write into an OpenAPI document what may be asked of each list.

    Not by parameters of the dependency: FastAPI would look for each of them, a hundred
    in some lists, in every request, and `parse` reads them all.
    """
    for route in routes:
        if not isinstance(route, APIRoute):
            continue
        for dependency in route.dependant.dependencies:
            if isinstance(dependency.call, Asked):
                operation = document["paths"][route.path_format]["get"]
                operation.setdefault("parameters", []).extend(
                    parameters(dependency.call.vocabulary)
                )


def tell_page(
    request: Request, response: Response, name: str, page: Page[Any], **pinned: str
) -> None:
    """Write the headers of a list: totals where it pages by position, and the next page.

    What the list was asked for besides, and took a value of its own for where it was not asked,
    is `pinned`: the next page has the same.
    """
    if page.total is not None:
        last = page.start + len(page.rows) - 1
        span = f"{page.start}-{last}" if page.rows else "*"
        response.headers["Content-Range"] = f"{name} {span}/{page.total}"
        response.headers["X-Total-Count"] = str(page.total)
    if following := _next_window(page):
        response.headers["Link"] = f'<{_following(request, following, pinned)}>; rel="next"'


def _following(
    request: Request, window: list[tuple[str, str | int]], pinned: dict[str, str]
) -> str:
    """The same question of another window, spelled as its sender spells."""
    asked = request.scope["query_string"].decode().split("&")
    kept = [pair for pair in asked if pair and _word(pair) not in _WINDOW_WORDS]
    unsaid = pinned.keys() - {_word(pair) for pair in kept}
    window = [*((word, pinned[word]) for word in sorted(unsaid)), *window]
    target = f"{request.scope['raw_path'].decode()}?{'&'.join([*kept, urlencode(window)])}"
    if len(target) >= MAX_TARGET:
        told = "the address of the page after this one"
        raise UriTooLong(f"With its cursor, {told} would have {MAX_TARGET} bytes or more.")
    return target


def _word(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])


def _next_window(page: Page[Any]) -> list[tuple[str, str | int]]:
    """By key where the list can, else by position; nothing after the last page."""
    rows = len(page.rows)
    if page.next_cursor is not None:
        return [("limit", rows), ("cursor", page.next_cursor)]
    end = page.start + rows
    if page.total is not None and rows and not page.keyed and end < page.total:
        return [("_start", end), ("_end", end + rows)]
    return []
