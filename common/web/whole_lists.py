"""Lists that are answered whole, however long: the APIs of old know no pages.

They are read and sent a page at a time, so that they take the memory of a page.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from fastapi.responses import StreamingResponse
from pydantic import TypeAdapter

from common.db.session import Database, ReadSession

PAGE = 1000


class Numbered(Protocol):
    """A record that is found by its number."""

    @property
    def key(self) -> int:
        """The number by which the list is sorted."""


Item = TypeVar("Item", bound=Numbered)


def whole_list(
    database: Database,
    shape: TypeAdapter[Sequence[Item]],
    after: Callable[[ReadSession, int, int], Sequence[Item]],
    *,
    opening: str = "[",
    closing: Callable[[int], str] = lambda _count: "]",
) -> StreamingResponse:
    """A JSON array of all records, between `opening` and `closing`, which is told their count.

    `after` gives the records after a number, ascending, and at most so many. What it raises
    for the first page is a failure like any other; later, the connection is aborted.
    """

    def page(last: int) -> Sequence[Item]:
        with database.reading() as session:
            return after(session, last, PAGE)

    def chunks(items: Sequence[Item]) -> Iterator[bytes]:
        count, before = 0, opening.encode()
        while items:
            yield before + shape.dump_json(items)[1:-1]
            count, before = count + len(items), b","
            items = page(items[-1].key) if len(items) == PAGE else ()
        yield (b"" if count else opening.encode()) + closing(count).encode()

    return StreamingResponse(chunks(page(0)), media_type="application/json")
