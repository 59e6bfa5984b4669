"""Number, user name and e-mail are a customer's alone; e-mail and contacts have aliases."""

import pytest


@pytest.mark.parametrize("field", ["number", "username", "email"])
def test_keys_are_unique_whatever_their_case(customers, made, state, field):
    taken, other = "STRASSE@É.org", " straße@e\u0301.ORG "
    other = other.strip() if field == "email" else other
    holder = made("/customers", name="Ada", **{field: taken})
    rival = made("/customers", name="Eve")
    before = state()
    path = f"/customers/{rival['id']}"
    for value in (taken, other):
        for answer in (
            customers.post("/customers", json={"name": "Mary", field: value}),
            customers.put(path, json={"name": "Mary", field: value}),
            customers.patch(path, json={field: value}),
        ):
            assert answer.status_code == 409
            assert answer.json()["code"] == "duplicate"
            assert answer.json()["detail"] == f"Another customer has this {field}."
            assert answer.json()["errors"] == {field: "is already taken"}
    assert state() == before
    own = customers.patch(f"/customers/{holder['id']}", json={field: other})
    assert (own.status_code, own.json()[field]) == (200, other)


def test_all_keys_that_are_taken_are_told_at_once(customers, made, state):
    keys = {"number": "1", "username": "ada", "email": "ada@example.org"}
    made("/customers", name="Ada", **keys)
    before = state()
    answer = customers.post("/customers", json={"name": "Eve"} | keys)
    assert answer.status_code == 409
    assert answer.json()["errors"] == dict.fromkeys(keys, "is already taken")
    assert state() == before


def test_aliases_are_read_and_never_sent(customers, made):
    place = made("/contacts", address_line1="a")["id"]
    record = made("/customers", name="Ada", email_id="ada@example.org", contact_id=[place])
    assert (record["email"], record["contact_ids"]) == ("ada@example.org", [place])
    assert not {"email_id", "contact_id"} & record.keys()
    path = f"/customers/{record['id']}"
    changed = customers.patch(path, json={"email_id": "eve@example.org", "contact_id": []})
    assert (changed.json()["email"], changed.json()["contact_ids"]) == ("eve@example.org", [])
    put = customers.put(path, json={"name": "A", "email_id": "a@b", "email": "a@b"})
    assert put.json()["email"] == "a@b"


def test_an_alias_with_another_value_is_refused(customers, made, state):
    kept = made("/customers", name="Ada")
    before = state()
    bodies = [
        {"name": "Eve", "email": "a@b", "email_id": "c@d"},
        {"name": "Eve", "contact_id": [1], "contact_ids": []},
    ]
    for body in bodies:
        for method, path in (("POST", ""), ("PUT", f"/{kept['id']}"), ("PATCH", f"/{kept['id']}")):
            assert customers.request(method, f"/customers{path}", json=body).status_code == 422
    assert state() == before
