"""What the four databases of system 0 become, to the last figure."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.testclient import TestClient
from source_databases import ANN, BOB, CUP, FOUR, TEA, TRADE, loose

from common.importing.records.outcome import Counts, Outcome
from tests.importing.telling import of

Bring = Callable[..., Outcome]
Json = dict[str, Any]
TOLD = Outcome(
    tables={
        "customers": Counts(read=2, written=2),
        "products": Counts(read=2, written=2),
        "orders": Counts(read=2, written=2),
        "order_lines": Counts(read=3, written=3),
    },
    total_cents=620 + 726 + 620,
    opening_units=9 + 1,
    corrected_units=0,
    currency="EUR",
)


def test_an_empty_shop_keeps_every_id(
    bring_four: Bring, customers: TestClient, products: TestClient
) -> None:
    assert bring_four() == TOLD

    people = customers.get("/customers").json()
    assert of(people, "id", "number", "name", "address", "email") == [
        (11, "C-11", "Ann Lee", "1 High Street", None),
        (14, "C-14", "Bob", None, None),
    ]
    wares = products.get("/products").json()
    assert of(wares, "id", "sku", "name", "price_cents", "kind", "status", "quantity") == [
        (21, "P-21", "Tea", 310, "stocked", "active", 5),
        (23, "P-23", "Cup", 726, "stocked", "active", 0),
    ]
    assert of(products.get("/categories").json(), "name") == [("other",)]


def test_an_empty_shop_keeps_every_id_of_orders(
    bring_four: Bring, products: TestClient, sales: TestClient
) -> None:
    bring_four()
    orders = sales.get("/orders").json()
    assert of(orders, "id", "number", "customer_id", "order_date", "total_cents", "label") == [
        (31, "O-31", 11, "2024-05-01T00:00:00Z", 1346, None),
        (34, "O-34", None, "2024-05-02T10:00:00Z", 620, None),
    ]
    states = ("kind", "status", "payment_status", "fulfilment_status", "country")
    assert set(of(orders, *states)) == {("sale", "closed", "paid", "shipped", None)}
    assert orders[0]["lines"] == [
        {
            "id": 44,
            "product_id": 23,
            "sku": "P-23",
            "product_name": "Cup",
            "quantity": 1,
            "unit_price_cents": 726,
            "line_total_cents": 726,
        },
        {
            "id": 49,
            "product_id": 21,
            "sku": "P-21",
            "product_name": "Tea",
            "quantity": 2,
            "unit_price_cents": 310,
            "line_total_cents": 620,
        },
    ]
    ledger = products.get("/products/21/inventory-transactions").json()
    told = ("change", "quantity", "reason", "reference", "effective_at")
    assert of(ledger, *told) == [
        (9, 9, "opening stock", None, "2024-04-30T23:59:59Z"),
        (-2, 7, "sale", "O-31", "2024-05-01T00:00:00Z"),
        (-2, 5, "sale", "O-34", "2024-05-02T10:00:00Z"),
    ]


def test_the_next_records_get_free_ids(
    bring_four: Bring, customers: TestClient, products: TestClient, sales: TestClient
) -> None:
    bring_four()
    assert customers.post("/customers", json={"name": "Next"}).json()["id"] > BOB[0]
    ware = {"sku": "NEXT", "name": "Next", "category_id": 1, "price_cents": 1, "quantity": 3}
    made = products.post("/products", json=ware).json()
    assert made["id"] > CUP[0]
    line = {"product_id": made["id"], "quantity": 1}
    placed = sales.post("/orders", json={"lines": [line]}).json()
    assert placed["id"] > 34
    assert placed["lines"][0]["id"] > 49


def test_lines_out_of_the_order_of_their_orders_leave_the_next_id_free(
    bring_four: Bring, sales: TestClient, products: TestClient
) -> None:
    many = range(1, 5002)  # more than are written at once, the highest ids first
    bring_four(
        orders=[(key, None, "2024-05-01", 3.1) for key in many],
        order_lines=[(9000 - key, key, 21, 1, 3.1) for key in many],
    )
    placed = sales.post("/orders", json={"lines": [{"product_id": 21, "quantity": 1}]}).json()
    assert (placed["id"], placed["lines"][0]["id"]) == (5002, 9000)


def test_tables_may_be_called_in_the_singular_and_hold_more_columns(bring_four: Bring) -> None:
    def more(columns: str) -> str:
        return f"{columns}, note TEXT"

    singular = {name.removesuffix("s"): more(columns) for name, columns in FOUR.items()}
    files = {
        "customer": "customers",
        "product": "products",
        "order": "orders",
        "order_line": "order_lines",
    }
    rows = {name: [(*row, "x") for row in TRADE[files[name]]] for name in singular}
    assert bring_four(singular, **rows) == TOLD


DATES = {
    "2024-07-01": "2024-06-30T22:00:00Z",
    "2024-07-01 10:30": "2024-07-01T08:30:00Z",
    "2024-07-01T10:30:05": "2024-07-01T08:30:05Z",
    " 2024-07-01 10:30:05.25 ": "2024-07-01T08:30:05.250000Z",
    "2024-07-01 10:30:05Z": "2024-07-01T10:30:05Z",
    "2024-07-01T10:30:05.123456789-0130": "2024-07-01T12:00:05.123456Z",
    "2024-07-01 10:30:05 +02": "2024-07-01T08:30:05Z",
    "Jul 01 2024 10:30:05": "2024-07-01T08:30:05Z",
}


def test_a_date_is_read_in_the_zone_of_the_shop(
    bring_four: Bring, sales: TestClient, shop_row: Callable[..., None]
) -> None:
    shop_row(time_zone="Europe/Berlin")
    bring_four(
        orders=[(key, 11, said, 3.1) for key, said in enumerate(DATES, start=1)],
        order_lines=[(key, key, 21, 1, 3.1) for key in range(1, len(DATES) + 1)],
    )
    orders = sales.get("/orders").json()
    assert [order["order_date"] for order in orders] == list(DATES.values())


def test_an_order_is_found_at_its_very_moment(bring_four: Bring, sales: TestClient) -> None:
    bring_four()
    midnight = {"_sort": "id", "order_date_gte": "2024-05-01T00:00:00Z"}
    found = sales.get("/orders", params=midnight | {"order_date_lte": "2024-05-01T00:00:00Z"})
    assert [each["id"] for each in found.json()] == [31]
    exactly = sales.get("/sales", params={"sold_at": "2024-05-01T00:00:00Z"}).json()
    assert [each["order_line_id"] for each in exactly] == [44, 49]


def test_a_zone_that_is_named_comes_before_the_shop_s(
    bring_four: Bring, sales: TestClient, shop_row: Callable[..., None]
) -> None:
    shop_row(time_zone="Europe/Berlin")
    bring_four(zone=ZoneInfo("America/New_York"))
    assert sales.get("/orders/31").json()["order_date"] == "2024-05-01T04:00:00Z"


def test_amounts_have_the_decimals_of_the_currency(
    bring_four: Bring, sales: TestClient, shop_row: Callable[..., None]
) -> None:
    shop_row(currency="JPY")
    told = bring_four(
        products=[(21, "Tea", 5, 310.5), CUP],
        orders=[(31, None, "2024-05-01", 621.4999)],
        order_lines=[(49, 31, 21, 2, 621.4999)],
    )
    assert (told.total_cents, told.currency) == (621, "JPY")
    (line,) = sales.get("/orders/31").json()["lines"]
    assert (line["line_total_cents"], line["unit_price_cents"]) == (621, 311)


def test_ids_may_be_written_as_text_or_as_whole_floats(
    bring_four: Bring, sales: TestClient
) -> None:
    told = bring_four(
        loose(FOUR),
        customers=[("11", *ANN[1:]), (14.0, *BOB[1:])],
        order_lines=[(49.0, "31", "21", 2.0, 6.2), *TRADE["order_lines"][1:]],
    )
    assert told == TOLD
    assert sales.get("/orders/31").json()["lines"][1]["id"] == 49


def test_a_shop_with_records_gives_ids_of_its_own(
    bring_four: Bring,
    goods: dict[str, int],
    customers: TestClient,
    products: TestClient,
    sales: TestClient,
) -> None:
    first = customers.post("/customers", json={"name": "First"}).json()["id"]
    taken = {"sku": "p-5", "name": "Taken", "category_id": 1, "price_cents": 1}
    assert products.post("/products", json=taken).json()["id"] == 4
    placed = sales.post("/orders", json={"lines": [{"product_id": 1, "quantity": 1}]}).json()
    assert bring_four() == TOLD

    ann, bob = customers.get("/customers").json()[1:]
    assert ann["id"] > first
    assert [ann["number"], bob["number"]] == [f"C-{ann['id']}", f"C-{bob['id']}"]
    tea, cup = products.get("/products").json()[4:]
    assert of([tea, cup], "id", "sku", "quantity", "version") == [
        (5, "P-5-2", 5, 1),
        (6, "P-6", 0, 1),
    ]
    assert of(products.get("/products", params={"q": "p-5-2"}).json(), "name") == [("Tea",)]
    both, nobodys = sales.get("/orders").json()[1:]
    assert (both["id"], both["number"], both["customer_id"]) == (
        placed["id"] + 1,
        f"O-{placed['id'] + 1}",
        ann["id"],
    )
    assert of(both["lines"], "id", "product_id", "line_total_cents") == [
        (2, cup["id"], 726),
        (3, tea["id"], 620),
    ]
    assert of(nobodys["lines"], "id", "sku") == [(4, "P-5-2")]
    ledger = products.get(f"/products/{tea['id']}/inventory-transactions").json()
    assert of(ledger, "change", "reference") == [
        (9, None),
        (-2, both["number"]),
        (-2, nobodys["number"]),
    ]


def test_each_kind_keeps_its_ids_by_itself(
    bring_four: Bring, customers: TestClient, sales: TestClient
) -> None:
    customers.post("/customers", json={"name": "First"})
    bring_four()
    orders = sales.get("/orders").json()
    assert of(orders, "id", "customer_id") == [(31, 2), (34, None)]


def test_a_source_without_records_changes_nothing(
    bring_four: Bring, snapshot: Callable[[], Any]
) -> None:
    before = snapshot()
    told = bring_four(customers=[], products=[], orders=[], order_lines=[])
    assert all(each == Counts(read=0, written=0) for each in told.tables.values())
    assert snapshot() == before


def test_stock_without_orders_is_there(bring_four: Bring, products: TestClient) -> None:
    assert bring_four(orders=[], order_lines=[]).opening_units == TEA[2]
    assert products.get("/products/21").json()["quantity"] == 5
