"""The comparison itself finds what differs."""

from typing import Any

import httpx2
import pytest

from tests.contract.comparing import answered


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"id": "1"}, '{"id": 1}'),
        ({"total": 1}, '{"total": 1.0}'),
        ({"a": 1, "b": 2}, '{"b": 2, "a": 1}'),
        ({"a": 1}, '{"a": 1, "b": 2}'),
        ({"on": "Apr 09 2022 12:43:17"}, '{"on": "2022-04-09T12:43:17Z"}'),
        ({"on": "Apr 09 2022 12:43:17"}, '{"on": "Apr 9 2022 12:43:17"}'),
        ({"on": "2022-04-09 12:43:22.237526+00:00"}, '{"on": "2022-04-09 12:43:22.237+00:00"}'),
        ({"on": "2022-04-09 12:43:22.237526+00:00"}, '{"on": "2022-04-09 12:43:22.237526+01:00"}'),
        ({"on": "2024-01-10T08:00:00Z"}, '{"on": "2024-01-10T08:00:00.5Z"}'),
        ({"on": None}, '{"on": "2024-01-10T08:00:00Z"}'),
    ],
)
def test_what_differs_is_found(told: Any, found: str) -> None:
    with pytest.raises(AssertionError):
        compare(told, found)


def compare(told: Any, found: str) -> None:
    kind = {"content-type": "application/json"}
    answered(httpx2.Response(200, content=found, headers=kind), 200, told)


MADE, CHANGED = "2022-04-09 12:43:28.321654+00:00", "2022-04-09 12:43:56.924416+00:00"
EARLY, LATE = "2026-01-02 10:00:00.000001+00:00", "2026-01-02 10:00:00.000002+00:00"
IN_SHORT, THEN_IN_SHORT = "Apr 09 2022 12:43:28", "Apr 09 2022 12:43:56"


@pytest.mark.parametrize(
    "pairs",
    [
        [(MADE, EARLY), (CHANGED, LATE), (MADE, EARLY)],
        [(CHANGED, LATE), (MADE, EARLY), (IN_SHORT, "Jan 02 2026 10:00:00")],
        [(IN_SHORT, "Jan 02 2026 10:00:00"), (THEN_IN_SHORT, "Jan 02 2026 10:00:00")],
        [(IN_SHORT, "Jan 02 2026 10:00:00"), (CHANGED, LATE), (MADE, EARLY)],
    ],
)
def test_moments_that_stand_to_each_other_as_told_are_those(pairs: list[tuple[str, str]]) -> None:
    for told, found in pairs:
        compare([told], f'["{found}"]')


@pytest.mark.parametrize(
    "pairs",
    [
        [(MADE, LATE), (CHANGED, EARLY)],
        [(CHANGED, EARLY), (MADE, LATE)],
        [(MADE, EARLY), (CHANGED, EARLY)],
        [(MADE, EARLY), (MADE, LATE)],
        [(MADE, EARLY), (IN_SHORT, "Jan 02 2026 10:00:01")],
        [(IN_SHORT, "Jan 02 2026 10:00:01"), (MADE, EARLY)],
        [(IN_SHORT, "Jan 02 2026 10:00:01"), (IN_SHORT, "Jan 02 2026 10:00:00")],
        [(IN_SHORT, "Jan 02 2026 10:00:01"), (CHANGED, EARLY)],
    ],
)
def test_other_moments_than_told_are_found(pairs: list[tuple[str, str]]) -> None:
    *before, (told, found) = pairs
    for each in before:
        compare([each[0]], f'["{each[1]}"]')
    with pytest.raises(AssertionError):
        compare([told], f'["{found}"]')


def test_swapped_moments_are_found_in_one_answer() -> None:
    told = {"purchased_on": MADE, "last_updated_on": CHANGED}
    with pytest.raises(AssertionError):
        compare(told, f'{{"purchased_on": "{LATE}", "last_updated_on": "{EARLY}"}}')
