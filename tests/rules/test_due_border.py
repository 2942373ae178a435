from typing import Any

from tests.rules.case_cast import RULES, d, dues, shelf
from tuanti.rules.subsidy import APPLY

LIFT = {"storeys": 7, "cost_fen": 48_000_000}
SUBSIDY: dict[str, Any] = {"lift": LIFT, "subsidies": ["subsidy/lift"]}


def test_what_decided_over_a_grant_keeps_its_day_and_counts_none_down() -> None:
    events = {"use-registration": "2026-06-01", APPLY: "2026-06-20"}
    applied, registered = dues(events=events, **SUBSIDY).dues
    assert (applied.ends, applied.by, applied.kind) == (APPLY, "applicant", "within")
    assert (applied.started_on, applied.done_on) == (d("2026-06-01"), d("2026-06-20"))
    assert (registered.ends, registered.by) == ("use-registration", "applicant")
    assert (registered.started_on, registered.done_on) == (None, d("2026-06-01"))
    assert (applied.days_left, registered.days_left) == (None, None)


def test_a_subsidy_of_another_place_hides_none_after_it() -> None:
    rows = {id_: RULES[id_] for id_ in ("yunzhou/subsidy/lift", "yunzhou/subsidy/open")}
    rows["cn/subsidy/open"] = rows.pop("yunzhou/subsidy/open")
    wanted = SUBSIDY | {"subsidies": ["subsidy/lift", "subsidy/open"]}
    found = dues(law_=shelf(rows), place="cn", events={"topping-out": "2026-06-01"}, **wanted)
    assert (found.without_rule, set(found.grants)) == (("subsidy/lift",), {"subsidy/open"})


def test_an_extension_alone_is_no_term() -> None:
    events = {"application-accepted": "2026-06-01", "decision-extended": "2026-06-20"}
    bare = shelf({"cn/licence/decision-extension": ("working-days", 10)})
    found = dues(law_=bare, events=events)
    assert (found.dues, found.without_rule) == ((), ("licence/decision",))
