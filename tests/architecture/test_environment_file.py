""".env.example names every setting, with its default."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from common.settings import Settings

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
COMPOSE = [ROOT / "docker-compose.yml", ROOT / "docker-compose.scale.yml"]
# Of these the file shows an example, for they have no default.
WITHOUT_DEFAULT = {
    "DATABASE_URL": "postgresql://user:password@localhost:5432/dbname",
    "DAYBOOK_MIGRATION_URL": "postgresql://owner:password@localhost:5432/dbname",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318",
    "COMPOSE_PROJECT_NAME": "daybook",
}
OF_COMPOSE = {"DAYBOOK_MYSQL", "COMPOSE_PROJECT_NAME"}
SHOW = "from common.settings import get_settings; print(repr(get_settings()))"


def uncommented(*, but: dict[str, str]) -> str:
    """The file with all its settings, but for these, in effect."""
    pattern = r"^#(?!(?:" + "|".join(but) + r")=)(?=\w+=)" if but else r"^#(?=\w+=)"
    return re.sub(pattern, "", EXAMPLE, flags=re.MULTILINE)


def told() -> dict[str, str | None]:
    return dotenv_values(stream=io.StringIO(uncommented(but={})))


def variable(name: str, alias: Any) -> str:
    """The variable of a field, of two names the first."""
    first = getattr(alias, "choices", [alias])[0]
    return first or f"DAYBOOK_{name.upper()}"


def test_it_names_every_setting_and_no_other() -> None:
    fields = Settings.model_fields.items()
    names = {variable(name, field.validation_alias) for name, field in fields}
    assert told().keys() == names | OF_COMPOSE
    names_in_order = re.findall(r"^#?(\w+)=", EXAMPLE, re.MULTILINE)
    assert sorted(names_in_order) == sorted(told())  # none is there twice


def test_those_without_a_default_are_the_examples() -> None:
    fields = Settings.model_fields.items()
    names = {variable(name, field.validation_alias): field.default for name, field in fields}
    none = {name for name, default in names.items() if default is None}
    assert none == WITHOUT_DEFAULT.keys() - OF_COMPOSE
    assert {name: told()[name] for name in WITHOUT_DEFAULT} == WITHOUT_DEFAULT


def read_by_daybook(folder: Path, text: str) -> str:
    (folder / ".env").write_text(text)
    environment = {"PATH": os.environ["PATH"]}  # nothing but the file says anything
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.rstrip()


@pytest.mark.parametrize("text", [EXAMPLE, uncommented(but=WITHOUT_DEFAULT)], ids=["copy", "all"])
def test_a_copy_changes_nothing(text: str, tmp_path: Path) -> None:
    assert read_by_daybook(tmp_path, text) == repr(Settings.model_construct())


def test_examples_are_sound(tmp_path: Path) -> None:
    examples = Settings.model_construct(
        database_url_setting=WITHOUT_DEFAULT["DATABASE_URL"],
        migration_url=WITHOUT_DEFAULT["DAYBOOK_MIGRATION_URL"],
    )
    shown = read_by_daybook(tmp_path, uncommented(but={}))
    url = "HttpUrl('http://127.0.0.1:4318/')"
    assert shown == repr(examples).replace("traces_endpoint=None", f"traces_endpoint={url}")


def test_it_names_what_compose_takes_from_the_environment() -> None:
    """With the same default, where Compose has one of its own."""
    text = "".join(file.read_text() for file in COMPOSE)
    defaults = dict(re.findall(r"\$\{(\w+)(?::-([^}]*))?\}", text))
    passed_on = {
        name
        for service in yaml.safe_load(COMPOSE[0].read_text())["services"].values()
        for name, value in service.get("environment", {}).items()
        if value is None
    }
    assert defaults.keys() > OF_COMPOSE
    assert passed_on > {"DATABASE_URL", "DAYBOOK_CLIENT_TIMEOUT", "DAYBOOK_SHOP_NAME"}
    assert defaults.keys() | passed_on <= told().keys()
    assert {name: told()[name] for name in defaults if defaults[name]} == {
        name: default for name, default in defaults.items() if default
    }
