"""`./docker-manager.sh start` on a fresh clone, and what it says when something is missing."""

import json
import os
import subprocess
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.exc import OperationalError

from common.db.engine import make_engine
from tests.e2e.containers import SERVICES, ContainerShop


def test_start_tells_the_addresses_and_what_to_try(founded: ContainerShop) -> None:
    addresses = founded.addresses
    assert founded.said.splitlines()[-8:] == [
        "Daybook serves the shop in ./data:",
        f"  products   {addresses['products']}/docs",
        f"  sales      {addresses['sales']}/docs",
        f"  customers  {addresses['customers']}/docs",
        f"  gateway    {addresses['gateway']}/docs",
        "The first thing to try:",
        "  ./docker-manager.sh daybook demo    # sample data, in an empty shop",
        f"  curl '{addresses['gateway']}/report/customer-orders?customer_id=1'",
    ]
    assert founded.all_ready()


def test_every_container_is_healthy_or_done(containers: ContainerShop) -> None:
    states = {
        each.labels["com.docker.compose.service"]: (
            each.attrs["State"].get("Health", {}).get("Status"),
            each.attrs["State"]["ExitCode"],
        )
        for each in containers.containers()
    }
    serving = dict.fromkeys((*SERVICES, "gateway", "mysql"), ("healthy", 0))
    assert states == serving | {"secrets": (None, 0), "init": (None, 0)}


def test_only_this_machine_reaches_the_services(containers: ContainerShop) -> None:
    for name, url in containers.addresses.items():
        service = name if name == "gateway" else f"{name}-service"
        published = containers.container(service).attrs["NetworkSettings"]["Ports"]
        port = url.rpartition(":")[2]
        assert [each for each in published.values() if each] == [
            [{"HostIp": "127.0.0.1", "HostPort": port}]
        ]


def test_the_database_is_not_published(containers: ContainerShop) -> None:
    """By what is delivered; these tests publish it in a file of their own."""
    asked = ["docker", "compose", "--file", "docker-compose.yml", "config", "--format", "json"]
    told = subprocess.run(asked, cwd=containers.folder, capture_output=True, check=True).stdout
    services = json.loads(told)["services"]
    published = {
        name: tuple(port["host_ip"] for port in each.get("ports", ()))
        for name, each in services.items()
    }
    assert published == {
        **dict.fromkeys((*SERVICES, "gateway"), ("127.0.0.1",)),
        **dict.fromkeys(("mysql", "secrets", "init"), ()),
    }


@pytest.mark.parametrize("service", [*SERVICES, "gateway"])
def test_images_can_do_little(containers: ContainerShop, service: str) -> None:
    container = containers.container(service)
    host = container.attrs["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert container.exec_run("id -u").output == b"10001\n"
    assert container.exec_run("touch /venv/x").exit_code != 0
    assert container.exec_run("touch /tmp/x").exit_code == 0
    holds = 'python -c "import importlib.util as i; print(*map(bool, map(i.find_spec, {})))"'
    drivers = container.exec_run(holds.format("['sqlalchemy', 'MySQLdb', 'psycopg']")).output
    assert drivers == (b"False False False\n" if service == "gateway" else b"True True True\n")


def test_secrets_are_for_those_who_need_them(containers: ContainerShop) -> None:
    folder = containers.folder / "data" / "secrets"
    told = {
        str(path.relative_to(folder)): (path.stat().st_mode & 0o777, path.stat().st_gid)
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert told == {
        "mysql/root_password": (0o440, 0),
        "init/administrator_url": (0o440, 10001),
        "init/daybook_migration_url": (0o440, 10001),
        "init/database_url": (0o440, 10001),
        "services/database_url": (0o440, 10001),
    }
    seen = containers.container("sales-service").exec_run("ls /run/secrets").output
    assert seen == b"database_url\n"
    assert containers.container("gateway").exec_run("ls /run/secrets").exit_code != 0
    urls = containers.container("gateway").exec_run("env").output
    assert b"mysql" not in urls


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sales SET id = id",
        "DELETE FROM sales",
        "UPDATE inventory_transactions SET id = id",
        "DELETE FROM inventory_transactions",
        "ALTER TABLE products ADD COLUMN x INTEGER",
        "DROP TABLE sales",
        "CREATE TABLE x (id INTEGER)",
    ],
)
def test_the_services_user_may_not(containers: ContainerShop, statement: str) -> None:
    program = (
        "from sqlalchemy import text;"
        "from common.db.session import connect; from common.settings import get_settings;"
        f"connect(get_settings()).engine.connect().execute(text('{statement}'))"
    )
    done = containers.container("sales-service").exec_run(["python", "-c", program])
    assert done.exit_code == 1
    assert b"(1142, " in done.output  # MySQL's word that the command is denied


def test_a_start_that_fails_says_why(containers: ContainerShop) -> None:
    password = containers.folder / "data" / "secrets" / "mysql" / "root_password"
    kept = password.rename(containers.folder / "kept")
    done = containers.manager("start")
    kept.rename(password)
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert said[-3:] == [
        "--- the last words of secrets:",
        "data/mysql holds a database, and data/secrets/mysql/root_password, its password, is"
        " missing. Bring it back from where it was, or move data/mysql aside to begin anew.",
        "The shop did not start. ./docker-manager.sh logs tells more. Ports that are taken can be"
        " moved, by .env.",
    ]
    containers.start()


