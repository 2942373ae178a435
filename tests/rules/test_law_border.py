import pytest

from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.law import UNITS, NoRule, check, packaged


@pytest.mark.parametrize(
    ("id_", "day"), [("cn/consent/special@1999-01-01", "1999-01-01"), ("cn/consent/special", "")]
)
def test_an_id_no_rule_has_is_named_with_its_day(id_: str, day: str) -> None:
    with pytest.raises(NoRule) as refused:
        packaged().rule(id_)
    assert refused.value.facts == {"id": id_, "day": day}


RULE = """format = "tuanti-law/1"
[[rules]]
id = "cn/cost/invented"
title = { zh = "名", en = "name" }
article = { zh = "条", en = "article" }
source = "invented"
grade = "memory"
in_force_from = 2026-01-01
"""

PLACE = """format = "tuanti-law/1"
[[places]]
id = "cn"
name = { zh = "全国", en = "China" }
parent = ""
"""


@pytest.mark.parametrize(
    ("text", "code", "path", "facts"),
    [
        (
            'format = "tuanti-law/2"',
            "unknown_format",
            ("format",),
            {"field": "format", "value": "tuanti-law/2", "format": "tuanti-law/1"},
        ),
        (PLACE, "place_twice", ("places", 0, "id"), {"field": "id", "value": "cn"}),
        (
            RULE + 'unit = "miles"\nvalue = 3\n',
            "unknown_unit",
            ("rules", 0, "unit"),
            {"field": "unit", "value": "miles", "choices": " ".join(UNITS)},
        ),
        (
            RULE + 'unit = "fraction"\nvalue = "a half"\n',
            "not_a_fraction",
            ("rules", 0, "value"),
            {"field": "value", "value": "a half"},
        ),
        (
            RULE + 'unit = "fraction"\nvalue = "3/2"\n',
            "above_whole",
            ("rules", 0, "value"),
            {"field": "value", "value": "3/2"},
        ),
    ],
)
def test_a_fault_of_a_pack_is_told_with_all_its_facts(
    text: str, code: str, path: Path, facts: dict[str, Fact]
) -> None:
    assert check(text) == (Fault(f"law.{code}", path, facts),)
