"""Docs say what is there."""

import re
from pathlib import Path

import pytest

from common.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_setting_is_told_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    cells = re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE)
    rows = {name: default.strip("`") for name, default in cells}
    settings = {
        f"DAYBOOK_{name.upper()}": str(field.default)
        for name, field in Settings.model_fields.items()
    }
    told_in_words = {"DATABASE_URL", "DAYBOOK_MIGRATION_URL"}
    told_in_words |= {"DAYBOOK_CORS_ORIGIN_REGEX", "DAYBOOK_TRUSTED_HOSTS"}
    # the names of these two are everybody's
    del settings["DAYBOOK_DATABASE_URL_SETTING"], settings["DAYBOOK_TRACES_ENDPOINT"]
    assert rows.keys() == settings.keys() | {"DATABASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert {name: rows[name] for name in settings if name not in told_in_words} == {
        name: value for name, value in settings.items() if name not in told_in_words
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []
