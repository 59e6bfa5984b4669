"""The names of all customers, in batches for the gateway."""

import pytest
from sqlalchemy import insert

from common.db.models.customers import Customer


def _names(customers, **params):
    answer = customers.get("/report/customer-names", params=params)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


def test_an_empty_shop_has_no_names(customers):
    assert _names(customers) == {"rows": [], "next": None}


def test_names_come_in_batches_by_id(customers, made):
    for name in ("Ada", "Zoë", "=Eve()", "Bob"):
        made("/customers", name=name)
    customers.delete("/customers/2")
    rows = [[1, "Ada"], [3, "=Eve()"], [4, "Bob"]]
    assert _names(customers) == {"rows": rows, "next": None}
    assert _names(customers, limit=3) == {"rows": rows, "next": None}
    assert _names(customers, limit=2) == {"rows": rows[:2], "next": 3}
    assert _names(customers, limit=2, after=3) == {"rows": rows[2:], "next": None}
    assert _names(customers, after=1) == {"rows": rows[1:], "next": None}
    assert _names(customers, after=2**63 - 1) == {"rows": [], "next": None}


def test_a_batch_is_at_most_four_thousand(customers, database):
    with database.transaction() as session:
        rows = [
            {"name": f"n{nth}", "number": f"{nth}", "number_folded": f"{nth}", "search": f"{nth}"}
            for nth in range(4001)
        ]
        session.execute(insert(Customer), rows)
    first = _names(customers)
    assert (len(first["rows"]), first["next"]) == (4000, 4000)
    assert _names(customers, after=4000) == {"rows": [[4001, "n4000"]], "next": None}


@pytest.mark.parametrize(
    ("word", "value"),
    [("after", "x"), ("after", -1), ("after", 2**63), ("limit", 0), ("limit", 4001)],
)
def test_a_wrong_word_is_refused(customers, word, value):
    answer = customers.get("/report/customer-names", params={word: value})
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {word}
