"""Whatever is behind it, the API gives the same answers as on SQLite."""

# ruff: noqa: RUF001 # letters that look alike are what this is about

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.server

# What databases are known to differ in: accents, composed or not, case of more letters than
# one, Turkish and Kelvin letters, blanks at the end, emoji, what a pattern would mean.
LETTERS = [
    *("a", "A", "ä", "Ä", "a\u0308", "e", "é", "e\u0301", "E", "z", "Z", "0", "-", "."),
    *("ß", "ẞ", "ss", "SS", "ﬁ", "fi", "i", "I", "İ", "ı", "i\u0307", "K", "k", "Å", "å"),
    *("ς", "σ", "Σ", "ΐ", "ǆ", " ", "  ", "\u00a0", "\u200b", "\t", "\n", "'", '"', "`"),
    *("%", "_", "\\", "/", "*", "😀", "🦊", "👩\u200d👩\u200d👧", "\ufffd", "\uffff", "\U0010ffff"),
]
texts = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=4).map("".join)
visible = texts.filter(lambda text: bool(text.strip()))
EDGES = [  # of quarters of an hour, days, years and summer time, in some of the zones
    *("2011-03-27T00:59:59.999999Z", "2011-03-27T01:00:00Z", "2011-10-29T23:30:00Z"),
    *("2011-10-30T01:00:00Z", "2011-12-30T10:00:00Z", "1999-12-31T23:59:59.999999Z"),
    *("1970-01-01T00:00:00Z", "2011-06-30T14:29:59.999500Z", "2011-06-30T14:30:00.000001Z"),
]
moments = st.sampled_from(EDGES) | st.datetimes(
    *(datetime(2011, month, 1) for month in (3, 12)),  # noqa: DTZ001 # the zone comes after
    timezones=st.just(UTC),
).map(datetime.isoformat)
ZONES = [
    *("UTC", "Europe/London", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"),
    *("Pacific/Apia", "Pacific/Kiritimati", "America/New_York"),
]
few = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@few
@given(data=st.data())
def test_customers_are_found_and_sorted_alike(twins: Any, data: st.DataObject) -> None:
    people = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {"name": visible},
                optional={"country": visible, "address": visible, "first_name": visible},
            ),
            min_size=3,
            max_size=8,
        )
    )
    twins.empty()
    for place, person in enumerate(people):
        twins.ask("customers", "POST", "/customers", json=person | {"number": f"N{place}"})
    pieces = [text for person in people for text in person.values()]
    asked = data.draw(st.sampled_from(pieces)) if pieces else "a"
    for query in (
        {"_sort": "name"},
        {"_sort": "country,name", "_order": "desc,asc"},
        {"_sort": "country", "_order": "DESC", "_start": "1", "_end": "4"},
        {"_sort": "address,first_name"},
        {"q": asked},
        {"q": data.draw(texts)},
        {"name": asked},
        {"name": f"{asked} "},
        {"name_like": asked},
        {"name_gte": asked, "_sort": "name"},
        {"name_ne": asked},
        {"country_lt": asked},
        {"number": "n1"},
    ):
        twins.ask("customers", "GET", "/customers", params=query)


@few
@given(
    people=st.lists(
        st.fixed_dictionaries({"name": visible}, optional={"country": visible}),
        min_size=4,
        max_size=9,
    ),
    order=st.sampled_from(["asc", "desc", "desc,asc"]),
)
def test_cursors_walk_alike(twins: Any, people: list[dict[str, str]], order: str) -> None:
    twins.empty()
    for place, person in enumerate(people):
        twins.ask("customers", "POST", "/customers", json=person | {"number": f"N{place}"})
    query = "/customers?_sort=country,name&limit=2&_order=" + order
    walked = []
    while query:
        page = twins.ask("customers", "GET", query)
        walked += [each["number"] for each in page.json()]
        query = page.links.get("next", {}).get("url")
    assert sorted(walked) == sorted(f"N{place}" for place in range(len(people)))


@few
@given(
    keys=st.lists(
        st.tuples(st.sampled_from(["number", "username"]), visible), min_size=2, max_size=8
    )
)
def test_keys_are_taken_alike(twins: Any, keys: list[tuple[str, str]]) -> None:
    twins.empty()
    for place, (field, key) in enumerate(keys):
        body = {"name": "Ada", "number": f"N{place}", field: key}
        twins.ask("customers", "POST", "/customers", json=body, but=["id"])
    numbers = {"_sort": "number", "_order": "desc"}
    twins.ask("customers", "GET", "/customers", params=numbers, but=["id"])


@few
@given(skus=st.lists(visible, min_size=2, max_size=8), again=st.booleans())
def test_skus_are_taken_and_set_free_alike(twins: Any, skus: list[str], again: bool) -> None:
    twins.empty()
    twins.ask("products", "POST", "/categories", json={"name": "kitchen"})
    for sku in skus:
        body = {"sku": sku, "name": f"thing {sku}", "category_id": 1, "price_cents": 5}
        twins.ask("products", "POST", "/products", json=body, but=["id"])
    if again:  # the first went in whatever came after it
        twins.ask("products", "DELETE", "/products/1")
        body = {"sku": skus[0], "name": "again", "category_id": 1, "price_cents": 5}
        twins.ask("products", "POST", "/products", json=body, but=["id"])
    for query in ({"_sort": "sku"}, {"q": skus[0]}, {"sku": skus[-1]}, {"_sort": "name"}):
        twins.ask("products", "GET", "/products", params=query, but=["id"])


@few
@given(
    sold=st.lists(
        st.tuples(moments, st.integers(1, 9), st.none() | visible), min_size=1, max_size=8
    ),
    zone=st.sampled_from(ZONES),
    cut=moments,
)
def test_sales_add_up_alike(
    twins: Any, sold: list[tuple[str, int, str | None]], zone: str, cut: str
) -> None:
    twins.empty()
    twins.ask("products", "POST", "/categories", json={"name": "kitchen"})
    wrap = {"sku": "W", "name": "Wrap", "category_id": 1, "price_cents": 333, "kind": "service"}
    twins.ask("products", "POST", "/products", json=wrap)
    for moment, quantity, country in sold:
        sale = {"product_id": 1, "quantity": quantity, "sold_at": moment, "country": country}
        twins.ask("sales", "POST", "/sales", json=sale)
    for group in ("hour", "day,country", "week", "month,category", "year,product", "country", ""):
        query = {"group_by": group, "tz": zone}
        twins.ask("sales", "GET", "/sales/summary", params=query)
        twins.ask("sales", "GET", "/sales/summary", params=query | {"from": cut})
    twins.ask("sales", "GET", "/sales", params={"_sort": "sold_at,country", "_order": "desc,asc"})
    twins.ask("sales", "GET", "/sales", params={"sold_at_lte": cut, "_sort": "country"})
    twins.ask("sales", "GET", "/report/order-lines", params={"tz": zone, "to": cut})
    twins.ask("sales", "GET", "/check")
