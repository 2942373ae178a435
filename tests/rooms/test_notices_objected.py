"""Objections to a notice: when they count, how they are settled, and what follows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.consent_cast import found_consultation
from tests.notices_cast import (
    HOUR,
    MEDIATOR,
    POSTED,
    SCAN,
    TEXT,
    objected,
    posted,
    shanghai,
    state_of,
)
from tuanti.consent.commands.objections import (
    mediate,
    object_to_notice,
    void_objection,
    withdraw_objection,
)
from tuanti.consent.models import Objection
from tuanti.consent.queries.notices import open_objections, void_reason
from tuanti.consent.refusals.notices import (
    AheadOfTime,
    FlatElsewhere,
    NoticeEnded,
    NoticeNotBegun,
    NotOnNotice,
    ObjectionClosed,
    ObjectionStands,
    PaperMissing,
    TextMissing,
)
from tuanti.journal.models import Entry
from tuanti.places.queries import eligible
from tuanti.places.refusals import NotAnOwner, NotInReach, NotPermitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


# --- What counts, and when ------------------------------------------------------------------------


def test_a_named_written_objection_holds_the_case_up() -> None:
    case, notice = posted()
    objection = objected(case, notice)
    assert (objection.state, objection.owner_id) == ("open", case.owners[0].pk)
    assert state_of(case) == "objected"
    told = Entry.objects.get(act="objection.raise").facts
    assert told == {"objection": objection.pk, "flat": case.flats[0].pk, "reason": ""}


@pytest.mark.parametrize(
    ("named", "written", "reason"),
    [(False, True, "unnamed"), (True, False, "unwritten"), (False, False, "unnamed")],
)
def test_what_is_not_named_or_not_written_is_kept_void_with_its_reason(
    named: bool,  # noqa: FBT001 (a row of the table)
    written: bool,  # noqa: FBT001
    reason: str,
) -> None:
    case, notice = posted()
    objection = object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flats[0].pk,
        owner_id=case.owners[0].pk if named else None,
        text=TEXT,
        paper=SCAN if written else None,
        by=case.worker,
        now=POSTED + HOUR,
    )
    assert (objection.state, void_reason(objection)) == ("void", reason)
    assert state_of(case) == "on-notice"
    assert not open_objections(case.consultation).exists()
    assert Objection.objects.get().text == TEXT


def test_a_paper_a_worker_brings_holds_the_case_up() -> None:
    case, notice = posted()
    objection = object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flats[0].pk,
        owner_id=case.owners[0].pk,
        text=TEXT,
        paper=SCAN,
        by=MEDIATOR,
        now=POSTED + HOUR,
    )
    assert objection.state == "open"
    assert objection.paper is not None
    assert state_of(case) == "objected"


def test_a_residents_words_are_no_writing_where_the_law_wants_paper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, notice = posted()
    found = eligible.law_of(case.stairwell, POSTED.date())
    paper_only = replace(
        found,
        rules={
            **found.rules,
            "consent/electronic": replace(found.rule("consent/electronic"), value=False),
        },
    )
    monkeypatch.setattr(
        "tuanti.consent.commands.objections.law_of", lambda _stairwell, _on: paper_only
    )
    assert void_reason(objected(case, notice)) == "unwritten"


def test_an_objection_is_in_time_to_the_last_minute_of_the_last_day() -> None:
    case, notice = posted()
    assert objected(case, notice, "101", shanghai("2026-12-02T23:59:59.999999")).state == "open"
    with pytest.raises(NoticeEnded) as refusal:
        objected(case, notice, "102", shanghai("2026-12-03T00:00:00"))
    assert refusal.value.facts == {"last_on": "2026-12-02"}


def test_a_last_day_on_a_rest_day_gives_until_the_next_working_day() -> None:
    case, notice = posted(shanghai("2026-11-26T09:00:00"))  # ten days on is a Sunday
    assert objected(case, notice, at=shanghai("2026-12-07T23:59:00")).state == "open"


def test_what_was_handed_in_on_the_last_day_may_be_typed_the_morning_after() -> None:
    case, notice = posted()
    told: dict[str, Any] = {
        "notice_id": notice.pk,
        "flat_id": case.flats[0].pk,
        "owner_id": case.owners[0].pk,
        "text": TEXT,
        "by": case.worker,
        "now": shanghai("2026-12-03T09:00:00"),
    }
    with pytest.raises(PaperMissing):
        object_to_notice(**told, raised_at=shanghai("2026-12-02T17:00:00"))
    with pytest.raises(NoticeEnded):
        object_to_notice(**told, paper=SCAN, raised_at=shanghai("2026-12-03T00:00:00"))
    made = object_to_notice(**told, paper=SCAN, raised_at=shanghai("2026-12-02T17:00:00"))
    assert made.state == "open"
    assert state_of(case) == "objected"


def test_an_objection_before_the_notice_or_from_tomorrow_is_refused() -> None:
    case, notice = posted()
    told: dict[str, Any] = {
        "notice_id": notice.pk,
        "flat_id": case.flats[0].pk,
        "owner_id": case.owners[0].pk,
        "text": TEXT,
        "paper": SCAN,
        "by": case.worker,
        "now": POSTED + HOUR,
    }
    with pytest.raises(NoticeNotBegun) as refusal:
        object_to_notice(**told, raised_at=POSTED - timedelta(microseconds=1))
    assert refusal.value.facts == {"posted": "2026-11-22 12:00"}
    with pytest.raises(AheadOfTime):
        object_to_notice(**told, raised_at=POSTED + 2 * HOUR)
    assert not Objection.objects.exists()


@pytest.mark.parametrize("state", ["passed", "agreed", "draft", "failed", "withdrawn"])
def test_nothing_can_be_objected_to_while_nothing_is_on_notice(state: str) -> None:
    case, notice = posted()
    case.consultation.state = state
    case.consultation.save()
    with pytest.raises(NotOnNotice):
        objected(case, notice)


def test_the_same_words_sent_twice_are_one_objection() -> None:
    case, notice = posted()
    first, second = objected(case, notice), objected(case, notice)
    assert first == second
    assert Entry.objects.filter(act="objection.raise").count() == 1


def test_two_words_are_no_objection() -> None:
    case, notice = posted()
    with pytest.raises(TextMissing):
        object_to_notice(
            notice_id=notice.pk,
            flat_id=case.flats[0].pk,
            text="不行 ",
            by=case.residents[0],
            now=POSTED + HOUR,
        )


def test_one_objects_for_ones_own_flat_and_a_worker_for_any_of_the_estate() -> None:
    case, notice = posted()
    elsewhere = found_consultation(name="远处小区")
    with pytest.raises(NotAnOwner):
        object_to_notice(
            notice_id=notice.pk,
            flat_id=case.flats[1].pk,
            text=TEXT,
            by=case.residents[0],
            now=POSTED + HOUR,
        )
    told: dict[str, Any] = {
        "notice_id": notice.pk,
        "text": TEXT,
        "paper": SCAN,
        "now": POSTED + HOUR,
    }
    with pytest.raises(FlatElsewhere):
        object_to_notice(**told, flat_id=elsewhere.flats[0].pk, by=case.officer)
    with pytest.raises(NotAnOwner):
        object_to_notice(
            **told, flat_id=case.flats[0].pk, owner_id=case.owners[1].pk, by=case.officer
        )
    with pytest.raises(NotInReach):
        object_to_notice(**told, flat_id=case.flats[0].pk, by=case.stranger)
    with pytest.raises(NotPermitted):
        object_to_notice(**told, flat_id=case.flats[0].pk, by=case.typist)
    assert state_of(case) == "on-notice"


# --- Mediation and closing ------------------------------------------------------------------------


def test_mediation_goes_on_until_the_last_objection_is_settled() -> None:
    case, notice = posted()
    first, second = objected(case, notice, "101"), objected(case, notice, "102")
    told: dict[str, Any] = {
        "held_at": POSTED + 2 * HOUR,
        "text": "双方谈了采光补偿",
        "by": MEDIATOR,
    }
    later = POSTED + 3 * HOUR
    mediate(objection_id=first.pk, outcome="talks", **told, now=later)
    mediate(objection_id=first.pk, outcome="failed", **told, now=later)
    assert state_of(case) == "objected"
    with pytest.raises(PaperMissing):  # what is settled is signed
        mediate(objection_id=first.pk, outcome="settled", **told, now=later)
    mediate(objection_id=first.pk, outcome="settled", paper=SCAN, **told, now=later)
    assert state_of(case) == "objected"  # the second is open
    mediate(objection_id=second.pk, outcome="settled", paper=SCAN, **told, now=later)
    assert state_of(case) == "on-notice"
    assert [one.outcome for one in first.mediations.all()] == ["talks", "failed", "settled"]
    assert Entry.objects.filter(act="consultation.settle").count() == 1
    with pytest.raises(ObjectionClosed):
        mediate(objection_id=first.pk, outcome="talks", **told, now=later)


def test_mediation_is_not_held_tomorrow_and_says_something() -> None:
    case, notice = posted()
    objection = objected(case, notice)
    told: dict[str, Any] = {"objection_id": objection.pk, "outcome": "talks", "by": case.officer}
    with pytest.raises(AheadOfTime):
        mediate(**told, held_at=POSTED + 3 * HOUR, text="约好再谈", now=POSTED + 2 * HOUR)
    with pytest.raises(TextMissing):
        mediate(**told, held_at=POSTED, text="谈", now=POSTED + 2 * HOUR)


def test_who_objected_may_take_it_back_and_nobody_else() -> None:
    case, notice = posted()
    objection = objected(case, notice)
    later = POSTED + 2 * HOUR
    with pytest.raises(NotAnOwner):
        withdraw_objection(objection_id=objection.pk, by=case.residents[1], now=later)
    with pytest.raises(PaperMissing):
        withdraw_objection(objection_id=objection.pk, by=case.worker, now=later)
    done = withdraw_objection(objection_id=objection.pk, by=case.residents[0], now=later)
    assert (done.state, state_of(case)) == ("withdrawn", "on-notice")


def test_a_worker_takes_an_objection_back_with_its_signed_paper() -> None:
    case, notice = posted()
    objection = objected(case, notice)
    withdraw_objection(objection_id=objection.pk, paper=SCAN, by=case.worker, now=POSTED + 2 * HOUR)
    assert Entry.objects.get(act="objection.withdraw").facts["evidence"] != ""
    assert state_of(case) == "on-notice"


def test_nobody_sets_aside_a_named_written_objection() -> None:
    case, notice = posted()
    objection = objected(case, notice)
    told: dict[str, Any] = {
        "objection_id": objection.pk,
        "by": case.officer,
        "now": POSTED + 2 * HOUR,
    }
    for reason in ("unnamed", "unwritten"):
        with pytest.raises(ObjectionStands):
            void_objection(**told, reason=reason)
    with pytest.raises(PaperMissing):
        void_objection(**told, reason="disowned")
    assert state_of(case) == "objected"
    done = void_objection(**told, reason="disowned", note="业主说不是本人签的", paper=SCAN)
    assert (void_reason(done), state_of(case)) == ("disowned", "on-notice")
