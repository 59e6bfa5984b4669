"""Stopped, restarted and killed under load: nothing acknowledged is lost, nobody needs to help."""

import threading
import time
from typing import Any

import httpx2
import pytest

from tests.e2e.buyers import buying, looking, missing
from tests.e2e.containers import SERVICES, ContainerShop
from tests.e2e.figures import measured

COMING_BACK = 30  # seconds


def test_stopped_and_started_again_it_has_what_it_had(
    containers: ContainerShop, goods: list[int], http: httpx2.Client
) -> None:
    sales = containers.addresses["sales"]
    placed = http.post(f"{sales}/orders", json={"lines": [{"product_id": goods[0], "quantity": 3}]})
    containers.sure("stop")
    assert {each.status for each in containers.containers()} == {"exited"}
    containers.sure("restart")
    assert http.get(f"{sales}/orders/{placed.json()['id']}").json() == placed.json()


def test_what_is_in_flight_is_finished_within_ten_seconds(
    containers: ContainerShop, goods: list[int], http: httpx2.Client
) -> None:
    url = f"{containers.addresses['sales']}/orders"
    body = {"lines": [{"product_id": goods[0], "quantity": 1}] * 1500}
    answers: list[httpx2.Response] = []
    thread = threading.Thread(target=lambda: answers.append(http.post(url, json=body)))
    thread.start()
    while "http_server_active_requests 2.0" not in http_metrics(containers):
        assert thread.is_alive()
    assert answers == []
    began = time.monotonic()
    container = containers.container("sales-service")
    container.stop(timeout=20)
    seconds = time.monotonic() - began
    thread.join()
    container.reload()
    measured("SIGTERM with an order of 1,500 lines in flight", f"{seconds:.1f} s")
    assert seconds < 10
    assert container.attrs["State"]["ExitCode"] == 0
    assert [answer.status_code for answer in answers] == [201]
    containers.sure("start")


@pytest.mark.parametrize("victim", [*SERVICES, "gateway", "mysql"])
def test_killed_under_load_it_comes_back_by_itself(
    containers: ContainerShop, goods: list[int], http: httpx2.Client, victim: str
) -> None:
    gateway = containers.addresses["gateway"]
    restarts = containers.container(victim).attrs["RestartCount"]
    with buying(gateway, goods) as buyers, looking(gateway) as looks:
        buyers.wait_for(50)
        containers.kill(victim)
        time.sleep(0.5)  # so that nobody is ready still
        seconds = 0.5 + containers.wait_until_ready(COMING_BACK)
        buyers.wait_for(50)
    measured(
        f"kill -9 of {victim}",
        f"{seconds:.1f} s until ready, {len(buyers.acknowledged)} orders acknowledged;"
        f" failed {dict(buyers.failures)}, of pages looked at {dict(looks.failures)}",
    )
    assert containers.container(victim).attrs["RestartCount"] == restarts + 1
    assert missing(http, containers.addresses["sales"], buyers.acknowledged) == []
    for refusal in [*buyers.refusals, *looks.refusals]:
        _names_what_is_missing(refusal, victim)


def http_metrics(shop: ContainerShop) -> str:
    """What sales-service counts; that question is one of its active requests."""
    return httpx2.get(f"{shop.addresses['sales']}/metrics", timeout=10).text


def _names_what_is_missing(refusal: dict[str, Any], victim: str) -> None:
    """A gateway's 502 or 504 of the service; of the database, a service's own 503."""
    if victim == "mysql":
        assert (refusal["status"], refusal["code"]) == (503, "unavailable")
        assert refusal["detail"] == "The database does not answer; try again."
    else:
        assert refusal["status"] in {502, 504}
        assert refusal["service"] == victim
