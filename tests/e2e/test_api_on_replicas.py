"""The tests of the API, asked of two replicas of each service instead of apps in this process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.e2e.containers import ROOT, SERVICES, ContainerShop
from tests.e2e.figures import measured

API = ("tests/products", "tests/sales", "tests/customers")


@pytest.fixture
def empty(founded: ContainerShop) -> Iterator[ContainerShop]:
    """A shop of two replicas each that the tests may empty; at the end it is begun anew."""
    founded.begin_anew()
    founded.sure("scale", *[f"{service}=2" for service in SERVICES])
    yield founded
    founded.sure("scale", *[f"{service}=1" for service in SERVICES])
    founded.begin_anew()


@pytest.mark.timeout(900)
def test_two_replicas_answer_as_one_app_does(empty: ContainerShop) -> None:
    told = {
        "DAYBOOK_TEST_ENGINE": "mysql",
        "DAYBOOK_TEST_CONTAINERS": json.dumps(empty.addresses),
        "DAYBOOK_TEST_CONTAINERS_DATABASE": " ".join(
            _published(empty, name) for name in ("database_url", "daybook_migration_url")
        ),
    }
    words = [sys.executable, "-m", "pytest", "-q", "-n", "0", *API]
    done = subprocess.run(
        words, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    measured("the API's tests on two replicas of each", done.stdout.strip().splitlines()[-1])


def _published(shop: ContainerShop, name: str) -> str:
    """The URL of the secret, as this machine reaches the database."""
    url = make_url(Path(shop.folder, "data", "secrets", "init", name).read_text())
    ports = shop.container("mysql").attrs["NetworkSettings"]["Ports"]
    port = int(ports["3306/tcp"][0]["HostPort"])
    return url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
