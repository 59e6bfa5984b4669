"""Passwords go in, and nothing of them comes out."""

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from common.db.models.customers import Customer

HASHER = PasswordHash((Argon2Hasher(),))


@pytest.fixture
def stored(database):
    def read(customer_id):
        with database.reading() as session:
            chosen = select(Customer.password_hash).where(Customer.id == customer_id)
            return session.execute(chosen).scalar_one()

    return read


def test_a_password_is_stored_as_an_argon2_hash_and_never_sent(customers, stored):
    body = {"name": "Ada", "password": "correct horse ⚡"}
    answers = [customers.post("/customers", json=body)]
    assert stored(1).startswith("$argon2id$")
    assert HASHER.verify(body["password"], stored(1))
    answers += [
        customers.get("/customers/1"),
        customers.get("/customers"),
        customers.patch("/customers/1", json={"password": "another horse"}),
        customers.put("/customers/1", json={"name": "Ada", "password": "a third horse"}),
        customers.post("/customers", json={"name": "Eve", "password": "short"}),
        customers.patch("/customers/1", json={"password": "horse" * 30}),
        customers.get("/customers", params={"password_hash": "x"}),
        customers.delete("/customers/1"),
    ]
    assert [answer.status_code for answer in answers] == [
        201,
        200,
        200,
        200,
        200,
        422,
        422,
        400,
        200,
    ]
    for answer in answers:
        assert "argon2" not in answer.text
        assert "horse" not in answer.text
        if answer.status_code < 300:
            assert "password" not in answer.text


def test_a_password_is_changed_when_sent_and_kept_when_not(customers, made, stored):
    made("/customers", name="Ada", password="12345678")
    first = stored(1)
    assert HASHER.verify("12345678", first)
    customers.put("/customers/1", json={"name": "Eve"})
    customers.put("/customers/1", json={"name": "Eve", "password": None})
    customers.patch("/customers/1", json={"name": "Mary"})
    assert stored(1) == first
    changed = customers.patch("/customers/1", json={"password": "x" * 128})
    assert (changed.status_code, changed.json()["version"]) == (200, 4)
    assert HASHER.verify("x" * 128, stored(1))
    customers.put("/customers/1", json={"name": "Eve", "password": " " * 8})
    assert HASHER.verify(" " * 8, stored(1))


def test_no_password_is_no_hash(made, stored):
    made("/customers", name="Ada")
    assert stored(1) is None
