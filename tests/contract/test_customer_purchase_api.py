"""System 1: every request of its document, with the answer that stands there."""

import httpx2
import pytest

from common.db.models.customers import Purchase
from common.db.session import Database
from tests.contract.comparing import answered
from tests.contract.conftest import At


@pytest.fixture(params=["customers", "gateway"])
def api(request: pytest.FixtureRequest, at: At) -> httpx2.Client:
    return at(request.param)


@pytest.fixture
def john(api: httpx2.Client) -> httpx2.Client:
    """The API, once it has a customer with two purchases."""
    body = {"name": "John Doe", "address": "Amsterdam, NL"}
    assert api.post("/api/v1/customer", json=body).status_code == 201
    for name in ("Iphone 10 Pro", "Iphone 12"):
        told = {"purchase_name": name, "quantity": 4}
        assert api.post("/api/v1/purchase/1", json=told).status_code == 201
    return api


def test_create_customer(api: httpx2.Client) -> None:
    answered(
        api.post("/api/v1/customer", json={"name": "John Doe", "address": "Amsterdam, NL"}),
        201,
        {
            "status": "ok",
            "data": {
                "id": 1,
                "name": "John Doe",
                "address": "Amsterdam, NL",
                "created_on": "Apr 09 2022 12:43:17",
            },
        },
    )


def test_list_customer_purchases(john: httpx2.Client) -> None:
    john.put("/api/v1/purchase/2", json={"purchase_name": "Iphone 12 Pro", "quantity": 40})
    told = {
        "status": "ok",
        "data": [
            {
                "purchase_id": 1,
                "purchase_name": "Iphone 10 Pro",
                "quantity": 4,
                "purchased_on": "2022-04-09 12:43:22.237526+00:00",
                "last_updated_on": None,
            },
            {
                "purchase_id": 2,
                "purchase_name": "Iphone 12 Pro",
                "quantity": 40,
                "purchased_on": "2022-04-09 12:43:28.321654+00:00",
                "last_updated_on": "2022-04-09 12:43:56.924416+00:00",
            },
        ],
    }
    answered(john.get("/api/v1/customer"), 200, told)
    answered(john.get("/api/v1/customer?customer_id=1"), 200, told)
    answered(john.get("/api/v1/purchase/1"), 200, told)


def test_a_customer_without_purchases_and_a_shop_without_any(api: httpx2.Client) -> None:
    answered(api.get("/api/v1/customer"), 200, {"status": "ok", "data": []})
    api.post("/api/v1/customer", json={"name": "John Doe", "address": "Amsterdam, NL"})
    answered(api.get("/api/v1/purchase/1"), 200, {"status": "ok", "data": []})
    answered(api.get("/api/v1/customer?customer_id=1"), 200, {"status": "ok", "data": []})


def test_add_customer_purchase(api: httpx2.Client) -> None:
    api.post("/api/v1/customer", json={"name": "John Doe", "address": "Amsterdam, NL"})
    api.post("/api/v1/purchase/1", json={"purchase_name": "Iphone 10 Pro", "quantity": 4})
    answered(
        api.post("/api/v1/purchase/1", json={"purchase_name": "Iphone 12", "quantity": 4}),
        201,
        {
            "status": "ok",
            "data": {
                "id": 2,
                "purchase_name": "Iphone 12",
                "quantity": 4,
                "customer_id": "1",
                "purchased_on": "Apr 09 2022 12:43:28",
            },
        },
    )


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_update_customer_purchase(method: str, john: httpx2.Client) -> None:
    body = {"purchase_name": "Iphone 12 Pro", "quantity": 40}
    answered(
        john.request(method, "/api/v1/purchase/2", json=body),
        200,
        {
            "status": "ok",
            "data": {
                "id": "2",
                "purchase_name": "Iphone 12 Pro",
                "quantity": 40,
                "purchased_on": "2022-04-09 12:43:28.321654+00:00",
                "last_updated_on": "2022-04-09 12:43:56.924416+00:00",
            },
        },
    )
    answered(
        john.get("/api/v1/purchase/1"), 200, listed(("Iphone 10 Pro", 4), ("Iphone 12 Pro", 40))
    )


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
@pytest.mark.parametrize(
    ("body", "name", "quantity"),
    [({"quantity": 5}, "Iphone 12", 5), ({"purchase_name": "Lamp"}, "Lamp", 4)],
)
def test_what_is_not_sent_of_a_purchase_stays(
    method: str, body: dict[str, object], name: str, quantity: int, john: httpx2.Client
) -> None:
    data = john.request(method, "/api/v1/purchase/2", json=body).json()["data"]
    assert (data["purchase_name"], data["quantity"]) == (name, quantity)


