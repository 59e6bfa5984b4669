"""What was measured on the way. Nothing is asserted of it; the summary tells it."""

FIGURES: list[str] = []


def measured(what: str, figure: str) -> None:
    """Note a figure."""
    FIGURES.append(f"{what}: {figure}")
