"""What is not sound is refused with the field's name, and changes nothing."""

import json

import pytest

BODIES = {
    "/customers": {"name": "Ada"},
    "/contacts": {"address_line1": "12 High Street"},
    "/purchases": {"purchase_name": "Lamp", "quantity": 1},
}
TEXTS = {
    "/customers": {
        "number": 64,
        "name": 200,
        "first_name": 100,
        "last_name": 100,
        "username": 64,
        "email": 254,
        "password": 128,
        "address": 500,
        "country": 100,
    },
    "/contacts": {
        "address_line1": 200,
        "address_line2": 200,
        "city": 100,
        "state": 100,
        "postal_code": 20,
        "country": 100,
        "phone_number": 40,
    },
    "/purchases": {"purchase_name": 200},
}
NO_TEXT = [5, 1.5, True, [], ["a"], {}, {"a": 1}]
NO_WHOLE_NUMBER = ["1", "", 1.5, True, [], [1], {}, 0, -1, 2**63, 10**30]

WRONG = [
    (path, field, [*NO_TEXT, "", "x" * (longest + 1)])
    for path, fields in TEXTS.items()
    for field, longest in fields.items()
]
WRONG += [  # all but the password, which is stored as its hash
    (path, field, [" ", "\n\t", "a\x00b"])
    for path, fields in TEXTS.items()
    for field in sorted(fields.keys() - {"password"})
]
WRONG += [
    ("/customers", "email", ["ada", "@b", "a@", "@", "a b@c", "a@b c", "a@b\n", "a\x00@b"]),
    ("/customers", "email", ["x" * 243 + "@example.org"]),
    ("/customers", "password", ["1234567"]),
    ("/customers", "contact_ids", [None, 1, "1", {}, list(range(1, 102))]),
    ("/purchases", "quantity", [None, *NO_WHOLE_NUMBER, 10**9 + 1]),
    ("/purchases", "product_id", NO_WHOLE_NUMBER),
    ("/purchases", "purchase_name", [None]),
    ("/contacts", "address_line1", [None]),
    *((path, "colour", ["red", None]) for path in BODIES),
    *((path, "password_hash", ["x"]) for path in BODIES),
]
MEMBERS = ["number", "name", "password"]  # of a customer: null stands for absent, but not in PATCH


@pytest.fixture
def filled(made):
    """One record of each kind, and where it is written."""
    contact = made("/contacts", **BODIES["/contacts"])
    customer = made("/customers", **BODIES["/customers"], contact_ids=[contact["id"]])
    notes = f"/customers/{customer['id']}/purchases"
    made(notes, **BODIES["/purchases"])
    return {"/customers": "/customers", "/contacts": "/contacts", "/purchases": notes}


def _send(customers, method, path, filled, body):
    where = filled[path] if method == "POST" else f"{path}/1"
    # by hand, for what is no sound Unicode is no sound JSON to the client either
    content = json.dumps(body).encode()
    return customers.request(
        method, where, content=content, headers={"Content-Type": "application/json"}
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize(("path", "field", "values"), WRONG)
def test_a_wrong_value_is_refused(customers, filled, state, method, path, field, values):
    before = state()
    for value in values:
        body = BODIES[path] | {field: value}
        answer = _send(customers, method, path, filled, body)
        assert answer.status_code == 422, (value, answer.text)
        assert answer.json()["errors"].keys() == {field}, (value, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert state() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("wrong", NO_WHOLE_NUMBER)
def test_a_wrong_id_among_the_contacts_is_named_by_its_place(
    customers, filled, state, method, wrong
):
    before = state()
    body = {"name": "Ada", "contact_ids": [1, wrong]}
    answer = _send(customers, method, "/customers", filled, body)
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"contact_ids.1"}
    assert state() == before


@pytest.mark.parametrize("member", MEMBERS)
def test_what_a_customer_cannot_lack_is_not_patched_to_null(customers, filled, state, member):
    before = state()
    answer = customers.patch("/customers/1", json={member: None})
    assert answer.status_code == 422
    assert answer.json()["errors"] == {member: "must be text"}
    assert state() == before


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("path", "field"),
    [(path, field) for path in ("/contacts", "/purchases") for field in BODIES[path]],
)
def test_a_required_member_that_is_missing_is_named(customers, filled, state, method, path, field):
    before = state()
    body = {name: value for name, value in BODIES[path].items() if name != field}
    answer = _send(customers, method, path, filled, body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {field: "is required"}
    assert state() == before


def test_all_wrong_fields_are_told_at_once(customers, filled, state):
    before = state()
    body = {"name": 5, "email": "ada", "password": "x", "colour": "red", "contact_ids": [0]}
    answer = customers.post("/customers", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == {
        "name": "must be text",
        "email": "must be an e-mail address, such as ada@example.org",
        "password": "must have at least 8 characters",
        "contact_ids.0": "must be at least 1",
        "colour": "is not known here",
    }
    assert state() == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize("path", BODIES)
def test_what_is_no_object_is_refused(customers, filled, state, method, path):
    before = state()
    for body in ([], "name", 5, None, True, [BODIES[path]]):
        answer = _send(customers, method, path, filled, body)
        assert answer.status_code == 422
        assert answer.json()["errors"].keys() == {"body"}
    where = filled[path] if method == "POST" else f"{path}/1"
    headers = {"Content-Type": "application/json"}
    for content in (b"{", b'{"name": "Ada",}', b"\xff", b"[" * 100_000, b'{"name": ' + b"9" * 5000):
        answer = customers.request(method, where, content=content, headers=headers)
        assert answer.status_code == 400
    assert customers.request(method, where).status_code == 422
    assert state() == before


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", BODIES)
def test_unknown_ids_are_not_found_and_wrong_ones_refused(customers, filled, state, method, path):
    before = state()
    body = None if method in ("GET", "DELETE") else BODIES[path]
    kind = path.strip("/").removesuffix("s")
    for id_ in (2, 0, -1, 2**63 - 1, -(2**63)):
        answer = customers.request(method, f"{path}/{id_}", json=body)
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"There is no {kind} with id {id_}."
        assert answer.json()["missing"] == [id_]
    for id_ in ("x", "1.5", "1e3", 2**63, -(2**63) - 1, "1%20or%201=1", "9" * 5000):
        answer = customers.request(method, f"{path}/{id_}", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"].keys() == {f"{kind}_id"}
    assert state() == before
