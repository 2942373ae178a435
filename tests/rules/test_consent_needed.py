"""Who is still needed: compared with trying every set of further yes votes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.consent_cast import (
    EVERYONE,
    OF_ALL,
    ON,
    ORDINARY,
    REGIMES,
    SPECIAL,
    both,
    cast,
    count,
    flat,
    flats,
    rolls,
)
from tuanti.rules.consent import (
    Ballot,
    Measure,
    Needed,
    Objection,
    Regime,
    Roll,
    Tally,
    Vote,
    still_needed,
    tally,
)


def needed(roll: Roll, said: str, regime: Regime = SPECIAL) -> Needed:
    return still_needed(count(roll, said, regime))


def asked(found: Needed) -> list[str]:
    return [name for vote in found.ask for name in vote.flats]


def turned(found: Needed) -> list[str]:
    return [name for vote in found.turn for name in vote.flats]


def test_nothing_is_needed_once_it_has_passed() -> None:
    found = needed(flats(1, 1, 1), "yyy")
    assert (found.reach, found.ask, found.turn) == ("passed", (), ())
    assert (found.least_persons, found.least_area_dm2, found.area_dm2) == (0, 0, 0)


def test_the_largest_flats_are_asked() -> None:
    found = needed(flats(10, 20, 30, 40, 50, 60), "y.....")
    assert (found.reach, asked(found), found.area_dm2) == ("open", ["5", "4", "3"], 150)
    assert found.least_persons == 3
    assert found.least_area_dm2 == 130  # 140 of 210


def test_an_owner_of_two_flats_is_asked_once() -> None:
    roll = Roll((*flats(10, 10, 10).flats, flat("a", 9, "li"), flat("b", 9, "li")))
    found = needed(roll, "yy")
    assert (asked(found), len(found.ask)) == (["a", "b"], 1)


def test_the_unreachable_are_asked_last() -> None:
    roll = Roll((*flats(10, 10).flats, flat("2", 15, state="unreachable"), flat("3", 14)))
    assert asked(needed(roll, "yy")) == ["3"]
    alone = Roll((*flats(10, 10).flats, flat("2", 90, state="unreachable"), flat("3", 1)))
    assert asked(needed(alone, "yy")) == ["2"]


def test_it_says_when_it_cannot_pass_any_more_and_why() -> None:
    found = needed(flats(10, 10, 10, 12, 8), "yynn.")
    assert (found.reach, turned(found), asked(found)) == ("turn", ["3"], [])
    assert [measure.passed for measure in found.at_best] == [True, True, False, False]
    assert found.at_best[3].share == Fraction(3, 5)
    assert found.least_persons is None


def test_some_must_turn_and_some_must_come() -> None:
    found = needed(flats(*[10] * 8), "nnn.....")
    assert (found.reach, len(found.turn), len(found.ask)) == ("turn", 1, 5)


def test_a_law_nobody_can_meet_is_met_by_nobody() -> None:
    over_all = replace(ORDINARY, approval=both("1"))
    assert needed(flats(1, 1), "y.", over_all).reach == "never"
    assert needed(flats(1, 1), "y.", over_all).least_persons is None


def test_an_objection_is_named_beside_the_count() -> None:
    regime = replace(SPECIAL, extra=("no-written-objection",))
    objections = [Objection("zhao")]
    found = tally(flats(1, 1), [Ballot("0", "yes"), Ballot("1", "yes")], regime, on=ON,
                  objections=objections)  # fmt: skip
    assert not found.passed
    assert still_needed(found).reach == "passed"
    assert still_needed(found).objecting == ("zhao",)
    assert needed(flats(1), "y").objecting == ()


OCCUPIED = replace(SPECIAL, extra=("occupied-owner-consents",))


@pytest.mark.parametrize(
    ("said", "reach", "ask", "turn"),
    [
        ("yyyy.", "open", ["4"], []),
        ("yyyyn", "turn", [], ["4"]),
        ("yy...", "open", ["4", "3"], []),
        ("y...y", "open", ["3", "1"], []),
        ("n.n.n", "turn", ["3", "1"], ["4", "0"]),
    ],
)
def test_the_owner_who_loses_some_of_his_own_is_always_among_them(
    said: str, reach: str, ask: list[str], turn: list[str]
) -> None:
    roll = Roll((*flats(9, 9, 9, 10).flats, flat("4", 1, occupied=True)))
    found = needed(roll, said, OCCUPIED)
    assert (found.reach, asked(found), turned(found)) == (reach, ask, turn)


def test_an_unreachable_owner_who_loses_some_of_his_own_is_asked_all_the_same() -> None:
    roll = Roll((*flats(9, 9, 9).flats, flat("3", 1, occupied=True, state="unreachable")))
    assert asked(needed(roll, "yyy.", OCCUPIED)) == ["3"]


@pytest.mark.parametrize("regime", [OF_ALL, EVERYONE, ORDINARY, SPECIAL])
def test_everyone_together_can_always_pass(regime: Regime) -> None:
    found = needed(flats(5, 4, 3), "", regime)
    assert found.reach == "open"
    assert len(found.ask) == (3 if regime is EVERYONE else 2)


# -- Oracles ---------------------------------------------------------------------------------


def with_yes(roll: Roll, said: Sequence[Ballot], votes: Iterable[Vote], regime: Regime) -> Tally:
    """Count again after these voters have said yes."""
    more = [Ballot(vote.flats[0], "yes", cast_on=ON) for vote in votes]
    return count(roll, [*said, *more], regime)


def smallest(
    roll: Roll, said: Sequence[Ballot], pool: Sequence[Vote], regime: Regime
) -> int | None:
    """How many of ``pool`` must say yes, by trying every set."""
    for size in range(len(pool) + 1):
        for some in combinations(pool, size):
            if with_yes(roll, said, some, regime).passed:
                return size
    return None


@settings(max_examples=300)
@given(st.data())
def test_no_smaller_set_would_do(data: st.DataObject) -> None:
    roll, regime = data.draw(rolls(6)), data.draw(REGIMES)
    said = data.draw(cast(roll))
    tallied = count(roll, said, regime)
    found = still_needed(tallied)
    silent = [vote for vote in tallied.votes if vote.stand == "silent"]
    against = [vote for vote in tallied.votes if vote.stand not in ("silent", "yes")]
    assert (found.reach == "passed") == tallied.passed
    fewest = smallest(roll, said, silent, regime)
    if fewest is not None:
        assert (found.reach == "passed") == (fewest == 0)
        assert (len(found.ask), found.turn) == (fewest, ())
        assert with_yes(roll, said, found.ask, regime).passed
        return
    everyone = [Ballot(vote.flats[0], "yes", cast_on=ON) for vote in silent]
    changes = smallest(roll, [*said, *everyone], against, regime)
    assert found.reach == ("never" if changes is None else "turn")
    if changes is not None:
        assert len(found.turn) == changes
        assert with_yes(roll, said, [*found.ask, *found.turn], regime).passed


def fewest_units(
    participation: Measure, approval: Measure, pool: tuple[int, int], regime: Regime
) -> int | None:
    """Try every amount of newcomers' and of turners' yes."""
    amounts = []
    for new in range(pool[0] + 1):
        for turned in range(pool[1] + 1):
            base = approval.base + (new if regime.approval_of == "participating" else 0)
            part = replace(participation, have=participation.have + new)
            yes = replace(approval, have=approval.have + new + turned, base=base)
            if part.passed and yes.passed:
                amounts.append(new + turned)
    return min(amounts, default=None)


@settings(max_examples=300)
@given(st.data())
def test_the_least_area_and_the_least_persons_are_the_least(data: st.DataObject) -> None:
    roll, regime = data.draw(rolls(5)), data.draw(REGIMES)
    tallied = count(roll, data.draw(cast(roll)), regime)
    found = still_needed(tallied)
    silent = [vote for vote in tallied.votes if vote.stand == "silent"]
    new = [vote for vote in silent if not vote.takes_part]
    heard = [vote for vote in silent if vote.takes_part]
    area = (sum(vote.area_dm2 for vote in new), sum(vote.area_dm2 for vote in heard))
    area_part, persons_part, area_yes, persons_yes = tallied.measures
    assert found.least_area_dm2 == fewest_units(area_part, area_yes, area, regime)
    persons = (len(new), len(heard))
    assert found.least_persons == fewest_units(persons_part, persons_yes, persons, regime)


@given(st.data())
def test_whoever_is_named_has_not_said_yes(data: st.DataObject) -> None:
    roll, regime = data.draw(rolls()), data.draw(REGIMES)
    found = still_needed(count(roll, data.draw(cast(roll)), regime))
    assert all(vote.stand == "silent" for vote in found.ask)
    assert all(vote.stand not in ("silent", "yes") for vote in found.turn)


def test_where_silence_counts_those_who_were_served_turn() -> None:
    regime = replace(SPECIAL, silence="abstain")
    served: list[Any] = [flat(str(n), 10, served=n > 1) for n in range(4)]
    found = needed(Roll(tuple(served)), "yy..", regime)
    assert (found.reach, len(found.ask)) == ("open", 1)
    assert (found.least_persons, found.least_area_dm2) == (1, 10)