def test_a_password_is_changed_by_removing_it(containers: ContainerShop) -> None:
    secrets = containers.folder / "data" / "secrets"
    for name in ("database_url", "daybook_migration_url"):
        (secrets / "init" / name).rename(containers.folder / name)
    containers.sure("restart")
    for name in ("database_url", "daybook_migration_url"):
        before = (containers.folder / name).read_text()
        assert (secrets / "init" / name).read_text() != before
        engine = make_engine(containers.published(before), threads=1, lock_timeout=1)
        with pytest.raises(OperationalError, match="1045"):
            engine.connect()
    assert containers.all_ready()


def test_the_first_request_of_the_readme(containers: ContainerShop, http: httpx2.Client) -> None:
    containers.sure("daybook", "demo", "--customers", 20, "--orders", 100)
    url = f"{containers.addresses['gateway']}/report/customer-orders"
    rows = http.get(url, params={"customer_id": 1}).json()
    assert rows[0]["customer_id"] == 1
    assert http.get(url, params={"format": "excel"}).content[:2] == b"PK"


def test_status_tells_health_versions_and_rows(containers: ContainerShop) -> None:
    told = containers.sure("status")
    for service in (*SERVICES, "gateway", "mysql"):
        (line,) = [line for line in told.splitlines() if f"-{service}-1 " in line]
        assert "(healthy)" in line
    assert "MySQL 9.7" in told
    assert any(line.split() == ["20", "customers"] for line in told.splitlines())


def test_the_command_finds_files_and_writes_them(containers: ContainerShop, tmp_path: Path) -> None:
    words = ("daybook", "report", "customer-orders", "--format", "csv", "--out")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / ".env").write_text("DATABASE_URL=sqlite:////nowhere.db\n")  # another's
    containers.sure(*words, "relative.csv", cwd=tmp_path / "here")
    containers.sure(*words, tmp_path / "absolute.csv")
    relative = tmp_path / "here" / "relative.csv"
    assert relative.read_bytes() == (tmp_path / "absolute.csv").read_bytes()
    assert relative.read_bytes().startswith(b"customer_id,")
    assert relative.stat().st_uid == os.getuid()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_one_who_is_not_root_may_do_all_of_it(containers: ContainerShop, tmp_path: Path) -> None:
    """Whoever may use the engine, which is a group's right."""
    tmp_path.chmod(0o777)
    group = str(Path("/var/run/docker.sock").stat().st_gid)
    nobody = ["setpriv", "--reuid=65534", f"--regid={group}", "--clear-groups"]
    for parent in containers.folder.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)

    def manager(*words: str) -> None:
        done = subprocess.run(
            [*nobody, containers.folder / "docker-manager.sh", *words],
            env={**os.environ, "HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    manager("daybook", "report", "customer-orders", "--out", "report.csv")
    manager("backup", "mine.db")
    manager("start")
    manager("test", "-q", "-n", "0", "tests/architecture", "tests/products/test_categories.py")
    assert {path.name: path.stat().st_uid for path in tmp_path.glob("[a-z]*.*")} == {
        "report.csv": 65534,
        "mine.db": 65534,
    }


def test_logs_of_one_service(containers: ContainerShop) -> None:
    httpx2.get(f"{containers.addresses['gateway']}/products/1", headers={"X-Request-ID": "till-7"})
    told = containers.sure("logs", "products-service")
    (line,) = [line for line in told.splitlines() if '"till-7"' in line]
    assert line.startswith("products-service-1")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("help",), 0, ""),
        (("dance",), 2, ""),
        (("backup",), 1, "./docker-manager.sh backup FILE\n"),
        (("restore", "a", "b"), 1, "./docker-manager.sh restore FILE [--despite-checks]\n"),
        (("scale",), 1, "./docker-manager.sh scale SERVICE=N ...\n"),
        (("daybook", "start"), 1, "./docker-manager.sh start starts the shop.\n"),
        (("stop", "gateway"), 1, "./docker-manager.sh stop is about the whole shop.\n"),
        (("reset", "all"), 1, "./docker-manager.sh reset [--yes]\n"),
    ],
)
def test_wrong_words(founded: ContainerShop, words: tuple[str, ...], code: int, told: str) -> None:
    done = founded.manager(*words)
    assert done.returncode == code
    if code != 1:
        assert "./docker-manager.sh COMMAND" in done.stdout + done.stderr
    else:
        assert done.stderr == told


@pytest.mark.parametrize(
    ("service", "told"),
    [
        (
            "gateway=2",
            "Only these have replicas: products-service sales-service customers-service.\n",
        ),
        ("sales-service=0", "sales-service=0: say SERVICE=N, with N from 1 to 10.\n"),
        ("sales-service=11", "sales-service=11: say SERVICE=N, with N from 1 to 10.\n"),
        ("sales-service", "sales-service: say SERVICE=N, with N from 1 to 10.\n"),
    ],
)
def test_wrong_replicas(containers: ContainerShop, service: str, told: str) -> None:
    done = containers.manager("scale", service)
    assert (done.returncode, done.stderr) == (1, told)
    assert len(containers.containers()) == 7
