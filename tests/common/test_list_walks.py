"""Walking a list by its cursors, while others write."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from common.db.models.catalogue import Category, Product
from common.db.session import Database, connect
from common.settings import Settings

Json = dict[str, Any]
NAMES = ["Tea", "tea ", "Thé", "ß", "İ", "\u0131", "100%", "🍵", "\uffff", "it's"]
COSTS = [None, -5, 0, 2**63 - 1]
LONG = 10_000
PLAIN = {"category_id": 1, "price_cents": 0, "kind": "service", "status": "active"}


def made(
    id_: int, name: str, cost: int | None = None, description: str | None = None
) -> dict[str, Any]:
    sku = f"{id_}"
    return {"id": id_, "sku": sku, "name": name, "cost_cents": cost, "description": description}


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The database without the checks: here products come and go past all rules."""
    database = connect(settings)
    yield database
    database.dispose()


@pytest.fixture
def write(database: Database) -> Callable[[list[Json]], None]:
    """Writes products in the place of all that are there."""
    with database.transaction() as session:
        session.add(Category(id=1, name="other"))

    def write(rows: list[Json]) -> None:
        with database.transaction() as session:
            session.execute(delete(Product))
            session.add_all([Product(**PLAIN, **row) for row in rows])

    return write


def pages(client: TestClient, params: dict[str, Any]) -> Iterator[list[Json]]:
    """The pages, of which each one names the next."""
    url = str(client.build_request("GET", "/products", params=params).url)
    while url:
        response = client.get(url)
        assert response.status_code == 200, response.text
        link = response.headers.get("link", "")
        assert len(link) < 4000
        yield response.json()
        url = link.removeprefix("<").removesuffix('>; rel="next"')


names = st.sampled_from(NAMES)
costs = st.sampled_from(COSTS)
# an edit or the deletion of a row of an odd place, or a new row
changes = st.tuples(st.sampled_from(["add", "edit", "delete"]), st.integers(0, 5), names, costs)
sorts = st.lists(
    st.tuples(st.sampled_from(["name", "cost_cents", "sku", "id", "kind"]), st.booleans()),
    max_size=2,
    unique_by=lambda by: by[0],
)


def test_a_walk_skips_and_repeats_nothing_that_was_there_throughout(
    products: TestClient, database: Database, write: Callable[[list[Json]], None]
) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(names, costs), min_size=12, max_size=12),
        sorts,
        st.lists(st.lists(changes, max_size=3), min_size=4, max_size=4),
    )
    def walk(told: list[Any], sort: list[tuple[str, bool]], steps: list[list[Any]]) -> None:
        write([made(place + 1, *row) for place, row in enumerate(told)])
        params: Json = {"limit": 3}
        if sort:
            params["_sort"] = ",".join(field for field, _ in sort)
            params["_order"] = ",".join("desc" if down else "asc" for _, down in sort)
        before = products.get("/products", params=params | {"limit": 1000}).json()
        staying = [row["id"] for row in before if row["id"] % 2 == 0]
        seen: list[int] = []
        for number, page in enumerate(pages(products, params)):
            seen += [row["id"] for row in page]
            for place, step in enumerate(steps[number] if number < len(steps) else []):
                change(1000 + 10 * number + place, *step)
        assert [id_ for id_ in seen if id_ in staying] == staying
        added = [id_ for id_ in seen if id_ >= 1000]
        assert len(added) == len(set(added))

    def change(new_id: int, what: str, place: int, name: str, cost: int | None) -> None:
        with database.transaction() as session:
            if what == "add":
                session.add(Product(**PLAIN, **made(new_id, name, cost)))
                return
            changing = session.get(Product, place * 2 + 1)
            if changing is not None and what == "delete":
                session.delete(changing)
            elif changing is not None:
                changing.name, changing.cost_cents = name, cost

    walk()


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("text", ["x", "🍵", '"\\'])
def test_links_stay_short_however_long_the_text(
    text: str, order: str, products: TestClient, write: Callable[[list[Json]], None]
) -> None:
    long = (text * LONG)[: LONG - 1]
    texts = [long + "b", "short", None, long + "a", long + "a", long]
    write([made(place + 1, "n", None, each) for place, each in enumerate(texts)])
    params = {"_sort": "description,name", "_order": f"{order},{order}", "limit": 1}
    walked = [row["id"] for page in pages(products, params) for row in page]
    with_short = [3, 2, 6, 4, 5, 1] if text != '"\\' else [3, 6, 4, 5, 1, 2]
    assert walked == (with_short if order == "ASC" else with_short[::-1])


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_walk_whose_long_row_has_changed_says_to_start_again(
    change: str, products: TestClient, write: Callable[[list[Json]], None]
) -> None:
    write([made(id_, "n", None, f"{id_}" * LONG) for id_ in (1, 2, 3)])
    params = {"_sort": "description", "limit": 1}
    link = products.get("/products", params=params).headers["link"]
    url = link.removeprefix("<").removesuffix('>; rel="next"')
    assert [row["id"] for row in products.get(url).json()] == [2]
    assert products.patch("/products/1", json={"name": "other"}).status_code == 200
    assert [row["id"] for row in products.get(url).json()] == [2]  # it is where it was
    if change == "edited":
        edited = products.patch("/products/1", json={"description": "short"})
        assert edited.status_code == 200
    else:
        assert products.delete("/products/1").status_code == 200
    response = products.get(url)
    told = "leads to a row that was deleted or changed meanwhile; start again without it"
    assert (response.status_code, response.json()["errors"]) == (400, {"cursor": told})


@pytest.mark.parametrize("params", ["_sort=name", "sort=[%22name%22,%22ASC%22]"])
def test_a_cursor_is_of_its_sort(params: str, products: TestClient, goods: dict[str, int]) -> None:
    link = products.get(f"/products?limit=1&{params}").headers["link"]
    query = urlsplit(link[1:].removesuffix('>; rel="next"')).query
    cursor = dict(parse_qsl(query))["cursor"]
    told = {"cursor": "is not one that this list gave for this sort"}
    for other in ("", "&_sort=sku", "&_sort=name&_order=DESC", "&_sort=name,sku"):
        response = products.get(f"/products?cursor={cursor}{other}")
        assert (response.status_code, response.json()["errors"]) == (422, told)


def test_a_page_by_position_leads_on_by_key(products: TestClient, goods: dict[str, int]) -> None:
    for params in ("_start=0&_end=2&_sort=sku", 'range=[0,1]&sort=["sku","ASC"]'):
        response = products.get(f"/products?{params}")
        assert [row["sku"] for row in response.json()] == ["CUP", "TEA"]
        url = response.headers["link"].removeprefix("<").removesuffix('>; rel="next"')
        words = dict(parse_qsl(urlsplit(url).query))
        assert words.keys() == {"limit", "cursor"} | (words.keys() & {"_sort", "sort"})
        rest = products.get(url)
        assert [row["sku"] for row in rest.json()] == ["WRAP"]
        assert not {"x-total-count", "content-range", "link"} & {*rest.headers}
