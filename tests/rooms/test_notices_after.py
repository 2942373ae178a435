"""What follows an objection or a vote that failed: revised, failed, begun again."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.consent_cast import Case
from tests.notices_cast import HOUR, POSTED, objected, over, passed, posted, shanghai, state_of
from tuanti.consent.commands.objections import (
    fail_consultation,
    reopen_consultation,
    revise_plan,
)
from tuanti.consent.models import Poll
from tuanti.consent.refusals.notices import TextMissing
from tuanti.consent.refusals.polls import BallotsSpent, BallotTooSoon
from tuanti.consent.repeating import further_ballot_from
from tuanti.journal.models import Entry
from tuanti.rules import law
from tuanti.rules.stages import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


# --- What follows ---------------------------------------------------------------------------------


def test_a_plan_is_revised_to_meet_an_objection_and_must_be_chosen_anew() -> None:
    case, notice = posted()
    objection = objected(case, notice)
    revise_plan(consultation_id=case.consultation.pk, by=case.officer, now=POSTED + 2 * HOUR)
    objection.refresh_from_db()
    assert (objection.state, objection.outcome) == ("settled", "revised")
    assert state_of(case) == "draft"
    assert case.consultation.plan is None


def test_nothing_is_revised_or_failed_that_nobody_objected_to() -> None:
    case, _ = posted()
    told: dict[str, Any] = {
        "consultation_id": case.consultation.pk,
        "by": case.officer,
        "now": POSTED + HOUR,
    }
    with pytest.raises(MoveRefused):
        revise_plan(**told)
    with pytest.raises(MoveRefused):
        fail_consultation(**told, reason="调解不成，无法修改")
    assert state_of(case) == "on-notice"


def test_a_case_whose_mediation_led_nowhere_fails_for_a_reason() -> None:
    case, notice = posted()
    objected(case, notice)
    told: dict[str, Any] = {
        "consultation_id": case.consultation.pk,
        "by": case.officer,
        "now": POSTED + HOUR,
    }
    with pytest.raises(TextMissing):
        fail_consultation(**told, reason="无")
    fail_consultation(**told, reason="调解不成，也没有别的方案")
    assert state_of(case) == "failed"
    assert case.consultation.reason == "调解不成，也没有别的方案"
    assert "调解" not in str(Entry.objects.get(act="consultation.fail").facts)


# --- Once more ------------------------------------------------------------------------------------


def test_a_further_ballot_waits_as_long_as_the_law_asks_to_the_day() -> None:
    case = passed("failed")  # closed on 19 November: thirty days on is Saturday, 19 December
    told: dict[str, Any] = {"consultation_id": case.consultation.pk, "by": case.officer}
    with pytest.raises(BallotTooSoon) as refusal:
        reopen_consultation(**told, now=shanghai("2026-12-18T23:59:59.999999"))
    assert refusal.value.facts == {
        "ended": "2026-11-19",
        "first": "2026-12-19",
        "wait": 30,
        "law": "cn/consent/second-ballot-after@2021-01-01",
    }
    assert state_of(case) == "failed"
    reopen_consultation(**told, now=shanghai("2026-12-19T00:00:00"))
    assert state_of(case) == "draft"
    assert case.consultation.plan is not None  # the same plan may be voted on again


def failed_again(case: Case, number: int) -> None:
    """Let a further vote fail like the first."""
    first = Poll.objects.get(number=1)
    kept = [one.attname for one in Poll._meta.concrete_fields]
    same = {name: getattr(first, name) for name in kept if name not in ("id", "number", "code")}
    Poll.objects.create(**same, number=number)
    case.consultation.state = "failed"
    case.consultation.save()


def test_there_are_no_more_ballots_than_the_law_allows() -> None:
    case = passed("failed")
    told: dict[str, Any] = {"consultation_id": case.consultation.pk, "by": case.officer}
    later = shanghai("2027-11-19T12:00:00")
    failed_again(case, 2)
    reopen_consultation(**told, now=later)
    assert state_of(case) == "draft"
    failed_again(case, 3)
    with pytest.raises(BallotsSpent) as refusal:
        reopen_consultation(**told, now=later)
    law_id = "cn/consent/second-ballots-most@2021-01-01"
    assert refusal.value.facts == {"held": 3, "most": 2, "law": law_id}
    assert state_of(case) == "failed"


def test_a_wait_for_a_further_ballot_is_not_moved_by_a_rest_day() -> None:
    day = POSTED.date()
    assert further_ballot_from(law.on(day, "cn"), day) == day + timedelta(days=30)


def test_what_has_not_failed_is_not_begun_again() -> None:
    case, notice = posted()
    with pytest.raises(MoveRefused):
        reopen_consultation(
            consultation_id=case.consultation.pk, by=case.officer, now=over(notice, days=60)
        )
