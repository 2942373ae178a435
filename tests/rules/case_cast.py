"""A case, an invented shelf of law and a calendar for the tests of what falls due."""

from datetime import date
from typing import Any

from tuanti.rules import law
from tuanti.rules.case import check, read
from tuanti.rules.deadlines import Calendar
from tuanti.rules.due import Due, Dues, due
from tuanti.rules.law import Shelf

ON = date(2026, 6, 10)


def d(text: str) -> date:
    return date.fromisoformat(text)


# Weekdays and one Friday off; known to the end of 2026.
CALENDAR = Calendar(frozenset({d("2026-06-19")}), frozenset(), d("2026-01-01"), d("2027-01-01"))

_PLACES = """format = "tuanti-law/1"
[[places]]
id = "cn"
name = { zh = "全国", en = "China" }
parent = ""
[[places]]
id = "yunzhou"
name = { zh = "云州", en = "Yunzhou" }
parent = "cn"
"""

_SUBSIDY = (
    '{ kind = "fixed", fen = 2000000, trigger = "use-registration", apply_within_days = 30, '
    "expires_on = 2026-12-31, min_storeys = 4, "
    'bonus = [{ name = { zh = "奖励", en = "bonus" }, fen = 100 }] }'
)

RULES = {
    "cn/notice/plan": ("days", 10),
    "cn/consent/challenge": ("years", 1),
    "cn/licence/decision": ("working-days", 20),
    "cn/licence/decision-extension": ("working-days", 10),
    "cn/licence/hearing-request": ("days", 5),
    "cn/licence/start-work": ("months", 3),
    "cn/licence/start-extension": ("months", 3),
    "cn/inspection/apply-before": ("months", 1),
    "cn/registration/use": ("days", 30),
    "cn/tendering/bid-period": ("days", 20),
    "cn/tendering/clarification": ("days", 15),
    "cn/tendering/contract": ("days", 30),
    "cn/fiscal/bid-period": ("days", 21),
    "cn/fiscal/challenge-answer": ("working-days", 7),
    "cn/fiscal/complaint": ("working-days", 15),
    "cn/upkeep/drill": ("months", 6),
    "cn/time/last-day-off": ("word", '"next-working-day"'),
    "yunzhou/subsidy/lift": ("subsidy", _SUBSIDY),
    "yunzhou/subsidy/open": ("subsidy", '{ kind = "fixed", fen = 50, trigger = "topping-out" }'),
}


def shelf(rules: dict[str, tuple[str, object]] | None = None, start: str = "2000-01-01") -> Shelf:
    """Put rules of law on an otherwise empty shelf, all in force from ``start``."""
    text = _PLACES + "".join(
        f'[[rules]]\nid = "{id_}"\ntitle = {{ zh = "名", en = "name" }}\nunit = "{unit}"\n'
        f"value = {value}\n"
        'article = { zh = "条", en = "article" }\nsource = "invented"\ngrade = "memory"\n'
        f"in_force_from = {start}\n"
        for id_, (unit, value) in (RULES if rules is None else rules).items()
    )
    return law.beside(text, shelf=Shelf({}, ()))


SHELF = shelf()


def case(**changes: object) -> dict[str, Any]:
    """Make a case without a fault; its only event is the notice."""
    return {
        "format": "tuanti-case/1",
        "id": "hehua-3-1",
        "title": "荷花苑3栋1单元",
        "place": "yunzhou",
        "events": {"notice-posted": "2026-06-01"},
    } | changes


def dues(on: date = ON, law_: Shelf = SHELF, **changes: Any) -> Dues:  # noqa: ANN401 (as in JSON)
    """Find what is due in a case."""
    data = case(**changes)
    assert check(data, law_) == []
    return due(read(data), on, CALENDAR, law_)


def one(rule: str, on: date = ON, **changes: Any) -> Due:  # noqa: ANN401 (as in JSON)
    """Find the one due under a rule."""
    (found,) = [found for found in dues(on, **changes).dues if found.rule == rule]
    return found