def test_delete_selected_purchases(john: httpx2.Client) -> None:
    for name in ("three", "four", "five", "six"):
        john.post("/api/v1/purchase/1", json={"purchase_name": name, "quantity": 1})
    body = {"delete_all": False, "purchase_ids": [3, 6]}
    told = {"status": "ok", "deleted_count": 2}
    answered(john.request("DELETE", "/api/v1/purchase/1", json=body), 200, told)
    left = [each["purchase_id"] for each in john.get("/api/v1/purchase/1").json()["data"]]
    assert left == [1, 2, 4, 5]


@pytest.mark.parametrize("ids", [[1], [], [99], "all", None])
def test_delete_all_ignores_the_ids(ids: object, john: httpx2.Client) -> None:
    john.post("/api/v1/customer", json={"name": "Jane Doe", "address": "Utrecht, NL"})
    john.post("/api/v1/purchase/2", json={"purchase_name": "hers", "quantity": 1})
    body = {"delete_all": True, "purchase_ids": ids}
    told = {"status": "ok", "deleted_count": 2}
    answered(john.request("DELETE", "/api/v1/purchase/1", json=body), 200, told)
    assert [each["purchase_id"] for each in john.get("/api/v1/customer").json()["data"]] == [3]


def test_ids_of_others_and_of_nothing_are_skipped_and_not_counted(john: httpx2.Client) -> None:
    john.post("/api/v1/customer", json={"name": "Jane Doe", "address": "Utrecht, NL"})
    john.post("/api/v1/purchase/2", json={"purchase_name": "hers", "quantity": 1})
    ids = [3, 2, 2, 99, 0, -1, 2**63, 10**30]
    body = {"delete_all": False, "purchase_ids": ids}
    told = {"status": "ok", "deleted_count": 1}
    answered(john.request("DELETE", "/api/v1/purchase/1", json=body), 200, told)
    assert [each["purchase_id"] for each in john.get("/api/v1/customer").json()["data"]] == [1, 3]


@pytest.mark.parametrize(
    ("body", "count"),
    [({"delete_all": False}, 0), ({"purchase_ids": [1]}, 1), ({"delete_all": True}, 2)],
)
def test_either_member_alone_is_a_deletion(
    body: dict[str, object], count: int, john: httpx2.Client
) -> None:
    told = {"status": "ok", "deleted_count": count}
    answered(john.request("DELETE", "/api/v1/purchase/1", json=body), 200, told)


def test_ids_may_be_text_as_answers_have_them(john: httpx2.Client) -> None:
    given = john.put("/api/v1/purchase/2", json={"quantity": 5}).json()["data"]["id"]
    body = {"delete_all": False, "purchase_ids": [given, 1, "99999999999999999999"]}
    told = {"status": "ok", "deleted_count": 2}
    answered(john.request("DELETE", "/api/v1/purchase/1", json=body), 200, told)


def test_more_ids_than_one_statement_takes(john: httpx2.Client) -> None:
    body = {"delete_all": False, "purchase_ids": list(range(2, 40_000))}
    told = {"status": "ok", "deleted_count": 1}
    answered(john.request("DELETE", "/api/v1/purchase/1", json=body), 200, told)


def test_a_list_is_whole_however_long(john: httpx2.Client, database: Database) -> None:
    with database.transaction() as session:
        for number in range(3, 2_001):  # so that of two whole pages nothing is left
            named = {"purchase_name": f"purchase {number}", "quantity": number}
            session.add(Purchase(customer_id=1, **named))
    items = john.get("/api/v1/customer").json()["data"]
    assert [each["purchase_id"] for each in items] == list(range(1, 2_001))


def listed(*purchases: tuple[str, int]) -> dict[str, object]:
    """The list of customer 1's two purchases, of which the first was never updated."""
    moments = [
        ("2022-04-09 12:43:22.237526+00:00", None),
        ("2022-04-09 12:43:28.321654+00:00", "2022-04-09 12:43:56.924416+00:00"),
    ]
    return {
        "status": "ok",
        "data": [
            {
                "purchase_id": number,
                "purchase_name": name,
                "quantity": quantity,
                "purchased_on": purchased,
                "last_updated_on": updated,
            }
            for number, ((name, quantity), (purchased, updated)) in enumerate(
                zip(purchases, moments, strict=True), start=1
            )
        ],
    }
