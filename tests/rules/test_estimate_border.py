from datetime import date

import pytest

from tuanti.rules.cost_model import check, read
from tuanti.rules.errors import Fact, Fault, Path

HEAD = """format = "tuanti-cost-model/1"
id = "invented"
title = { zh = "虚构", en = "invented" }
priced_on = 2026-11-22
"""
NAMES = """title = { zh = "名", en = "name" }
"""
PROFILES = "".join(f'[[profiles]]\nid = "{name}"\n{NAMES}' for name in ("small", "large"))
LINE = f"""[[lines]]
id = "car"
{NAMES}source = "invented"
grade = "memory"
"""
FEN = 'per = "lift"\nfen = { low = 1, likely = 2, high = 3 }\n'


def test_a_model_keeps_the_day_of_its_prices() -> None:
    assert read(HEAD + PROFILES + LINE + FEN).priced_on == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "code", "path", "facts"),
    [
        (
            'per = "whole"\nshare = { low = "0", likely = "1/2", high = "1" }\n',
            "nothing_left",
            ("lines",),
            {"value": "1"},
        ),
        (
            'per = "lift"\nfen = { low = 3, likely = 2, high = 1 }\n',
            "span_reversed",
            ("lines", 0, "fen"),
            {"low": "3", "likely": "2", "high": "1"},
        ),
        (
            FEN + 'profiles = ["small", "large", "gold"]\n',
            "unknown_profile",
            ("lines", 0, "profiles", 2),
            {"value": "gold", "choices": "large small"},
        ),
        (
            FEN + 'entry = "side"\n',
            "unknown_choice",
            ("lines", 0, "entry"),
            {"value": "side", "choices": "flat half"},
        ),
    ],
)
def test_a_fault_of_a_model_is_told_with_all_its_facts(
    line: str, code: str, path: Path, facts: dict[str, Fact]
) -> None:
    assert check(HEAD + PROFILES + LINE + line) == (Fault(f"estimate.{code}", path, facts),)
