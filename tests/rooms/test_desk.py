"""The worker's desk: what is next and until when, whose door is next, what the group is told."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tests.consent_cast import Case, found_consultation
from tests.notices_cast import (
    HOUSE,
    SCAN,
    VOTED,
    after,
    agreed,
    drawn,
    mandate,
    mandated,
    numbers,
    over,
    passed,
    posted,
    shanghai,
    sign,
)
from tests.places_cast import NOW, someone
from tuanti.consent.chatting import chat_text
from tuanti.consent.commands.ballots import cast_ballot
from tuanti.consent.commands.contacts import record_contact
from tuanti.consent.commands.objections import object_to_notice
from tuanti.consent.commands.polls import fix_roll_and_open
from tuanti.consent.desk import waiting
from tuanti.consent.models import Consultation, Poll
from tuanti.consent.queries.desk import Work, at_work, doors_of, work_of
from tuanti.places.commands.flats import mark_flat_unreachable
from tuanti.rules.processes import CONSULTATION
from tuanti.texts import LANGS

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def voting(name: str = HOUSE) -> tuple[Case, Poll]:
    """A case whose vote is open for ten days."""
    case = found_consultation(name=name)
    poll = fix_roll_and_open(
        consultation_id=case.consultation.pk,
        opens_at=NOW,
        closes_at=NOW + 10 * DAY,
        with_estate=False,
        by=case.keeper,
        now=NOW,
    )
    case.consultation.refresh_from_db()
    return case, poll


def says(case: Case, poll: Poll, number: str, answer: str = "yes") -> None:
    cast_ballot(
        poll_id=poll.pk,
        client_id=uuid4(),
        flat_id=case.flat(number).pk,
        answers={"lift": answer},
        by=case.resident(number),
        received_at=NOW + HOUR,
    )


def next_of(case: Case, now: datetime) -> Work:
    case.consultation.refresh_from_db()
    return work_of(Consultation.objects.get(pk=case.consultation.pk), now)


# --- What is next ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act"), [("wished", "canvass"), ("canvassing", "plan"), ("draft", "open")]
)
def test_before_the_vote_nothing_sets_a_day(state: str, act: str) -> None:
    work = next_of(found_consultation(state), NOW)
    assert (work.act, work.due_on, work.late_days, work.ours) == (act, None, 0, True)


def test_a_draft_without_a_chosen_plan_chooses_one() -> None:
    case = found_consultation()
    case.consultation.plan = None
    case.consultation.save()
    assert next_of(case, NOW).act == "choose"


def test_a_vote_is_gone_for_at_the_doors_until_its_last_day() -> None:
    case, poll = voting()
    says(case, poll, "101")
    work = next_of(case, NOW + DAY)
    assert (work.act, work.due_on, work.days_left) == ("doors", date(2026, 12, 2), 9)
    assert work.done == (1, 14)
    assert next_of(case, poll.closes_at).act == "count"


def test_a_vote_that_passed_is_late_to_be_posted_from_the_day_after() -> None:
    case = passed()
    today, later = next_of(case, VOTED + HOUR), next_of(case, VOTED + 3 * DAY)
    assert (today.act, today.due_on, today.late_days) == ("post", date(2026, 11, 19), 0)
    assert later.late_days == 3


def test_a_notice_hangs_and_then_the_agreement_is_drawn_up_and_signed() -> None:
    case, notice = posted()
    hangs = next_of(case, over(notice, microseconds=-1))
    assert (hangs.act, hangs.due_on, hangs.ours) == ("hang", date(2026, 12, 2), False)
    ended = next_of(case, over(notice, days=2))
    assert (ended.act, ended.due_on, ended.late_days) == ("draw", date(2026, 12, 3), 2)


def test_an_objection_is_mediated_since_the_day_it_was_raised() -> None:
    case, notice = posted()
    object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flats[0].pk,
        text="挡住了采光",
        by=case.residents[0],
        now=shanghai("2026-11-25T09:00:00"),
    )
    work = next_of(case, shanghai("2026-11-28T09:00:00"))
    assert (work.act, work.due_on, work.late_days) == ("mediate", date(2026, 11, 25), 3)


def test_an_agreement_is_signed_then_mandated_then_pooled() -> None:
    case, agreement = drawn()
    first, *_ = numbers(agreement)
    sign(case, agreement, first)
    work = next_of(case, after(agreement))
    assert (work.act, work.done) == ("sign", (1, len(numbers(agreement))))
    for number in numbers(agreement)[1:]:
        sign(case, agreement, number)
    mandate(case, agreement, first)
    work = next_of(case, after(agreement, days=1))
    assert (work.act, work.done) == ("mandate", (1, len(numbers(agreement))))
    for number in numbers(agreement)[1:]:
        mandate(case, agreement, number)
    work = next_of(case, after(agreement, days=2))
    assert (work.act, work.due_on, work.ours) == ("pool", date(2027, 12, 4), False)


def test_a_case_that_failed_waits_until_the_law_lets_it_begin_again() -> None:
    case = passed("failed")
    work = next_of(case, shanghai("2026-12-18T12:00:00"))
    assert (work.act, work.due_on, work.ours) == ("wait", date(2026, 12, 19), False)
    work = next_of(case, shanghai("2026-12-20T12:00:00"))
    assert (work.act, work.due_on, work.late_days) == ("reopen", date(2026, 12, 19), 0)


def test_the_most_pressing_comes_first_and_what_has_no_day_last() -> None:
    posted(name="甲苑")  # hangs until 2 December
    passed(name="乙苑")  # to be posted since 19 November
    found_consultation("wished", name="丙苑")
    found = at_work(Consultation.objects.all(), shanghai("2026-11-24T12:00:00"))
    assert [(one.act, one.late_days) for one in found] == [("post", 5), ("hang", 0), ("canvass", 0)]


def test_forty_stairwells_take_no_more_questions_than_four(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for name in ("甲苑", "乙苑", "丙苑"):
        posted(name=name)
    agreed(name="丁苑")
    with django_assert_max_num_queries(12):
        assert len(at_work(Consultation.objects.all(), NOW)) == 4


# --- Doors ----------------------------------------------------------------------------------------


def test_doors_go_by_floor_from_the_top_and_only_to_who_has_not_answered() -> None:
    case, poll = voting()
    for number in ("101", "702"):
        says(case, poll, number)
    found = doors_of(case.consultation, case.worker, NOW + DAY)
    assert found.purpose == "ballot"
    assert (found.flats, found.answered) == (14, 2)
    assert [one.number for one in found.doors][:3] == ["701", "601", "602"]
    assert "101" not in [one.number for one in found.doors]
    assert found.closes_at == poll.closes_at
    assert all("*" in name for one in found.doors for name in one.owners)


def test_while_only_answers_may_be_seen_no_order_tells_how_the_vote_stands() -> None:
    case, poll = voting()
    says(case, poll, "101", "no")
    found = doors_of(case.consultation, case.worker, NOW + DAY)
    assert not any(one.first for one in found.doors)
    assert (found.need_persons, found.need_area_dm2) == (0, 0)


def test_where_totals_may_be_seen_the_needed_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    case, poll = voting()
    says(case, poll, "101")
    monkeypatch.setattr("tuanti.consent.queries.polls.visible", lambda _poll, _actor: "totals")
    found = doors_of(case.consultation, case.worker, NOW + DAY)
    firsts = [one.first for one in found.doors]
    assert firsts == sorted(firsts, reverse=True)
    assert 0 < sum(firsts) < len(firsts)
    assert found.need_persons == 9  # of 14, ten must take part, and all of these agree
    assert {one.area_dm2 for one in found.doors if one.first} >= {8640}


def test_a_door_tells_what_came_of_the_last_contact_and_whether_it_was_served() -> None:
    case, _ = voting()
    mark_flat_unreachable(flat_id=case.flats[0].pk, by=case.officer, now=NOW)
    told: dict[str, Any] = {
        "consultation_id": case.consultation.pk,
        "flat_id": case.flats[0].pk,
        "by": case.worker,
    }
    record_contact(**told, way="visit", result="nobody", now=NOW + HOUR)
    record_contact(**told, way="notice", result="posted", photo=SCAN, now=NOW + 2 * HOUR)
    (door,) = [
        one
        for one in doors_of(case.consultation, case.worker, NOW + DAY).doors
        if one.number == "101"
    ]
    assert (door.state, door.served) == ("unreachable", True)
    assert door.last is not None
    assert (door.last.way, door.last.result) == ("notice", "posted")


def test_later_the_doors_are_those_who_have_not_signed_or_mandated() -> None:
    case, agreement = drawn()
    first, *rest = numbers(agreement)
    sign(case, agreement, first)
    found = doors_of(case.consultation, case.worker, after(agreement))
    assert (found.purpose, found.answered) == ("sign", 1)
    assert {one.number for one in found.doors} == set(rest)


def test_nobody_is_visited_where_nothing_is_asked() -> None:
    case, notice = posted()
    found = doors_of(case.consultation, case.worker, over(notice, hours=-1))
    assert (found.purpose, found.doors) == ("", ())


def test_canvassing_asks_every_flat_that_has_not_answered() -> None:
    case = found_consultation("canvassing")
    case.consultation.answers.create(
        flat=case.flats[0], answer="talk", by="account:1", at=NOW, on_behalf=True
    )
    found = doors_of(case.consultation, case.worker, NOW)
    assert (found.purpose, found.flats, found.answered) == ("canvass", 14, 1)


# --- The group's text -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", CONSULTATION.states)
def test_every_state_has_a_text_for_the_group_that_names_nobody(state: str) -> None:
    case, _ = posted()
    case.consultation.state = state
    case.consultation.save()
    for lang in LANGS:
        text = chat_text(case.consultation, "https://example.org/b/CODE", lang)
        assert "磁建村" in text
        assert not [one.name for one in case.owners if one.name in text]
        assert "{" not in text


def test_the_text_of_a_vote_tells_how_many_answered_and_not_what() -> None:
    case, poll = voting()
    says(case, poll, "101", "no")
    text = chat_text(case.consultation, "https://example.org/b/CODE", "zh")
    assert "已有 1 户表态" in text
    assert "还有 13 户" in text
    assert "2026-12-02" in text
    assert "1 户不同意" not in text


# --- The home desk --------------------------------------------------------------------------------


def test_the_home_desk_counts_what_waits_for_each_duty(monkeypatch: pytest.MonkeyPatch) -> None:
    case, poll = voting()
    passed(name="乙苑")
    _, notice = posted(name="丙苑")
    drawn(name="丁苑")
    agreed(name="戊苑")
    mandated(name="己苑")
    soon = poll.closes_at - DAY
    monkeypatch.setattr("tuanti.consent.desk.timezone.now", lambda: soon)
    assert soon < over(notice)
    found = {one.word.rpartition(".")[2]: one.count for one in waiting(case.officer)}
    assert found == {
        "closing": 1,
        "passed": 1,
        "ended": 0,
        "unsigned": 0,
        "unmandated": 1,
        "objected": 0,
        "ballots": 0,
    }
    monkeypatch.setattr("tuanti.consent.desk.timezone.now", lambda: over(notice, days=1))
    late = {one.word.rpartition(".")[2]: one for one in waiting(case.officer)}
    assert (late["ended"].count, late["unsigned"].count) == (1, 1)
    assert late["ended"].url == "/desk/stairwells?state=on-notice"
    assert list(waiting(someone("auditor", "chongqing"))) == []
    assert {one.count for one in waiting(case.stranger)} == {0}
