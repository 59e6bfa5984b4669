"""House rules that no linter knows. Each names the file and line that breaks it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMBERS = ("common", "products-service", "sales-service", "customers-service", "gateway", "cli")
# no glob into what npm installs there
TOOLS = sorted((ROOT / "tools" / "postman").glob("*.py"))
SOURCES = [path for member in MEMBERS for path in sorted((ROOT / member).rglob("*.py"))] + TOOLS
MAX_LINES = 300
MAX_FUNCTION = 40
FEATURE = {"__init__.py", "router.py", "service.py", "queries.py", "schemas.py"}


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def nodes() -> Iterator[tuple[Path, str, ast.AST]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            yield path.relative_to(ROOT), where, node


def test_there_are_sources() -> None:
    assert len(SOURCES) > 50


@pytest.mark.parametrize("name", ["commit", "rollback", "begin_nested"])
def test_only_the_database_ends_transactions(name: str) -> None:
    said = [
        where
        for path, where, node in nodes()
        if isinstance(node, ast.Attribute)
        and node.attr == name
        and path.parts[:2] != ("common", "db")
    ]
    assert said == []


def test_files_are_short() -> None:
    lengths = {p: len(p.read_text().splitlines()) for p in SOURCES if not is_migration(p)}
    assert {str(path): n for path, n in lengths.items() if n > MAX_LINES} == {}


def test_functions_are_short() -> None:
    long = [
        where
        for path, where, node in nodes()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not is_migration(path)
        and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("service", sorted(ROOT.glob("*-service")), ids=lambda path: path.name)
def test_features_have_four_names_and_no_fifth(service: Path) -> None:
    package = service / "src" / service.name.replace("-", "_")
    features = [folder for folder in package.iterdir() if (folder / "__init__.py").exists()]
    assert features
    for feature in features:
        names = {path.name for path in feature.iterdir() if path.suffix == ".py"}
        assert names <= FEATURE, feature
        assert "router.py" in names, feature
