"""Customers who place orders, one after the other, whatever happens to the shop."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx2

BUYERS = 4
SILENCE = 20  # seconds after which a buyer gives up an order


class Buyers:
    """What became of the orders, by status, or by the kind of failure where there was no answer."""

    def __init__(self, url: str, goods: list[int]) -> None:
        self.url = url
        self.body = {"lines": [{"product_id": each, "quantity": 1} for each in goods]}
        self.acknowledged: list[int] = []
        self.outcomes: Counter[str] = Counter()
        self.refusals: list[dict[str, Any]] = []
        self.stop = threading.Event()

    def buy(self) -> None:
        """Place orders until `stop`."""
        with httpx2.Client(timeout=SILENCE) as client:
            while not self.stop.is_set():
                try:
                    self._note(client.post(f"{self.url}/orders", json=self.body))
                except httpx2.TransportError as failed:
                    self.outcomes[type(failed).__name__] += 1
                    time.sleep(0.05)

    def wait_for(self, orders: int) -> None:
        """Wait until so many orders more were acknowledged."""
        wanted, deadline = len(self.acknowledged) + orders, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < deadline, self.outcomes
            time.sleep(0.05)

    def _note(self, answer: httpx2.Response) -> None:
        self.outcomes[str(answer.status_code)] += 1
        if answer.status_code == 201:
            self.acknowledged.append(answer.json()["id"])
        elif answer.status_code != 200:
            self.refusals.append(answer.json())
            time.sleep(0.05)

    @property
    def failures(self) -> dict[str, int]:
        """What did not go well, counted."""
        return {kind: count for kind, count in self.outcomes.items() if kind not in {"200", "201"}}


class Looks(Buyers):
    """People who look at pages instead."""

    PAGES = ("/products?_start=0&_end=5", "/customers?_start=0&_end=5", "/")

    def buy(self) -> None:
        """Look at one page after the other until `stop`."""
        with httpx2.Client(timeout=SILENCE) as client:
            while not self.stop.is_set():
                for page in self.PAGES:
                    try:
                        self._note(client.get(f"{self.url}{page}"))
                    except httpx2.TransportError as failed:
                        self.outcomes[type(failed).__name__] += 1
                        time.sleep(0.05)


def buying(url: str, goods: list[int]) -> AbstractContextManager[Buyers]:
    """Four buyers, for as long as the `with`."""
    return _together(Buyers(url, goods), BUYERS)


def looking(url: str) -> AbstractContextManager[Buyers]:
    """Somebody who looks around, for as long as the `with`."""
    return _together(Looks(url, []), 1)


@contextmanager
def _together(people: Buyers, count: int) -> Iterator[Buyers]:
    threads = [threading.Thread(target=people.buy) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield people
    finally:
        people.stop.set()
        for thread in threads:
            thread.join()


def missing(http: httpx2.Client, url: str, ids: list[int]) -> list[int]:
    """Of the orders with these ids, those that are not there or not whole."""
    found: set[int] = set()
    ordered = sorted(ids)
    for start in range(0, len(ordered), 200):
        asked = http.get(f"{url}/orders", params={"id": ordered[start : start + 200]}).json()
        found |= {order["id"] for order in asked if len(order["lines"]) == 2}
    return [each for each in ordered if each not in found]
