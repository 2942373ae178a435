from datetime import datetime

import pytest

from tuanti.sample.consulting import by_day


@pytest.mark.parametrize(
    ("hour", "acts"), [("20T20:59", "20T20:59"), ("20T21:00", "21T08:00"), ("20T07:59", "20T08:59"),
                       ("20T08:00", "20T08:00"), ("19T23:30", "20T08:30")]
)  # fmt: skip
def test_nobody_in_the_stories_acts_at_night(hour: str, acts: str) -> None:
    at, then = (datetime.fromisoformat(f"2026-11-{one}:00+08:00") for one in (hour, acts))
    assert by_day(at) == then
