"""Several replicas of each service: requests are spread over them, and one may die."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.e2e.buyers import buying, missing
from tests.e2e.containers import ROOT, SERVICES, ContainerShop
from tests.e2e.figures import measured

API = ("tests/sales", "tests/contract")


@pytest.fixture(scope="module")
def scaled(founded: ContainerShop) -> Iterator[ContainerShop]:
    """Two replicas of each service; at the end one again."""
    founded.sure("scale", *[f"{service}=2" for service in SERVICES])
    yield founded
    founded.sure("scale", *[f"{service}=1" for service in SERVICES])
    assert founded.containers("haproxy") == []
    assert [len(founded.containers(service)) for service in SERVICES] == [1, 1, 1]
    founded.begin_anew()


def test_each_request_goes_to_the_replica_that_is_free(
    scaled: ContainerShop, containers: ContainerShop, http: httpx2.Client
) -> None:
    service = "customers-service"

    def served() -> list[int]:
        return [_served(replica) for replica in scaled.containers(service)]

    def spread(app: str, requests: int) -> list[int]:
        before = served()
        for _ in range(requests):
            http.get(f"{scaled.addresses[app]}/customers?_start=0&_end=1").raise_for_status()
        deadline = time.monotonic() + 10
        while sum(after := served()) < sum(before) + requests:  # counted once it has been sent
            assert time.monotonic() < deadline
        return [now - then for now, then in zip(after, before, strict=True)]

    deadline = time.monotonic() + 60
    while min(spread("gateway", 4)) == 0:  # HAProxy hears of a replica within seconds
        assert time.monotonic() < deadline
    for app in ("gateway", "customers"):
        counts = spread(app, 20)
        assert sum(counts) == 20
        assert min(counts) >= 5


def test_started_again_there_are_as_many(scaled: ContainerShop, containers: ContainerShop) -> None:
    scaled.sure("stop")
    scaled.sure("start")
    assert [len(scaled.containers(service)) for service in SERVICES] == [2, 2, 2]
    scaled.wait_until_ready()


def test_of_two_replicas_one_may_die(
    scaled: ContainerShop, containers: ContainerShop, goods: list[int], http: httpx2.Client
) -> None:
    with buying(scaled.addresses["gateway"], goods) as buyers:
        buyers.wait_for(20)
        assert not buyers.refusals
        victim = scaled.containers("sales-service")[0]
        os.kill(victim.attrs["State"]["Pid"], signal.SIGKILL)
        buyers.wait_for(100)
    measured("kill -9 of one of two replicas of sales-service", f"failed {dict(buyers.failures)}")
    # what was being answered died with it, and nothing else
    assert sum(buyers.failures.values()) <= 4
    assert {refusal["service"] for refusal in buyers.refusals} <= {"sales-service"}
    assert missing(http, scaled.addresses["sales"], buyers.acknowledged) == []


def test_without_any_replica_the_service_is_named(
    scaled: ContainerShop, containers: ContainerShop, http: httpx2.Client
) -> None:
    for replica in scaled.containers("customers-service"):
        replica.stop()
    for app in ("customers", "gateway"):
        answer = http.get(f"{scaled.addresses[app]}/customers/1", headers={"X-Request-ID": 'a"b'})
        assert answer.status_code == 502
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "/problems/upstream-failed",
            "title": "A service behind the gateway failed",
            "status": 502,
            "detail": "customers-service cannot be reached.",
            "instance": "/customers/1",
            "code": "upstream_failed",
            "message": "customers-service cannot be reached.",
            "request_id": 'a"b',
            "errors": {},
            "service": "customers-service",
        }
        answer = http.get(f"{scaled.addresses[app]}/api/v1/customer")
        assert answer.headers["content-type"] == "application/json"
        told = {"status": "error", "message": "customers-service cannot be reached."}
        assert (answer.status_code, answer.json()) == (502, told)
    scaled.sure("start")


@pytest.mark.timeout(900)
def test_two_replicas_answer_as_one_app_does(scaled: ContainerShop) -> None:
    """The tests of the API, which empty the shop, asked of them instead of apps in this process."""
    secrets = scaled.folder / "data" / "secrets" / "init"
    told = {
        "DAYBOOK_TEST_ENGINE": "mysql",
        "DAYBOOK_TEST_CONTAINERS": json.dumps(scaled.addresses),
        "DAYBOOK_TEST_CONTAINERS_DATABASE": " ".join(
            scaled.published((secrets / name).read_text())
            for name in ("database_url", "daybook_migration_url")
        ),
    }
    words = [sys.executable, "-m", "pytest", "-q", "-n", "0", *API]
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    measured("the API's tests on two replicas of each", done.stdout.strip().splitlines()[-1])


def _served(replica: object) -> int:
    told: bytes = replica.logs()  # type: ignore[attr-defined] # docker brings no types
    return told.count(b'"route": "/customers"')
