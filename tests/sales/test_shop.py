"""What the shop tells of itself."""

from collections.abc import Callable

from fastapi.testclient import TestClient


def test_the_row_counts_and_not_the_settings(
    sales: TestClient, shop_row: Callable[..., None]
) -> None:
    told = {"name": "My shop", "currency": "EUR", "time_zone": "UTC"}
    assert sales.get("/shop").json() == told
    changed = {"name": "Tea & Cup", "currency": "JPY", "time_zone": "Asia/Tokyo"}
    shop_row(**changed)
    answer = sales.get("/shop")
    assert (answer.status_code, answer.json()) == (200, changed)
