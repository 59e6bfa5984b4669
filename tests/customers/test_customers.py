"""Customers: registered, read, replaced, changed and deleted."""

import pytest

from common.db.models.customers import Customer

NOBODY = {
    "first_name": None,
    "last_name": None,
    "username": None,
    "email": None,
    "address": None,
    "country": None,
    "contact_ids": [],
}


def test_a_customer_is_registered_with_every_member_as_sent(customers, made, plain):
    places = [made("/contacts", address_line1=line)["id"] for line in ("a", "b")]
    body = {
        "number": "17850",
        "name": "Ada King",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "username": "Ada",
        "email": "Ada@Example.org",
        "address": "12 St James's Square",
        "country": "United Kingdom",
        "contact_ids": places[::-1],
    }
    answer = customers.post("/customers", json=body | {"password": "correct horse"})
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/customers/{answer.json()['id']}"
    assert plain(answer.json()) == body | {"id": 1, "version": 1, "contact_ids": places}
    assert customers.get(answer.headers["Location"]).json() == answer.json()
    assert customers.get("/customers").json() == [answer.json()]


def test_number_and_name_are_made_where_they_are_absent(made, plain):
    record = made("/customers", first_name=" Ada ", last_name="Lovelace")
    expected = {"id": 1, "version": 1, "number": "C-1", "name": "Ada Lovelace"}
    assert plain(record) == NOBODY | expected | {"first_name": " Ada ", "last_name": "Lovelace"}
    assert made("/customers", last_name="Babbage")["name"] == "Babbage"
    assert made("/customers", first_name="Mary", number=None, name=None)["name"] == "Mary"
    assert made("/customers", name="Augusta", first_name="Ada")["name"] == "Augusta"
    longest = made("/customers", first_name="a" * 100, last_name="b" * 100)
    assert longest["name"] == "a" * 100 + " " + "b" * 99


def test_a_name_of_some_kind_is_required(customers, made, state):
    kept = made("/customers", name="Ada")
    before = state()
    sendings = [
        customers.post("/customers", json={"email": "ada@example.org"}),
        customers.post("/customers", json={"name": None, "first_name": None}),
        customers.put(f"/customers/{kept['id']}", json={"email": "ada@example.org"}),
    ]
    for answer in sendings:
        assert answer.status_code == 422
        assert answer.json()["errors"] == {"name": "is required, or a first or a last name"}
    assert state() == before


def test_a_made_number_that_is_taken_gets_a_suffix(database, made):
    from_elsewhere = made("/customers", name="Old")
    with database.transaction() as session:
        for id_, number in ((from_elsewhere["id"], "c-3"), (None, "C-3-2")):
            _write_number(session, id_, number)
    assert made("/customers", name="New")["number"] == "C-3-3"


def _write_number(session, id_, number):
    customer = session.get(Customer, id_) if id_ else Customer(name="Other")
    customer.number = number
    session.add(customer)
    session.flush()


def test_numbers_of_daybook_are_not_sent(customers, made, state):
    kept = made("/customers", name="Ada")
    before = state()
    path = f"/customers/{kept['id']}"
    for number in ("C-9", "c-9", " c-9", "C-", "c-1"):
        for answer in (
            customers.post("/customers", json={"name": "Eve", "number": number}),
            customers.put(path, json={"name": "Eve", "number": number}),
            customers.patch(path, json={"number": number}),
        ):
            assert answer.status_code == 422
            assert answer.json()["errors"] == {
                "number": "must not begin with C-: such numbers are given by Daybook"
            }
    assert state() == before


def test_a_number_of_daybook_may_be_sent_back_unchanged(customers, made):
    kept = made("/customers", name="Ada")
    path = f"/customers/{kept['id']}"
    assert customers.put(path, json={"name": "Eve", "number": "C-1"}).json()["name"] == "Eve"
    assert customers.patch(path, json={"name": "Ada", "number": "C-1"}).json()["name"] == "Ada"
    other = customers.patch(path, json={"number": "X-1"})
    assert other.json()["number"] == "X-1"


@pytest.mark.parametrize(
    "text", ["Zoë 🦊 漢字 e\u0301", "<b>&amp;</b>", "'; DROP TABLE x--", "=A1()"]
)
def test_text_is_kept_exactly_as_sent(customers, made, text):
    texts = dict.fromkeys(
        ["number", "name", "first_name", "last_name", "username", "address", "country"],
        f"  {text}\n",
    )
    texts["email"] = text.replace(" ", "") + "@example.org"
    record = made("/customers", **texts)
    again = customers.get(f"/customers/{record['id']}").json()
    assert {name: again[name] for name in texts} == texts


def test_the_longest_texts_are_taken(customers, made):
    longest = {"number": 64, "name": 200, "first_name": 100, "last_name": 100, "username": 64}
    longest |= {"address": 500, "country": 100}
    texts = {name: "ΐ" * length for name, length in longest.items()}
    texts["email"] = "a" * 242 + "@example.org"
    record = made("/customers", **texts)
    again = customers.get(f"/customers/{record['id']}").json()
    assert {name: again[name] for name in texts} == texts


