"""Whose clock tells the day: that of the law, never that of the machine."""

from datetime import UTC, date, datetime

import pytest

from tuanti.rules.deadlines import day_of


@pytest.mark.usefixtures("abroad")
def test_a_machine_abroad_tells_the_same_day() -> None:
    assert day_of(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert day_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
