"""Contacts, and the customers who share them."""

EMPTY = {
    "address_line2": None,
    "city": None,
    "state": None,
    "postal_code": None,
    "country": None,
    "phone_number": None,
}
WHOLE = {
    "address_line1": "12 High Street",
    "address_line2": "  Flat 3 ",
    "city": "Zürich",
    "state": "=ZH()",
    "postal_code": "8001",
    "country": "<Schweiz>",
    "phone_number": "+41 44 668 18 00",
}


def test_a_contact_is_added_with_every_member_as_sent(customers, plain):
    answer = customers.post("/contacts", json=WHOLE)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/contacts/1"
    assert plain(answer.json()) == WHOLE | {"id": 1, "version": 1}
    assert customers.get("/contacts/1").json() == answer.json()
    assert customers.get("/contacts").json() == [answer.json()]


def test_only_the_first_line_is_required(made, plain):
    record = made("/contacts", address_line1="a")
    assert plain(record) == EMPTY | {"id": 1, "version": 1, "address_line1": "a"}


def test_put_replaces_a_contact(customers, made, plain):
    kept = made("/contacts", **WHOLE)
    answer = customers.put("/contacts/1", json={"address_line1": "b"})
    assert answer.status_code == 200
    assert plain(answer.json()) == EMPTY | {"id": 1, "version": 2, "address_line1": "b"}
    assert answer.json()["created_at"] == kept["created_at"]
    assert customers.get("/contacts/1").json() == answer.json()


def test_a_whole_record_can_be_put_back(customers, made):
    kept = made("/contacts", **WHOLE)
    stale = kept | {"id": 9, "created_at": 1, "updated_at": None}
    answer = customers.put("/contacts/1", json=stale)
    assert (answer.status_code, answer.json()) == (200, kept)
    assert customers.post("/contacts", json=stale | {"version": 7}).json()["id"] == 2


def test_each_field_can_be_patched_alone(customers, made):
    made("/contacts", address_line1="a")
    for version, (name, value) in enumerate(WHOLE.items(), start=2):
        before = customers.get("/contacts/1").json()
        answer = customers.patch("/contacts/1", json={name: value})
        assert answer.status_code == 200
        changed = {name: value, "version": version, "updated_at": answer.json()["updated_at"]}
        assert answer.json() == before | changed
        assert customers.get("/contacts/1").json() == answer.json()
    cleared = customers.patch("/contacts/1", json=dict.fromkeys(EMPTY)).json()
    assert {name: cleared[name] for name in EMPTY} == EMPTY
    assert customers.patch("/contacts/1", json={}).json() == cleared


def test_read_only_members_are_refused_in_patch_when_they_change(customers, made, state):
    kept = made("/contacts", **WHOLE)
    assert customers.patch("/contacts/1", json=kept).json() == kept
    before = state()
    for name in ("id", "created_at", "updated_at"):
        answer = customers.patch("/contacts/1", json={"city": "Bern", name: 9})
        assert answer.status_code == 422
        assert answer.json()["errors"].keys() == {name}
    assert state() == before


def test_delete_returns_the_contact(customers, made):
    kept, other = made("/contacts", **WHOLE), made("/contacts", address_line1="b")
    answer = customers.delete("/contacts/1")
    assert (answer.status_code, answer.json()) == (200, kept)
    assert customers.get("/contacts").json() == [other]
    assert customers.delete("/contacts/1").status_code == 404


def test_a_contact_in_use_is_detached_from_all_who_have_it(customers, made):
    shared, other = (made("/contacts", address_line1=line)["id"] for line in ("a", "b"))
    holders = [
        made("/customers", name="Ada", contact_ids=[shared, other]),
        made("/customers", name="Eve", contact_ids=[shared]),
    ]
    stranger = made("/customers", name="Mary", contact_ids=[other])
    assert customers.delete(f"/contacts/{shared}").status_code == 200
    after = customers.get("/customers").json()
    assert [record["contact_ids"] for record in after] == [[other], [], [other]]
    assert [record["version"] for record in after] == [2, 2, 1]
    assert all(
        new["updated_at"] > old["updated_at"] for new, old in zip(after, holders, strict=False)
    )
    assert after[2] == stranger


def test_a_shared_contact_survives_one_of_its_customers(customers, made):
    shared = made("/contacts", address_line1="a")
    gone, left = (made("/customers", name=n, contact_ids=[shared["id"]]) for n in ("Ada", "Eve"))
    assert customers.delete(f"/customers/{gone['id']}").status_code == 200
    assert customers.get(f"/contacts/{shared['id']}").json() == shared
    assert customers.get("/customers").json() == [left]


def test_contacts_of_a_customer_are_replaced_as_a_set(customers, made):
    a, b, c = (made("/contacts", address_line1=line)["id"] for line in "abc")
    made("/customers", name="Ada", contact_ids=[b, a, b, a])

    def patched(ids):
        answer = customers.patch("/customers/1", json={"contact_ids": ids}).json()
        assert customers.get("/customers/1").json() == answer
        assert customers.get("/customers").json() == [answer]
        return answer["contact_ids"], answer["version"]

    assert customers.get("/customers/1").json()["contact_ids"] == [a, b]
    assert patched([b, a]) == ([a, b], 1)
    assert patched([c, b, c]) == ([b, c], 2)
    assert patched([]) == ([], 3)
    assert patched([a]) == ([a], 4)
    assert customers.put("/customers/1", json={"name": "Ada"}).json()["contact_ids"] == []


def test_unknown_contacts_are_named_each(customers, made, state):
    known = made("/contacts", address_line1="a")["id"]
    made("/customers", name="Ada", contact_ids=[known])
    before = state()
    body = {"name": "Eve", "contact_ids": [9, known, 7, 2**63 - 1, 7]}
    for answer in (
        customers.post("/customers", json=body),
        customers.put("/customers/1", json=body),
        customers.patch("/customers/1", json=body),
    ):
        told = answer.json()
        detail = "There is no contact with id 7, 9, 9223372036854775807."
        assert (answer.status_code, told["detail"]) == (404, detail)
        assert told["errors"] == {"contact_ids": detail}
        assert told["missing"] == [7, 9, 2**63 - 1]
    assert state() == before
