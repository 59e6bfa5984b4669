"""The page at `/`."""

import re
from html.parser import HTMLParser

import httpx
import httpx2
import pytest

from common.settings import Settings
from common.web.app import VERSION
from gateway.services import PUBLIC
from tests.gateway.fakes import Service, answer, served

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LINKS = [
    "/docs",
    "/openapi.json",
    "/api/v1/docs",
    "/order-mgmt/docs",
    "/readyz",
    "/check",
    *(f"/report/customer-orders?format={name}" for name in ("json", "ndjson", "csv", "xlsx")),
]


class Page(HTMLParser):
    """The links, the words, and the elements that are open at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.links.append(str(dict(attrs)["href"]))
        if tag not in {"meta", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words = " ".join(f"{self.words} {data}".split())


def test_the_page_of_a_real_shop(shop: dict[str, str], http: httpx2.Client) -> None:
    response = http.get(f"{shop['gateway']}/", headers={"accept": BROWSER})
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["vary"].startswith("Accept")
    page = Page(response.text)
    assert page.open == []
    assert page.links == LINKS
    assert "All services answer." in page.words
    for name, prefixes in PUBLIC.items():
        paths = " ".join(f"/{prefix}" for prefix in prefixes)
        assert f"{name}-service answers {paths}" in page.words
    assert not re.search(r"https?://|src=|\$", response.text)
    for link in page.links:
        assert http.get(f"{shop['gateway']}{link}").status_code == 200


@pytest.mark.anyio
async def test_a_service_that_is_missing_is_named(service: Service, patient: Settings) -> None:
    service.answers = {"/healthz": [answer({"status": "alive"})]}
    missing = {"customers_url": "http://127.0.0.1:1"}
    async with served(patient.model_copy(update=missing)) as gateway:
        page = Page((await gateway.get("/")).text)
        told = (await gateway.get("/", headers={"accept": "application/json"})).json()
    assert "customers-service cannot be reached." in page.words
    assert "customers-service cannot be reached /customers" in page.words
    assert "sales-service answers /orders" in page.words
    states = {each["name"]: each["reachable"] for each in told["services"]}
    assert states == {"products-service": True, "sales-service": True, "customers-service": False}


@pytest.mark.anyio
async def test_the_same_as_json(service: Service, gateway: httpx.AsyncClient) -> None:
    service.answers = {"/healthz": [answer({"status": "alive"})]}
    response = await gateway.get("/", headers={"accept": "application/json"})
    assert response.headers["content-type"] == "application/json"
    told = response.json()
    assert (told["name"], told["version"]) == ("Daybook", VERSION)
    assert told["services"] == [
        {
            "name": f"{name}-service",
            "reachable": True,
            "paths": [f"/{prefix}" for prefix in prefixes],
        }
        for name, prefixes in PUBLIC.items()
    ]
    assert [link["path"] for link in told["links"]] == LINKS