def test_put_replaces_a_customer(customers, made, plain):
    place = made("/contacts", address_line1="a")["id"]
    kept = made(
        "/customers",
        number="17850",
        name="Ada",
        first_name="Ada",
        email="ada@example.org",
        username="ada",
        address="12 High Street",
        country="France",
        contact_ids=[place],
    )
    answer = customers.put(f"/customers/{kept['id']}", json={"last_name": "Byron"})
    assert answer.status_code == 200
    expected = {"id": 1, "version": 2, "number": "17850", "name": "Byron", "last_name": "Byron"}
    assert plain(answer.json()) == NOBODY | expected
    assert answer.json()["created_at"] == kept["created_at"]
    assert answer.json()["updated_at"] > kept["updated_at"]
    assert customers.get(f"/customers/{kept['id']}").json() == answer.json()


def test_a_whole_record_can_be_put_back(customers, made):
    kept = made("/customers", name="Ada", email="ada@example.org")
    stale = kept | {"id": 77, "created_at": "never", "updated_at": None}
    answer = customers.put(f"/customers/{kept['id']}", json=stale)
    assert (answer.status_code, answer.json()) == (200, kept)
    copy = stale | {"number": None, "email": None, "version": "x"}
    assert customers.post("/customers", json=copy).json()["id"] == kept["id"] + 1


def test_patch_changes_what_is_sent(customers, made, plain):
    kept = made("/customers", name="Ada", country="France", email="ada@example.org")
    path = f"/customers/{kept['id']}"
    answer = customers.patch(path, json={"country": "Malta", "email": None})
    assert answer.status_code == 200
    expected = {"id": 1, "version": 2, "number": "C-1", "name": "Ada", "country": "Malta"}
    assert plain(answer.json()) == NOBODY | expected
    assert customers.get(path).json() == answer.json()
    assert customers.patch(path, json={}).json() == answer.json()
    assert customers.patch(path, json={"country": "Malta"}).json() == answer.json()


def test_each_field_can_be_patched_alone(customers, made):
    place = made("/contacts", address_line1="a")["id"]
    path = f"/customers/{made('/customers', name='Ada')['id']}"
    changes = {
        "number": "17850",
        "name": "Eve",
        "first_name": "E",
        "last_name": "V",
        "username": "eve",
        "email": "eve@example.org",
        "address": "1 Low Road",
        "country": "Eire",
        "contact_ids": [place],
    }
    for version, (name, value) in enumerate(changes.items(), start=2):
        before = customers.get(path).json()
        after = customers.patch(path, json={name: value}).json()
        changed = {name: value, "version": version, "updated_at": after["updated_at"]}
        assert after == before | changed
        assert customers.get(path).json() == after


def test_a_made_name_follows_its_parts_and_a_given_one_stays(customers, made):
    path = f"/customers/{made('/customers', first_name='Ada', last_name='Byron')['id']}"

    def patched(**body):
        return customers.patch(path, json=body).json()["name"]

    assert patched(last_name="Lovelace") == "Ada Lovelace"
    assert patched(first_name=None) == "Lovelace"
    assert patched(last_name=None) == "Lovelace"
    assert patched(name="Augusta") == "Augusta"
    assert patched(first_name="Ada") == "Augusta"


def test_read_only_members_are_refused_in_patch_when_they_change(customers, made, state):
    kept = made("/customers", name="Ada")
    path = f"/customers/{kept['id']}"
    same = {name: kept[name] for name in ("id", "created_at", "updated_at", "version")}
    assert customers.patch(path, json=same).json() == kept
    before = state()
    told = {
        "id": "never changes",
        "created_at": "never changes",
        "updated_at": "is written by each change",
    }
    for name, value in {"id": 2, "created_at": None, "updated_at": "x"}.items():
        answer = customers.patch(path, json={"name": "Eve", name: value})
        assert answer.status_code == 422
        assert answer.json()["errors"] == {name: told[name]}
    assert state() == before


def test_delete_returns_the_customer_and_keeps_its_contacts(customers, made):
    place = made("/contacts", address_line1="a")
    kept = made("/customers", name="Ada", contact_ids=[place["id"]])
    path = f"/customers/{kept['id']}"
    answer = customers.delete(path)
    assert (answer.status_code, answer.json()) == (200, kept)
    assert customers.get(path).status_code == 404
    assert customers.get("/customers").json() == []
    assert customers.get("/contacts").json() == [place]
    assert customers.delete(path).status_code == 404


def test_keys_of_a_deleted_customer_are_free_again(customers, made):
    keys = {"number": "1", "username": "ada", "email": "ada@example.org"}
    kept = made("/customers", name="Ada", **keys)
    assert customers.delete(f"/customers/{kept['id']}").status_code == 200
    again = made("/customers", name="Ada", **keys)
    assert {name: again[name] for name in keys} == keys


def test_a_customer_with_orders_or_purchases_is_not_deleted(customers, made, order, state):
    orders, purchases, both = (made("/customers", name="Ada")["id"] for _ in range(3))
    for id_ in (purchases, both):
        made(f"/customers/{id_}/purchases", purchase_name="Lamp", quantity=1)
    for id_ in (orders, orders, both):
        order(id_)
    before = state()
    refusals = {
        orders: ("The customer is named by orders (2).", {"orders": 2, "purchases": 0}),
        purchases: ("The customer is named by purchases (1).", {"orders": 0, "purchases": 1}),
        both: (
            "The customer is named by orders (1) and purchases (1).",
            {"orders": 1, "purchases": 1},
        ),
    }
    for id_, (detail, named_by) in refusals.items():
        answer = customers.delete(f"/customers/{id_}")
        told = answer.json()
        assert answer.status_code == 409
        assert (told["code"], told["detail"]) == ("in_use", detail)
        assert told["named_by"] == named_by
    assert state() == before
