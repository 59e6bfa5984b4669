"""`kill -9` while orders are placed: nothing acknowledged is lost, nothing is half-placed."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2

Run = Callable[..., subprocess.CompletedProcess[str]]
KILLS = 3


def test_what_was_acknowledged_is_there_and_whole(
    started: Callable[..., Any], daybook: Run, http: httpx2.Client
) -> None:
    acknowledged: list[int] = []
    for kill in range(KILLS):
        with started() as shop:
            api = shop.addresses
            if kill == 0:
                http.post(f"{api['products']}/categories", json={"name": "toys"})
                for sku in ("A", "B"):
                    product = {"sku": sku, "name": sku, "category_id": 1, "price_cents": 5}
                    stocked = product | {"quantity": 1_000_000}
                    http.post(f"{api['products']}/products", json=stocked)

            def buy(url: str = api["sales"]) -> None:
                lines = [{"product_id": 1, "quantity": 1}, {"product_id": 2, "quantity": 2}]
                try:
                    while True:
                        placed = httpx2.post(f"{url}/orders", json={"lines": lines})
                        assert placed.status_code == 201
                        acknowledged.append(placed.json()["id"])
                except httpx2.TransportError:
                    return

            buyers = [threading.Thread(target=buy) for _ in range(4)]
            for buyer in buyers:
                buyer.start()
            time.sleep(0.4 + 0.13 * kill)
            shop.stop(signal.SIGKILL)
            for buyer in buyers:
                buyer.join()
        assert daybook("check").returncode == 0
    assert len(acknowledged) > KILLS
    assert len(set(acknowledged)) == len(acknowledged)
    with started() as shop:
        sales, ids = shop.addresses["sales"], sorted(acknowledged)
        found = [
            order
            for start in range(0, len(ids), 200)
            for order in http.get(f"{sales}/orders", params={"id": ids[start : start + 200]}).json()
        ]
        assert [order["id"] for order in found] == ids
        assert {len(order["lines"]) for order in found} == {2}
