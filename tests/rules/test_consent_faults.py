"""Consent: whatever is wrong with roll, mandates, ballots and objections is found, all at once."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.rules.consent_cast import ON, SPECIAL, both, flat
from tuanti.rules import consent
from tuanti.rules.consent import (
    Ballot,
    Flat,
    Mandate,
    Objection,
    Owner,
    Roll,
    Unsound,
    check,
    tally,
    tally_all,
)
from tuanti.rules.consent.roll import Capacity
from tuanti.rules.errors import Fault
from tuanti.texts import codes, facts_of

NOV_1, NOV_9, DEC_1 = date(2026, 11, 1), date(2026, 11, 9), date(2026, 12, 1)


def found(roll: Roll, cast: list[Ballot] | None = None, **more: Any) -> list[Fault]:  # noqa: ANN401
    """Check; and let every fault bring exactly the facts its sentence names."""
    faults = check(roll, cast or [], [SPECIAL], on=ON, **more)
    for fault in faults:
        assert fault.facts.keys() == facts_of(fault.code, "zh")
    return [*faults]


def shared(*shares: str | None) -> Roll:
    owners = [
        Owner(f"o{n}", None if share is None else Fraction(share)) for n, share in enumerate(shares)
    ]
    return Roll((Flat("0", 1, tuple(owners)),))


@pytest.mark.parametrize(
    ("roll", "code", "path"),
    [
        (Roll(()), "empty_roll", ("flats",)),
        (Roll((flat("0"), flat("0"))), "flat_twice", ("flats", 1, "id")),
        (Roll((flat("0"), flat("1", 0))), "area_not_positive", ("flats", 1, "area_dm2")),
        (Roll((flat("1", -5),)), "area_not_positive", ("flats", 0, "area_dm2")),
        (shared(), "no_owner", ("flats", 0, "owners")),
        (shared("1/2", "1/3"), "shares_not_one", ("flats", 0, "owners", 0, "share")),
        (shared("1/2", "2/3"), "shares_not_one", ("flats", 0, "owners", 0, "share")),
        (shared("99/100"), "shares_not_one", ("flats", 0, "owners", 0, "share")),
        (shared("1/2", None), "shares_incomplete", ("flats", 0, "owners", 1, "share")),
        (shared("0", "1"), "share_not_positive", ("flats", 0, "owners", 0, "share")),
        (
            Roll((Flat("0", 1, (Owner("li"), Owner("li"))),)),
            "owner_twice",
            ("flats", 0, "owners", 1, "id"),
        ),
        (
            Roll((flat("0", owner="x", tenure="developer"), flat("1", tenure="developer"))),
            "two_developers",
            ("flats", 1, "tenure"),
        ),
        (
            Roll((flat("0", owner="li"),), (Mandate("wu", "son", "proxy", "W-1"),)),
            "mandate_from_nobody",
            ("mandates", 0, "owner"),
        ),
        (
            Roll((flat("0", owner="li"),), (Mandate("li", "son", "proxy", ""),)),
            "mandate_without_document",
            ("mandates", 0, "document"),
        ),
        (
            Roll((flat("0", owner="li"),), (Mandate("li", "son", "proxy", "W", NOV_9, NOV_9),)),
            "mandate_reversed",
            ("mandates", 0, "until_on"),
        ),
    ],
)
def test_a_fault_of_the_roll_is_found_where_it_is(
    roll: Roll, code: str, path: tuple[str | int, ...]
) -> None:
    assert [(fault.code, fault.path) for fault in found(roll)] == [(f"consent.{code}", path)]


@pytest.mark.parametrize(
    "roll",
    [
        shared(None, None),
        shared("1/3", "2/3"),
        shared("1"),
        Roll((flat("0", 1),)),
        Roll((flat("0"), flat("1", owner="x", tenure="developer"), flat("2"))),
        Roll((flat("0", owner="x", tenure="developer"), flat("1", owner="x", tenure="developer"))),
        Roll((flat("0", owner="li"),), (Mandate("li", "s", "proxy", "W", NOV_9, None, NOV_1),)),
        Roll((flat("0", owner="li"),), (Mandate("li", "s", "proxy", "W", NOV_1, NOV_9),)),
    ],
)
def test_a_sound_roll_has_no_fault(roll: Roll) -> None:
    assert found(roll) == []


def test_a_fault_names_what_it_is_about() -> None:
    couple = Flat("1", 1, (Owner("li"), Owner("wang")), tenure="developer")
    roll = Roll(
        (flat("0", -5, owner="x", tenure="developer"), couple, shared("1/4", "1/2").flats[0])
    )
    cast = [Ballot("1", "yes", "zhao", cast_on=DEC_1)]
    faults = found(roll, cast, objections=[Objection("z", DEC_1, NOV_9)])
    assert {fault.code.partition(".")[2]: dict(fault.facts) for fault in faults} == {
        "area_not_positive": {"flat": "0", "area_dm2": -5},
        "two_developers": {"flat": "1", "developer": "x", "owner": "li, wang"},
        "flat_twice": {"flat": "0"},
        "shares_not_one": {"flat": "0", "sum": "3/4"},
        "ballot_later": {"flat": "1", "day": "2026-12-01", "on": "2026-11-22"},
        "not_an_owner": {"flat": "1", "by": "zhao"},
        "objection_later": {"by": "z", "day": "2026-12-01", "on": "2026-11-22"},
        "settled_before": {"by": "z", "day": "2026-11-09", "raised": "2026-12-01"},
    }
    lone = found(shared("0", None))
    assert [dict(fault.facts) for fault in lone] == [
        {"flat": "0", "owner": "o0", "share": "0"},
        {"flat": "0", "owner": "o1"},
    ]


HOME = Roll((flat("0", owner="li", tenants=("qian",)), flat("1", owner="li"), flat("2")))


@pytest.mark.parametrize(
    ("ballot", "code", "field"),
    [
        (Ballot("9", "yes"), "not_on_the_roll", "flat"),
        (Ballot("0", "yes", "zhao"), "not_an_owner", "by"),
        (Ballot("0", "yes", "owner of 2"), "not_an_owner", "by"),
        (Ballot("0", "yes", "qian"), "tenant_has_no_vote", "by"),
        (Ballot("1", "yes", "qian"), "not_an_owner", "by"),
        (Ballot("0", "yes", cast_on=date(2026, 11, 23)), "ballot_later", "cast_on"),
    ],
)
def test_a_ballot_that_cannot_count_is_refused(ballot: Ballot, code: str, field: str) -> None:
    assert [(fault.code, fault.path) for fault in found(HOME, [ballot])] == [
        (f"consent.{code}", ("ballots", 0, field))
    ]


@pytest.mark.parametrize(
    ("paper", "cast_on", "code"),
    [
        ((NOV_9, DEC_1, None), date(2026, 11, 8), "mandate_not_begun"),
        ((NOV_1, NOV_9, None), NOV_9, "mandate_ended"),
        ((NOV_1, None, NOV_9), NOV_9, "mandate_revoked"),
        ((NOV_1, date(2026, 11, 5), date(2026, 11, 4)), NOV_9, "mandate_revoked"),
        ((NOV_1, None, None), None, "mandate_undated"),
        ((None, DEC_1, None), None, "mandate_undated"),
        ((None, None, DEC_1), None, "mandate_undated"),
    ],
)
def test_a_mandate_covers_its_days_only(
    paper: tuple[date | None, date | None, date | None], cast_on: date | None, code: str
) -> None:
    roll = Roll((flat("0", owner="li"),), (Mandate("li", "son", "proxy", "W-7", *paper),))
    faults = found(roll, [Ballot("0", "yes", "son", cast_on=cast_on)])
    assert [(fault.code, fault.path) for fault in faults] == [
        (f"consent.{code}", ("ballots", 0, "by"))
    ]
    assert faults[0].facts["document"] == "W-7"


def test_a_mandate_without_days_covers_any() -> None:
    roll = Roll((flat("0", owner="li"),), (Mandate("li", "son", "proxy", "W-7"),))
    assert found(roll, [Ballot("0", "yes", "son")]) == []
    assert found(roll, [Ballot("0", "yes", "son", cast_on=NOV_1)]) == []


def test_one_good_mandate_is_enough() -> None:
    old, new = (Mandate("li", "son", "proxy", d, f, u) for d, f, u in
                (("W-1", None, NOV_1), ("W-2", NOV_1, None)))  # fmt: skip
    roll = Roll((flat("0", owner="li"),), (old, new))
    assert found(roll, [Ballot("0", "yes", "son", cast_on=NOV_9)]) == []


def test_a_mandate_of_another_flats_owner_is_none() -> None:
    roll = Roll((flat("0", owner="li"), flat("1", owner="wu")),
                (Mandate("wu", "son", "proxy", "W-7"),))  # fmt: skip
    assert [f.code for f in found(roll, [Ballot("0", "yes", "son")])] == ["consent.not_an_owner"]


@pytest.mark.parametrize(
    ("first", "second", "clear"),
    [
        (Ballot("0", "yes"), Ballot("1", "no"), False),
        (Ballot("0", "yes", cast_on=NOV_1), Ballot("1", "no", cast_on=NOV_1), False),
        (Ballot("0", "yes", cast_on=NOV_1), Ballot("0", "no"), False),
        (Ballot("0", "yes"), Ballot("0", "no", cast_on=NOV_1), False),
        (Ballot("0", "yes", cast_on=NOV_1), Ballot("1", "no", cast_on=NOV_9), True),
        (Ballot("0", "yes"), Ballot("0", "no"), True),
        (Ballot("0", "yes"), Ballot("1", "yes"), True),
        (Ballot("0", "yes"), Ballot("1", "no", matter="common-land"), True),
    ],
)
def test_two_answers_of_which_none_is_later_are_told(
    first: Ballot,
    second: Ballot,
    clear: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    faults = found(HOME, [first, second])
    assert [fault.code for fault in faults] == ([] if clear else ["consent.two_answers"])
    if not clear:
        assert faults[0].path == (
            "ballots",
            1 if second.cast_on or not first.cast_on else 0,
            "answer",
        )
        assert faults[0].facts["owner"] == "li"


@pytest.mark.parametrize(
    ("objection", "code", "field"),
    [
        (Objection("zhao", date(2026, 11, 23)), "objection_later", "raised_on"),
        (Objection("zhao", NOV_9, NOV_1), "settled_before", "settled_on"),
    ],
)
def test_an_objection_has_its_days_in_order(objection: Objection, code: str, field: str) -> None:
    faults = found(HOME, objections=[objection])
    assert [(f.code, f.path) for f in faults] == [(f"consent.{code}", ("objections", 0, field))]


@pytest.mark.parametrize(
    "objection", [Objection("zhao", ON), Objection("zhao", NOV_9, NOV_9), Objection("zhao")]
)
def test_an_objection_in_order_is_no_fault(objection: Objection) -> None:
    assert found(HOME, objections=[objection]) == []


TWO = Roll(tuple(flat(f"{d}-{n}", building=d, stairwell="1") for d in "AB" for n in "12"))


def test_where_there_are_several_stairwells_one_is_named() -> None:
    faults = found(TWO)
    assert [(fault.code, fault.facts) for fault in faults] == [
        ("consent.which_stairwell", {"known": "A-1, B-1"})
    ]
    assert [f.code for f in found(TWO, stairwell="C-1")] == ["consent.no_such_stairwell"]
    assert found(TWO, stairwell="A-1") == []
    building = check(TWO, [], [replace(SPECIAL, scope="building")], on=ON)
    assert [fault.code for fault in building] == ["consent.which_stairwell"]


def test_of_many_stairwells_some_are_named() -> None:
    roll = Roll(tuple(flat(str(n), stairwell=str(n)) for n in range(9)))
    assert found(roll)[0].facts["known"] == "0, 1, 2, 3, 4, 5, 6, 7 …"
    assert found(Roll(roll.flats[:8]))[0].facts["known"] == "0, 1, 2, 3, 4, 5, 6, 7"


def test_everything_is_told_at_once_and_once() -> None:
    roll = Roll((flat("0", 0), flat("0", owner="li"), flat("1", owner="li")))
    cast = [Ballot("9", "yes"), Ballot("0", "yes"), Ballot("1", "no"), Ballot("1", "yes", "wu")]
    land = replace(SPECIAL, approval=both("1/2"))
    faults = check(roll, cast, [SPECIAL, land], on=ON, objections=[Objection("z", DEC_1)])
    assert [fault.code for fault in faults] == [
        "consent.area_not_positive",
        "consent.flat_twice",
        "consent.not_on_the_roll",
        "consent.not_an_owner",
        "consent.objection_later",
        "consent.two_answers",
    ]


def test_nothing_is_counted_while_anything_is_wrong() -> None:
    with pytest.raises(Unsound) as refused:
        tally(HOME, [Ballot("9", "yes"), Ballot("0", "yes"), Ballot("1", "no")], SPECIAL, on=ON)
    codes = [fault.code for fault in refused.value.faults]
    assert codes == ["consent.not_on_the_roll", "consent.two_answers"]
    assert (refused.value.code, refused.value.facts) == ("consent.unsound", {"count": 2})
    with pytest.raises(Unsound):
        tally_all(HOME, [Ballot("9", "yes")], [SPECIAL], on=ON)
    with pytest.raises(Unsound):
        tally(TWO, [], SPECIAL, on=ON)


def test_every_code_has_a_sentence() -> None:
    folder = Path(consent.__file__).parent
    sources = [file.read_text("utf-8") for file in folder.glob("*.py")]
    used = {code for source in sources for code in re.findall(r'"(consent\.[a-z_]+)"', source)}
    assert len(used) > 40
    assert used <= codes("zh")
    assert {f"consent.by_{capacity}" for capacity in get_args(Capacity)} <= codes("zh")
