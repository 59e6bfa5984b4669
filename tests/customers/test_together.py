"""What many do at the same moment is as if they had done it one after the other."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

THREADS = 8


@pytest.fixture
def together():
    """Calls a function in eight threads at once, with 0 to 7."""

    def run(call):
        start = Barrier(THREADS)

        def wait_and_call(place):
            start.wait()
            return call(place)

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(wait_and_call, range(THREADS)))

    return run


def _statuses(answers):
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("field", ["number", "username", "email"])
def test_one_of_eight_who_register_a_key_gets_it(customers, together, field):
    def register(place):
        key = "Ada@Example.org" if place % 2 else "aDA@eXAMPLE.ORG"
        return customers.post("/customers", json={"name": f"Ada {place}", field: key})

    answers = together(register)
    assert _statuses(answers) == {201: 1, 409: 7}
    winner = next(answer for answer in answers if answer.status_code == 201)
    assert customers.get("/customers").json() == [winner.json()]


def test_eight_who_register_with_passwords_are_all_served(customers, together):
    def register(place):
        return customers.post("/customers", json={"name": f"{place}", "password": "12345678"})

    answers = together(register)
    assert _statuses(answers) == {201: 8}
    assert {answer.json()["number"] for answer in answers} == {f"C-{n}" for n in range(1, 9)}


def test_eight_edits_of_a_customer_are_all_done(customers, made, together):
    fields = [
        "first_name",
        "last_name",
        "username",
        "address",
        "country",
        "number",
        "email",
        "name",
    ]
    made("/customers", name="Ada")

    def edit(place):
        return customers.patch("/customers/1", json={fields[place]: f"{place}@b"})

    assert _statuses(together(edit)) == {200: 8}
    after = customers.get("/customers/1").json()
    assert {field: after[field] for field in fields} == {
        field: f"{place}@b" for place, field in enumerate(fields)
    }
    assert after["version"] == 9


def test_one_of_eight_deletes_and_the_rest_find_nothing(customers, made, together):
    place = made("/contacts", address_line1="a")["id"]
    made("/customers", name="Ada", contact_ids=[place])
    paths = [f"/contacts/{place}", "/customers/1"]
    answers = together(lambda nth: customers.delete(paths[nth % 2]))
    assert _statuses(answers) == {200: 2, 404: 6}
    assert customers.get("/customers").json() == customers.get("/contacts").json() == []
