"""Lines of files and functions of the product, by ast: median, 90th percentile, longest.

python benchmarks/shape.py
"""

import ast
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[1]
MEMBERS = ("common", "products-service", "sales-service", "customers-service", "gateway", "cli")


def told(name: str, lengths: list[tuple[int, str]]) -> None:
    counts = [length for length, _ in lengths]
    longest, where = max(lengths)
    ninth = quantiles(counts, n=10)[-1]
    print(f"{len(counts):>5} {name}: median {median(counts):.0f}, p90 {ninth:.0f},", end=" ")
    print(f"longest {longest} ({where}), in all {sum(counts)}")


def main() -> None:
    files, functions = [], []
    for path in (path for member in MEMBERS for path in (ROOT / member).rglob("*.py")):
        if "migrations" in path.parts or not path.read_text().strip():
            continue
        where = str(path.relative_to(ROOT))
        files.append((len(path.read_text().splitlines()), where))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                functions.append((length, f"{where}:{node.name}"))
    told("files", files)
    told("functions", functions)


if __name__ == "__main__":
    main()
