"""System 3: every row of the table of its document, by the names that stand there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from common.db.models.customers import Customer
from common.db.session import Database
from tests.contract.conftest import At

PASSWORD = "s3cret of ada"
CUSTOMER = {
    "username": "ada",
    "password": PASSWORD,
    "email_id": "ada@example.org",
    "first_name": "Ada",
    "last_name": "Lovelace",
}
CONTACT = {
    "address_line1": "12 St James's Square",
    "address_line2": "2nd floor",
    "city": "London",
    "state": "Greater London",
    "postal_code": "SW1Y 4JH",
    "country": "United Kingdom",
    "phone_number": "+44 20 7946 0000",
}


@pytest.fixture(params=["customers", "gateway"])
def api(request: pytest.FixtureRequest, at: At) -> httpx2.Client:
    return at(request.param)


def timeless(record: dict[str, Any]) -> dict[str, Any]:
    """The record without what differs each time."""
    moments = {"created_at", "updated_at"}
    assert moments <= record.keys()
    return {name: value for name, value in record.items() if name not in moments}


def ada(**changed: object) -> dict[str, Any]:
    told = {
        "id": 1,
        "version": 1,
        "number": "C-1",
        "name": "Ada Lovelace",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "username": "ada",
        "email": "ada@example.org",
        "address": None,
        "country": None,
        "contact_ids": [],
    }
    return told | changed


def test_customers(api: httpx2.Client) -> None:
    assert api.get("/customers").json() == []
    made = api.post("/customers", json=CUSTOMER)
    assert (made.status_code, timeless(made.json())) == (201, ada())
    assert timeless(api.get("/customers/1").json()) == ada()
    assert [timeless(each) for each in api.get("/customers").json()] == [ada()]
    changed = api.patch("/customers/1", json={"username": "countess", "email_id": "a@b.org"})
    assert changed.status_code == 200
    told = ada(username="countess", email="a@b.org", version=2)
    assert timeless(changed.json()) == told
    gone = api.delete("/customers/1")
    assert (gone.status_code, timeless(gone.json())) == (200, told)
    assert api.get("/customers/1").status_code == 404


def test_contacts(api: httpx2.Client) -> None:
    made = api.post("/contacts", json=CONTACT)
    told = {"id": 1, "version": 1, **CONTACT}
    assert (made.status_code, timeless(made.json())) == (201, told)
    assert timeless(api.get("/contacts/1").json()) == told
    gone = api.delete("/contacts/1")
    assert (gone.status_code, timeless(gone.json())) == (200, told)
    assert api.get("/contacts/1").status_code == 404


def test_customers_and_contacts_are_many_to_many(api: httpx2.Client) -> None:
    for _ in range(2):
        api.post("/contacts", json=CONTACT)
    api.post("/customers", json=CUSTOMER | {"contact_id": [1, 2]})
    made = api.post("/customers", json={"username": "bob", "first_name": "Bob", "contact_id": [2]})
    assert made.json()["contact_ids"] == [2]
    assert api.get("/customers/1").json()["contact_ids"] == [1, 2]
    # a contact that two share survives one of them
    assert api.delete("/customers/1").status_code == 200
    assert api.get("/contacts/2").status_code == 200
    assert api.get("/customers/2").json()["contact_ids"] == [2]
    assert api.delete("/contacts/2").status_code == 200
    assert api.get("/customers/2").json()["contact_ids"] == []


def test_a_customer_of_an_unknown_contact_is_refused(
    api: httpx2.Client, snapshot: Callable[[], dict[str, list[Any]]]
) -> None:
    before = snapshot()
    refused = api.post("/customers", json=CUSTOMER | {"contact_id": [7]})
    assert (refused.status_code, refused.json()["missing"]) == (404, [7])
    assert snapshot() == before


def test_orders(furnished: dict[str, str], at: At) -> None:
    for place in ("sales", "gateway"):
        order = at(place).get("/orders/1").json()
        assert (order["id"], order["customer_id"], order["total_cents"]) == (1, 1, 620)
        assert [(each["product_name"], each["quantity"]) for each in order["lines"]] == [("Tea", 2)]
        assert at(place).get("/orders/9").status_code == 404


def test_a_customer_with_orders_stays(furnished: dict[str, str], at: At) -> None:
    refused = at("gateway").delete("/customers/1")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    assert refused.json()["named_by"] == {"orders": 1, "purchases": 1}
    assert at("gateway").get("/customers/1").status_code == 200


def test_a_password_is_kept_as_argon2_and_told_nowhere(
    api: httpx2.Client, database: Database, at: At
) -> None:
    answers = _with_passwords(api)
    answers.append(at("gateway").get("/report/customer-orders"))
    with database.reading() as session:
        customer = session.get(Customer, 1)
    assert customer is not None
    assert str(customer.password_hash).startswith("$argon2id$")
    for answer in answers:
        for secret in ("argon2", PASSWORD):
            assert secret not in answer.text
        assert answer.status_code == 422 or "password" not in answer.text


def test_no_log_tells_a_password(started: Callable[..., Any], tmp_path: Path) -> None:
    told = {"DAYBOOK_LOG_LEVEL": "debug", "DAYBOOK_LOG_FORMAT": "json"}
    log = tmp_path / "log"
    with started(log, **told) as shop, httpx2.Client(base_url=shop.addresses["gateway"]) as api:
        _with_passwords(api)
    text = log.read_text()
    assert text.count('"route": "/customers"') >= 4
    for secret in ("argon2", PASSWORD):
        assert secret not in text


def _with_passwords(api: httpx2.Client) -> list[httpx2.Response]:
    """The answers to all that has to do with a password."""
    answers = [
        api.post("/customers", json=CUSTOMER),
        api.post("/customers", json=CUSTOMER),  # refused, for the names are taken
        api.post("/customers", json=CUSTOMER | {"password": PASSWORD * 20}),
        api.patch("/customers/1", json={"password": PASSWORD + "!"}),
        api.get("/customers/1"),
        api.get("/customers"),
    ]
    assert [each.status_code for each in answers] == [201, 409, 422, 200, 200, 200]
    return answers
