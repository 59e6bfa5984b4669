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
    response = httpx2.Response(200, content=found, headers={"content-type": "application/json"})
    with pytest.raises(AssertionError):
        answered(response, 200, told)
