"""The list dialect on the wire: what every list reads and the headers it answers with.

As json-server has it, so that react-admin and Refine work unmodified; `Link` is RFC 8288.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from common.listing import PAGE_CAP, ListQuery, Page, parse

_WINDOW_WORDS = {"_start", "_end", "limit", "cursor"}


async def _list_query(  # the parameters tell OpenAPI; all are read together
    request: Request,
    _start: Annotated[int | None, Query(description="First row, counted from 0")] = None,
    _end: Annotated[int | None, Query(description="Row before which to end")] = None,
    _sort: Annotated[str | None, Query(description="Fields to sort by, with commas")] = None,
    _order: Annotated[str | None, Query(description="ASC or DESC for each of them")] = None,
    q: Annotated[str | None, Query(description="A piece of the text to look for")] = None,  # noqa: ARG001 # for OpenAPI
    limit: Annotated[int | None, Query(description=f"Rows of a page, up to {PAGE_CAP}")] = None,  # noqa: ARG001 # for OpenAPI
    cursor: Annotated[str | None, Query(description="Where the page before ended")] = None,  # noqa: ARG001 # for OpenAPI
) -> ListQuery:
    return parse(request.query_params.multi_items())


ListDep = Annotated[ListQuery, Depends(_list_query)]


def tell_page(request: Request, response: Response, name: str, page: Page[Any]) -> None:
    """Write the headers of a list: totals where it pages by position, and the next page."""
    if page.total is not None:
        last = page.start + len(page.rows) - 1
        span = f"{page.start}-{last}" if page.rows else "*"
        response.headers["Content-Range"] = f"{name} {span}/{page.total}"
        response.headers["X-Total-Count"] = str(page.total)
    if following := _next_window(page):
        pairs = request.query_params.multi_items()
        kept = [(word, value) for word, value in pairs if word not in _WINDOW_WORDS]
        query = urlencode([*kept, *following])
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'


def _next_window(page: Page[Any]) -> list[tuple[str, str | int]]:
    """By key where the list can, else by position; nothing after the last page."""
    rows = len(page.rows)
    if page.next_cursor is not None:
        return [("limit", rows), ("cursor", page.next_cursor)]
    end = page.start + rows
    if page.total is not None and rows and not page.keyed and end < page.total:
        return [("_start", end), ("_end", end + rows)]
    return []
