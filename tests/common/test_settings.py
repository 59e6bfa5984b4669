"""From where settings come, and which of them counts."""

from pathlib import Path

import pytest

from common.settings import Settings


def test_a_secret_is_a_file_named_as_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "database_url").write_text("mysql://daybook:secret@mysql/daybook\n")
    (tmp_path / "daybook_migration_url").write_text("mysql://owner:other@mysql/daybook")
    settings = Settings(_secrets_dir=tmp_path)
    assert settings.database_url == "mysql://daybook:secret@mysql/daybook"
    assert settings.migration_url == "mysql://owner:other@mysql/daybook"


def test_the_environment_counts_before_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "database_url").write_text("mysql://daybook:secret@mysql/daybook")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/shop.db")
    assert Settings(_secrets_dir=tmp_path).database_url == "sqlite:////srv/shop.db"
    monkeypatch.setenv("DATABASE_URL", "")  # as Compose sets what nobody has
    assert Settings(_secrets_dir=tmp_path).database_url.startswith("mysql:")
