"""The proof and the readiness through the gateway."""

import httpx
import httpx2
import pytest

from common.settings import Settings
from gateway.checks import router
from tests.gateway.fakes import FAULTS, Service, answer, hang, served

SERVICES = ["products-service", "sales-service", "customers-service"]
REPORT = {
    "ok": False,
    "checks": [{"name": "levels", "ok": False, "failures": ["product 7: 3, not 4"]}],
}


def test_the_proof_of_a_real_shop(shop: dict[str, str], http: httpx2.Client) -> None:
    told = http.get(f"{shop['gateway']}/check")
    assert told.status_code == 200
    assert told.json()["ok"] is True
    assert told.content == http.get(f"{shop['sales']}/check").content


def test_a_real_shop_is_ready(shop: dict[str, str], http: httpx2.Client) -> None:
    told = http.get(f"{shop['gateway']}/readyz")
    assert told.status_code == 200
    assert told.json() == {"status": "ready"} | dict.fromkeys(SERVICES, "reachable")


@pytest.mark.anyio
async def test_a_proof_that_fails_is_told_as_it_is(
    service: Service, gateway: httpx.AsyncClient
) -> None:
    service.answers = {"/check": [answer(REPORT)]}
    response = await gateway.get("/check")
    assert (response.status_code, response.json()) == (200, REPORT)


@pytest.mark.anyio
async def test_the_proof_may_take_longer_than_other_answers(
    service: Service, patient: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert router.PATIENCE == 120
    monkeypatch.setattr(router, "PATIENCE", 1.0)
    service.answers = {"/check": [hang]}
    async with served(patient.model_copy(update={"upstream_timeout": 0.05})) as gateway:
        response = await gateway.get("/check")
    assert response.elapsed.total_seconds() > 0.9
    assert (response.status_code, response.json()["service"]) == (504, "sales-service")


@pytest.mark.anyio
@pytest.mark.parametrize("fault", ["garbage", "other JSON", "error 500"])
async def test_a_proof_that_is_none_is_a_problem(
    service: Service, gateway: httpx.AsyncClient, fault: str
) -> None:
    service.answers = {"/check": [FAULTS[fault][0]]}
    response = await gateway.get("/check")
    assert (response.status_code, response.json()["service"]) == (502, "sales-service")


@pytest.mark.anyio
async def test_every_service_that_is_missing_is_named(service: Service, patient: Settings) -> None:
    service.answers = {"/healthz": [answer({"status": "alive"})]}
    nowhere = "http://127.0.0.1:1"
    missing = {"products_url": nowhere, "customers_url": nowhere}
    async with served(patient.model_copy(update=missing)) as gateway:
        response = await gateway.get("/readyz")
        alive = await gateway.get("/healthz")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (503, "unavailable")
    assert problem["services"] == ["products-service", "customers-service"]
    assert problem["detail"] == "products-service and customers-service cannot be reached."
    assert alive.status_code == 200
