"""A vote from its roll to its count: what is fixed, what is taken, what is refused."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.places_cast import load_tree
from tests.polls_cast import (
    CLOSES,
    CONFIRMER,
    DURING,
    KEEPER,
    NOW,
    OFFICER,
    OPENS,
    OVER,
    STRANGER,
    TYPIST,
    WORKER,
    House,
    found_house,
    opened,
    say,
    typed,
)
from tuanti.consent import rolls
from tuanti.consent.commands import ballots, polls
from tuanti.consent.models import Consultation, Impact, Poll
from tuanti.consent.queries import polls as known
from tuanti.consent.refusals.polls import (
    BallotsSpent,
    BallotTooSoon,
    ClosedAlready,
    NoPlan,
    PeriodTooLong,
    PeriodTooShort,
    RollFaulty,
    RuleNotThere,
    StillOpen,
    TooLate,
)
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK, Actor
from tuanti.places.models import Flat, Ownership
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.stages import MoveRefused
from tuanti.texts import LANGS, sentence

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


@pytest.fixture
def poll(house: House) -> Poll:
    return opened(house)


def close(poll: Poll, **facts: Any) -> Poll:  # noqa: ANN401 (as the command)
    told: dict[str, Any] = {"by": CLOCK, "now": OVER} | facts
    return polls.close_poll(poll_id=poll.pk, **told)


# --- Fixing the roll and opening ---------------------------------------------------------------


def test_the_roll_and_the_rules_are_fixed_at_opening(house: House) -> None:
    poll = opened(house)
    assert Consultation.objects.get().state == "open"
    assert [one["matter"] for one in poll.matters] == ["lift"]
    assert poll.matters[0]["law"] == "chongqing/consent/stairwell@2021-01-01"
    assert poll.terms["shown"] == {
        "value": "answered",
        "law": "cn/consent/shown-while-open@2021-01-01",
    }
    assert [flat.number for flat in known.flats_of(poll)] == [
        "101",
        "102",
        "201",
        "202",
        "301",
        "302",
    ]
    assert all(flat.own and flat.floor == flat.flat.floor for flat in known.flats_of(poll))
    assert known.names_of(known.flats_of(poll))[house.flats[0].pk][0].name == "业主101"
    assert known.fault_of(poll) is None
    entry = Entry.objects.get(act="poll.open")
    law = "chongqing/consent/stairwell@2021-01-01"
    assert entry.facts == {"poll": 1, "flats": 6, "hash": poll.head, "law": law}


def test_what_changes_in_the_town_does_not_change_the_roll(house: House, poll: Poll) -> None:
    Flat.objects.update(area_dm2=1)
    Ownership.objects.filter(flat=house.flats[0]).delete()
    roll = known.roll_of(Poll.objects.get(pk=poll.pk))
    assert {flat.area_dm2 for flat in roll.flats} == {8640}
    assert all(flat.owners for flat in roll.flats)
    assert known.fault_of(poll) is None


def test_the_estate_votes_beside_the_stairwell_on_its_land(house: House) -> None:
    other = found_house("旁边苑")
    Flat.objects.filter(pk=other.flats[0].pk).update(
        stairwell=house.stairwell.building.stairwells.create(name="3单元")
    )
    poll = opened(house, with_estate=True)
    assert [(one["matter"], one["scope"]) for one in poll.matters] == [
        ("lift", "stairwell"),
        ("common-land", "estate"),
    ]
    flats = {flat.flat_id: flat for flat in known.flats_of(poll)}
    assert len(flats) == 7
    assert known.asked_of(poll, flats[other.flats[0].pk]) == ("common-land",)
    assert known.asked_of(poll, flats[house.flats[0].pk]) == ("lift", "common-land")
    say(house, poll, 0)
    ballots.cast_ballot(
        poll_id=poll.pk,
        client_id=uuid.uuid4(),
        flat_id=other.flats[0].pk,
        answers={"common-land": "no"},
        by=other.resident(0),
        received_at=DURING,
    )
    lift, land = known.tally_of(poll)
    assert [vote.stand for vote in lift.votes] == ["yes"] + ["silent"] * 5
    assert sorted(vote.stand for vote in land.votes) == ["no", *["silent"] * 5, "yes"]


def test_a_flat_the_lift_takes_from_is_marked_on_the_roll(house: House) -> None:
    Impact.objects.create(
        plan=house.plan, flat=house.flats[1], daylight="none", ventilation="none", noise="none",
        privacy="none", occupied=True, author="设计院", by="x", at=NOW,
    )  # fmt: skip
    poll = opened(house)
    assert [flat.occupied for flat in known.flats_of(poll)] == [False, True] + [False] * 4


@pytest.mark.parametrize("by", [KEEPER, OFFICER])
def test_the_keeper_of_the_roll_or_the_street_opens(house: House, by: Actor) -> None:
    assert opened(house, by=by).terms["roll_by"] == by.id


@pytest.mark.parametrize(
    ("by", "refusal"),
    [(TYPIST, NotPermitted), (WORKER, NotPermitted), (STRANGER, NotInReach)],
)
def test_nobody_else_opens(house: House, by: Actor, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        opened(house, by=by)


def test_there_is_no_vote_without_a_plan(house: House) -> None:
    Consultation.objects.update(plan=None)
    with pytest.raises(NoPlan):
        opened(house)
    assert not Poll.objects.exists()
    assert Consultation.objects.get().state == "draft"


def test_there_is_no_vote_without_a_roll(house: House) -> None:
    Flat.objects.filter(number="101").update(area_dm2=None)
    Ownership.objects.filter(flat__number="202").delete()
    with pytest.raises(RollFaulty) as refused:
        opened(house)
    assert [(one.code, one.facts["flat"]) for one in refused.value.faults] == [
        ("polls.flat_without_area", "101"),
        ("polls.flat_without_owner", "202"),
    ]
    for lang in LANGS:
        for fault in refused.value.faults:
            assert str(fault.facts["flat"]) in sentence(fault.code, lang, **fault.facts)


def test_a_second_vote_cannot_open_beside_the_first(house: House, poll: Poll) -> None:
    del poll
    with pytest.raises(MoveRefused):
        opened(house)


@pytest.mark.parametrize(
    ("days", "refusal"),
    [
        (timedelta(days=7) - timedelta(microseconds=1), PeriodTooShort),
        (timedelta(days=181), PeriodTooLong),
    ],
)
def test_a_period_shorter_than_the_law_or_without_end_is_refused(
    house: House, days: timedelta, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        opened(house, closes_at=OPENS + days)
    opened(house, closes_at=OPENS + timedelta(days=7))


def test_a_vote_whose_hour_has_gone_by_opens_now(house: House) -> None:
    poll = opened(house, opens_at=NOW - timedelta(days=3), closes_at=NOW + timedelta(days=7))
    assert poll.opens_at == NOW
    with pytest.raises(PeriodTooShort):
        opened(
            found_house("第二苑"),
            opens_at=NOW - timedelta(days=3),
            closes_at=NOW + timedelta(days=4),
        )


# --- A further ballot --------------------------------------------------------------------------


def failed(house: House, times: int) -> Poll:
    """Let votes fail, one after the other."""
    when = NOW
    for _ in range(times):
        Consultation.objects.update(state="draft")
        poll = opened(house, now=when, opens_at=when, closes_at=when + timedelta(days=7))
        poll = close(poll, now=poll.closes_at + timedelta(seconds=60))
        assert poll.passed is False
        when = poll.closes_at + timedelta(days=31)
    Consultation.objects.update(state="draft")
    return poll


def test_a_further_ballot_waits_as_long_as_the_law_asks(house: House) -> None:
    first = failed(house, 1)
    assert first.closed_at is not None
    early = timezone.localtime(first.closed_at).replace(hour=9) + timedelta(days=29)
    with pytest.raises(BallotTooSoon) as refused:
        opened(house, now=early, opens_at=early, closes_at=early + timedelta(days=7))
    assert refused.value.facts["first"] == "2026-12-29"
    late = early + timedelta(days=1)
    second = opened(house, now=late, opens_at=late, closes_at=late + timedelta(days=7))
    assert second.number == 2


def test_no_more_further_ballots_than_the_law_allows(house: House) -> None:
    last = failed(house, 3)
    when = last.closes_at + timedelta(days=31)
    with pytest.raises(BallotsSpent):
        opened(house, now=when, opens_at=when, closes_at=when + timedelta(days=7))


def test_a_revised_plan_after_a_pass_is_no_further_ballot(house: House, poll: Poll) -> None:
    for at in range(6):
        say(house, poll, at)
    assert close(poll).passed
    Consultation.objects.update(state="draft")
    again = opened(house, now=OVER, opens_at=OVER, closes_at=OVER + timedelta(days=7))
    assert again.number == 2


# --- Closing -----------------------------------------------------------------------------------


def test_closing_counts_and_finds_the_consultation_passed(house: House, poll: Poll) -> None:
    for at in range(5):
        say(house, poll, at, "yes" if at < 4 else "no")
    done = close(poll)
    assert done.passed
    assert done.result is not None
    assert done.result["passed"] is True
    (found,) = done.result["tallies"]
    assert found["voters"] == {"yes": 4, "no": 1, "silent": 1}
    assert [(one["have"], one["base"], one["passed"]) for one in found["measures"]] == [
        (43200, 51840, True), (5, 6, True), (34560, 43200, True), (4, 5, True),
    ]  # fmt: skip
    assert found["law"][0] == "chongqing/consent/stairwell@2021-01-01"
    assert Consultation.objects.get().state == "passed"
    assert Entry.objects.get(act="poll.close").facts == {
        "poll": 1, "passed": True, "line": 5, "hash": done.head,
    }  # fmt: skip


def test_a_vote_with_too_little_turnout_fails(house: House, poll: Poll) -> None:
    for at in range(3):
        say(house, poll, at)
    assert close(poll).passed is False
    assert Consultation.objects.get().state == "failed"


def test_closing_waits_a_minute_for_those_under_way(house: House, poll: Poll) -> None:
    with pytest.raises(StillOpen):
        close(poll, now=OVER - timedelta(microseconds=1))
    assert polls.close_ended_polls(by=CLOCK, now=OVER - timedelta(microseconds=1)) == 0
    say(house, poll, 0, when=CLOSES - timedelta(microseconds=1))
    assert polls.close_ended_polls(by=CLOCK, now=OVER) == 1
    assert polls.close_ended_polls(by=CLOCK, now=OVER) == 0
    with pytest.raises(ClosedAlready):
        close(poll)


def test_after_the_count_nothing_comes_in_whatever_its_time(house: House, poll: Poll) -> None:
    close(poll)
    with pytest.raises(TooLate):
        say(house, poll, 0, when=CLOSES - timedelta(seconds=1))


def test_what_waits_for_a_second_person_is_not_counted(house: House, poll: Poll) -> None:
    for at in range(6):
        typed(house, poll, at)
    done = close(poll)
    assert (done.passed, done.result and done.result["waiting"]) == (False, 6)


def test_the_clock_waits_a_day_for_a_second_person_and_no_longer(house: House) -> None:
    other = found_house("学府苑")
    rows = [typed(one, opened(one), 0) for one in (house, other)]
    a_day = CLOSES + timedelta(days=1)
    assert polls.close_ended_polls(by=CLOCK, now=a_day - timedelta(seconds=1)) == 0
    ballots.confirm_ballot(record_id=rows[0].pk, by=CONFIRMER, now=OVER)
    assert polls.close_ended_polls(by=CLOCK, now=OVER) == 1
    assert polls.close_ended_polls(by=CLOCK, now=a_day) == 1
    results = [Poll.objects.get(pk=row.poll_id).result for row in rows]
    assert [result and result["waiting"] for result in results] == [0, 1]


@pytest.mark.parametrize(
    ("by", "refusal"),
    [(OFFICER, None), (WORKER, None), (CONFIRMER, NotPermitted), (STRANGER, NotInReach)],
)
def test_who_runs_the_consultation_may_count_early_in_the_minute_after(
    house: House,
    poll: Poll,
    by: Actor,
    refusal: type[Exception] | None,
) -> None:
    del house
    if refusal is None:
        assert close(poll, by=by).closed_at == OVER
        return
    with pytest.raises(refusal):
        close(poll, by=by)


def test_the_count_can_be_made_anew_from_the_ledger(house: House, poll: Poll) -> None:
    for at in range(6):
        say(house, poll, at, "yes")
    done = close(poll)
    from tuanti.consent.telling import result_of  # noqa: PLC0415 (beside its claim)

    assert result_of(Poll.objects.get(pk=poll.pk)) == done.result


def test_a_ballot_handed_over_is_marked_once(house: House, poll: Poll) -> None:
    flat = house.flats[0].pk
    for when in (DURING, DURING + timedelta(hours=1)):
        polls.mark_served(poll_id=poll.pk, flat_id=flat, by=WORKER, now=when)
    assert poll.roll.get(flat=flat).served_at == DURING
    assert Entry.objects.filter(act="poll.serve").count() == 1
    assert known.roll_of(poll).flats[0].served
    assert known.fault_of(Poll.objects.get(pk=poll.pk)) is None


def test_a_draft_is_only_looked_at(house: House) -> None:
    draft = rolls.drafted(house.consultation, with_estate=False, on=NOW.date())
    assert draft.faults == ()
    assert draft.least == timedelta(days=7)
    assert not Poll.objects.exists()


def test_where_the_rules_found_contradict_each_other_the_one_chosen_counts(house: House) -> None:
    """Jiulongpo: three quarters by the city's line since 2021, everybody by its plan of 2017."""
    draft = rolls.drafted(house.consultation, with_estate=False, on=NOW.date())
    assert [rule.key for rule in draft.rules] == ["consent/stairwell", "consent/stairwell-2017"]
    poll = opened(house, counted_by="consent/stairwell-2017")
    assert poll.matters[0]["law"] == "jiulongpo/consent/stairwell-2017@2017-01-01"
    for at in range(5):
        say(house, poll, at, "yes")
    assert not close(poll).passed


def test_under_the_citys_line_the_same_five_of_six_pass(house: House) -> None:
    poll = opened(house)
    for at in range(5):
        say(house, poll, at, "yes")
    assert close(poll).passed


def test_a_rule_the_place_does_not_have_counts_nothing(house: House) -> None:
    with pytest.raises(RuleNotThere):
        opened(house, counted_by="consent/stairwell-2025")
    assert not Poll.objects.exists()
    assert Consultation.objects.get(pk=house.consultation.pk).state == "draft"
