"""The owners' agreement: when it is drawn up, what it holds, and when the case is agreed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.consent_cast import Case
from tests.notices_cast import (
    POSTED,
    SCAN,
    TERMS,
    after,
    agreed,
    drawn,
    numbers,
    over,
    posted,
    sign,
    state_of,
)
from tuanti.consent.commands import agreements
from tuanti.consent.commands.agreements import draw_agreement, sign_agreement
from tuanti.consent.commands.objections import object_to_notice
from tuanti.consent.frozen import Terms, digest_of
from tuanti.consent.models import Agreement, Notice, Objection, Signing
from tuanti.consent.queries.notices import agreement_of, check_code, unsigned
from tuanti.consent.refusals.notices import (
    AgreementReplaced,
    NotAParty,
    NoticeRuns,
    NotOnNotice,
    ObjectionsOpen,
    PaperMissing,
    PhoneNotWritten,
    SignedBefore,
    TextMissing,
)
from tuanti.journal.canonical import canonical
from tuanti.journal.models import Entry
from tuanti.places.commands.owners import mark_owner_died
from tuanti.places.refusals import NotAnOwner, NotInReach, NotPermitted
from tuanti.rules import law
from tuanti.rules.law import Rule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def on_paper(case: Case, agreement: Agreement, number: str, which: int = 0) -> Signing:
    held = case.neighbours[number][which]
    return sign_agreement(
        agreement_id=agreement.pk,
        flat_id=held.flat_id,
        owner_id=held.owner_id,
        way="paper",
        paper=SCAN,
        by=case.worker,
        now=after(agreement),
    )


# --- Drawing it up --------------------------------------------------------------------------------


def test_an_agreement_freezes_who_pays_what_to_the_fen_and_every_term() -> None:
    case, agreement = drawn()
    facts = agreement.facts
    assert agreement.digest == digest_of(facts)
    assert sum(one["fen"] for one in facts["parties"]) == 60_000_000 - 20_000_000
    assert sum(one["running_fen"] for one in facts["parties"]) == 600_000
    assert all(one["fen"] > 0 and one["owners"] for one in facts["parties"])
    assert "101" not in numbers(agreement)  # the ground floor pays nothing here
    assert facts["terms"]["manager"] == TERMS.manager
    assert facts["signing"] == {"rule": "one", "law": ["chongqing/consent/stairwell@2021-01-01"]}
    assert facts["plan"]["late_years"] == 5
    assert facts["notice"]["digest"] == Notice.objects.get().digest
    assert not [one.name for one in case.owners if one.name in canonical(facts)]
    assert state_of(case) == "on-notice"


def test_nothing_is_drawn_up_while_one_may_still_object() -> None:
    case, notice = posted()
    told: dict[str, Any] = {
        "consultation_id": case.consultation.pk,
        "terms": TERMS,
        "by": case.officer,
    }
    with pytest.raises(NoticeRuns) as refusal:
        draw_agreement(**told, now=over(notice, microseconds=-1))
    assert refusal.value.facts == {"last_on": "2026-12-02", "next_on": "2026-12-03"}
    assert draw_agreement(**told, now=over(notice)).number == 1


def test_nothing_is_drawn_up_while_an_objection_is_open() -> None:
    case, notice = posted()
    object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flats[0].pk,
        text="挡住了采光",
        by=case.residents[0],
        now=POSTED + timedelta(hours=1),
    )
    told: dict[str, Any] = {
        "consultation_id": case.consultation.pk,
        "terms": TERMS,
        "by": case.officer,
    }
    with pytest.raises(ObjectionsOpen):
        draw_agreement(**told, now=over(notice))
    Objection.objects.update(state="settled")
    case.consultation.state = "on-notice"
    case.consultation.save()
    assert draw_agreement(**told, now=over(notice)).number == 1


@pytest.mark.parametrize("field", ["manager", "fund", "repairs"])
def test_an_agreement_says_who_manages_the_lift_and_how_it_is_paid_for(field: str) -> None:
    case, notice = posted()
    told: dict[str, Any] = {
        "manager": TERMS.manager,
        "fund": TERMS.fund,
        "repairs": TERMS.repairs,
        field: " ",
    }
    with pytest.raises(TextMissing) as refusal:
        draw_agreement(
            consultation_id=case.consultation.pk,
            terms=Terms(**told),
            by=case.officer,
            now=over(notice),
        )
    assert refusal.value.facts["field"] == field


def test_heirs_stand_in_the_place_of_one_who_died() -> None:
    case, notice = posted()
    dead, heir = case.neighbours["502"]
    heir.standing = "heir"
    heir.save()
    mark_owner_died(owner_id=dead.owner_id, by=case.officer, now=POSTED)
    agreement = draw_agreement(
        consultation_id=case.consultation.pk, terms=TERMS, by=case.officer, now=over(notice)
    )
    (party,) = [one for one in agreement.facts["parties"] if one["number"] == "502"]
    assert party["owners"] == [heir.owner_id]


def test_who_only_keeps_the_roll_or_lives_there_draws_nothing_up() -> None:
    case, notice = posted()
    for by, refusal in (
        (case.keeper, NotPermitted),
        (case.residents[0], NotPermitted),
        (case.stranger, NotInReach),
    ):
        with pytest.raises(refusal):
            draw_agreement(
                consultation_id=case.consultation.pk, terms=TERMS, by=by, now=over(notice)
            )


# --- Signing it -----------------------------------------------------------------------------------


def test_the_case_is_agreed_when_the_last_flat_that_pays_has_signed() -> None:
    case, agreement = drawn()
    *most, last = numbers(agreement)
    for number in most:
        sign(case, agreement, number)
    assert state_of(case) == "on-notice"
    assert [one["number"] for one in unsigned(agreement)] == [last]
    on_paper(case, agreement, last)
    assert state_of(case) == "agreed"
    assert unsigned(agreement) == []
    assert Entry.objects.get(act="consultation.agree").facts == {
        "agreement": agreement.pk,
        "law": "chongqing/consent/stairwell@2021-01-01",
    }


def test_one_co_owner_signs_for_a_flat_and_another_may_too() -> None:
    case, agreement = drawn()
    sign(case, agreement, "702", 1)
    assert "702" not in [one["number"] for one in unsigned(agreement)]
    sign(case, agreement, "702", 0)
    assert agreement.signings.filter(flat=case.flat("702")).count() == 2


def test_where_all_co_owners_must_sign_one_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = agreements.voted_under
    strict = lambda notice: replace(found(notice), signing="all")  # noqa: E731 (as short as it is)
    monkeypatch.setattr(agreements, "voted_under", strict)
    case, agreement = drawn()
    sign(case, agreement, "702", 0)
    assert "702" in [one["number"] for one in unsigned(agreement)]
    sign(case, agreement, "702", 1)
    assert "702" not in [one["number"] for one in unsigned(agreement)]
    assert agreement.facts["signing"]["rule"] == "all"


def test_nobody_signs_twice_for_a_flat() -> None:
    case, agreement = drawn()
    sign(case, agreement, "301")
    with pytest.raises(SignedBefore):
        sign(case, agreement, "301")
    with pytest.raises(SignedBefore):
        on_paper(case, agreement, "301")
    assert Signing.objects.count() == 1
    assert Entry.objects.filter(act="agreement.sign").count() == 1


def test_only_owners_of_flats_that_pay_sign() -> None:
    case, agreement = drawn()
    with pytest.raises(NotAParty):
        on_paper(case, agreement, "101")
    with pytest.raises(NotAParty):
        sign_agreement(
            agreement_id=agreement.pk,
            flat_id=case.flat("301").pk,
            owner_id=case.neighbours["302"][0].owner_id,
            way="paper",
            paper=SCAN,
            by=case.worker,
            now=after(agreement),
        )


def test_a_resident_signs_for_themselves_and_a_worker_only_with_the_paper() -> None:
    case, agreement = drawn()
    held = case.neighbours["301"][0]
    told: dict[str, Any] = {
        "agreement_id": agreement.pk,
        "flat_id": held.flat_id,
        "owner_id": held.owner_id,
        "now": after(agreement),
    }
    with pytest.raises(NotAnOwner):
        sign_agreement(**told, way="phone", by=case.resident("302"))
    with pytest.raises(PaperMissing):
        sign_agreement(**told, way="paper", by=case.worker)
    with pytest.raises(PaperMissing):
        sign_agreement(**told, way="phone", paper=SCAN, by=case.worker)
    with pytest.raises(NotPermitted):
        sign_agreement(**told, way="paper", paper=SCAN, by=case.keeper)
    assert not Signing.objects.exists()


def test_a_phone_does_not_sign_where_the_law_wants_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    case, agreement = drawn()

    class PaperOnly:
        def rule(self, key: str) -> Rule:
            return replace(law.find(f"cn/{key}", on=POSTED.date()), value=False)

    monkeypatch.setattr(
        "tuanti.consent.commands.agreements.law_of", lambda _stairwell, _on: PaperOnly()
    )
    with pytest.raises(PhoneNotWritten) as refusal:
        sign(case, agreement, "301")
    assert refusal.value.facts == {"law": "cn/consent/electronic@2021-01-01"}
    assert on_paper(case, agreement, "301").paper is not None


def test_an_agreement_drawn_anew_is_signed_anew() -> None:
    case, first = drawn()
    sign(case, first, "301")
    second = draw_agreement(
        consultation_id=case.consultation.pk, terms=TERMS, by=case.officer, now=after(first)
    )
    with pytest.raises(AgreementReplaced) as refusal:
        sign(case, first, "302")
    assert refusal.value.facts == {"number": 2}
    assert agreement_of(case.consultation) == second
    assert len(unsigned(second)) == len(second.facts["parties"])


def test_an_agreement_everybody_signed_is_not_drawn_anew() -> None:
    case, agreement = agreed()
    with pytest.raises(NotOnNotice):
        draw_agreement(
            consultation_id=case.consultation.pk, terms=TERMS, by=case.officer, now=after(agreement)
        )


def test_nothing_is_signed_of_a_case_taken_back() -> None:
    case, agreement = drawn()
    case.consultation.state = "withdrawn"
    case.consultation.save()
    with pytest.raises(NotOnNotice):
        sign(case, agreement, "301")


def test_a_check_code_tells_of_an_agreement_nothing_but_its_digest() -> None:
    _, agreement = drawn()
    found = check_code(agreement.code)
    assert found is not None
    assert (found.kind, found.digest, found.facts) == ("agreement", agreement.digest, {})
