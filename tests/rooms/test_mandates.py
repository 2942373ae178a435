"""Procurement mandates: whom, up to how much, until when; and the demand that comes of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.notices_cast import (
    BUYER,
    SCAN,
    after,
    agreed,
    buyer,
    drawn,
    mandate,
    mandated,
    numbers,
    shanghai,
    state_of,
)
from tuanti.consent.commands.mandates import (
    confirm_above_ceiling,
    lapse_mandates,
    leave_mandate,
    settle_mandates,
)
from tuanti.consent.models import Agreement, Mandate
from tuanti.consent.queries.mandates import buyers_there
from tuanti.consent.queries.notices import agreed_demand, agreed_stairwells, unmandated
from tuanti.consent.refusals.notices import (
    CeilingMissing,
    ExpiryOutside,
    MandateGiven,
    MandateOver,
    MandatesLacking,
    NotAbove,
    NotABuyer,
    NotAgreed,
    NotAParty,
    OtherBuyer,
    PaperMissing,
)
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.people.models import Organisation
from tuanti.places.refusals import NotAnOwner
from tuanti.rules.stages import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def share(agreement: Agreement, number: str) -> int:
    return int(next(one["fen"] for one in agreement.facts["parties"] if one["number"] == number))


def test_a_mandate_has_the_usual_ceiling_and_the_laws_time_unless_told() -> None:
    case, agreement = agreed()
    given = mandate(case, agreement, "301")
    assert given.ceiling_fen == share(agreement, "301") * 11_000 // 10_000
    assert given.expires_on == date(2027, 12, 4)  # twelve months from 4 December 2026
    assert (given.buyer, given.profile_id, given.way) == (BUYER, "p630", "phone")
    own = mandate(case, agreement, "302", ceiling_fen=1_234_567, expires_on=date(2027, 3, 31))
    assert (own.ceiling_fen, own.expires_on) == (1_234_567, date(2027, 3, 31))


def test_the_case_is_mandated_with_the_last_flat_that_pays() -> None:
    case, agreement = agreed()
    *most, last = numbers(agreement)
    for number in most:
        mandate(case, agreement, number)
    assert state_of(case) == "agreed"
    with pytest.raises(MandatesLacking) as refusal:
        settle_mandates(
            consultation_id=case.consultation.pk, by=case.officer, now=after(agreement, days=2)
        )
    assert refusal.value.facts == {"count": 1, "flats": last}
    mandate(case, agreement, last)
    assert state_of(case) == "mandated"
    with pytest.raises(MoveRefused):
        settle_mandates(
            consultation_id=case.consultation.pk, by=case.officer, now=after(agreement, days=2)
        )


def test_nothing_is_mandated_before_everybody_agreed() -> None:
    case, agreement = drawn()
    with pytest.raises(NotAgreed):
        mandate(case, agreement, "301")


def test_only_a_party_gives_one_and_only_for_themselves() -> None:
    case, agreement = agreed()
    with pytest.raises(NotAParty):
        mandate(case, agreement, "101")
    with pytest.raises(NotAnOwner):
        mandate(case, agreement, "301", by=case.resident("302"))
    with pytest.raises(PaperMissing):
        mandate(case, agreement, "301", by=case.worker, way="paper")
    given = mandate(case, agreement, "301", by=case.worker, way="paper", paper=SCAN)
    assert given.paper is not None


def test_one_lift_has_one_buyer_who_buys_there() -> None:
    case, agreement = agreed()
    other = buyer("agency", "procurement-agency", "某招标代理")
    far = buyer("far", "procurement-body", "别区公司")
    Organisation.objects.filter(pk=far).update(place="jiangbei")
    for nobody in ("none", far, "org-ciqikou-jiedao"):
        with pytest.raises(NotABuyer):
            mandate(case, agreement, "301", buyer=nobody)
    mandate(case, agreement, "301")
    with pytest.raises(OtherBuyer) as refusal:
        mandate(case, agreement, "302", buyer=other)
    assert refusal.value.facts["buyer"] == "区平台公司"
    assert [one for one, _ in buyers_there(case.consultation)] == ["agency", BUYER]


def test_a_ceiling_and_an_end_that_cannot_be_are_refused() -> None:
    case, agreement = agreed()
    for fen in (0, -1, 10**10 + 1):
        with pytest.raises(CeilingMissing):
            mandate(case, agreement, "301", ceiling_fen=fen)
    for day in (date(2026, 12, 4), date(2029, 12, 5)):
        with pytest.raises(ExpiryOutside) as refusal:
            mandate(case, agreement, "301", expires_on=day)
    assert refusal.value.facts["first"] == "2026-12-05"
    assert refusal.value.facts["last"] == "2029-12-04"
    assert mandate(case, agreement, "301", expires_on=date(2026, 12, 5)).pk


def test_a_flat_has_one_mandate_at_a_time() -> None:
    case, agreement = agreed()
    mandate(case, agreement, "301")
    with pytest.raises(MandateGiven) as refusal:
        mandate(case, agreement, "301")
    assert refusal.value.facts == {"until": "2027-12-04"}
    assert Mandate.objects.count() == 1


# --- Leaving, above the ceiling -------------------------------------------------------------------


def test_one_leaves_until_the_lift_is_ordered_and_the_case_is_agreed_again() -> None:
    case, agreement = mandated()
    given = agreement.mandates.get(flat=case.flat("301"))
    later = after(agreement, days=3)
    with pytest.raises(NotAnOwner):
        leave_mandate(mandate_id=given.pk, by=case.resident("302"), now=later)
    with pytest.raises(PaperMissing):
        leave_mandate(mandate_id=given.pk, by=case.worker, now=later)
    leave_mandate(mandate_id=given.pk, by=case.resident("301"), now=later)
    assert state_of(case) == "agreed"
    with pytest.raises(MandateOver):
        leave_mandate(mandate_id=given.pk, by=case.resident("301"), now=later)
    assert [one["number"] for one in unmandated(agreement, later.date())] == ["301"]
    mandate(case, agreement, "301", now=later)  # and back
    assert state_of(case) == "mandated"


def test_above_the_ceiling_only_what_is_confirmed_in_writing_counts() -> None:
    case, agreement = mandated()
    given = agreement.mandates.get(flat=case.flat("301"))
    later = after(agreement, days=3)
    told: dict[str, Any] = {"mandate_id": given.pk, "now": later}
    with pytest.raises(NotAbove):
        confirm_above_ceiling(**told, above_fen=given.ceiling_fen, by=case.resident("301"))
    with pytest.raises(PaperMissing):
        confirm_above_ceiling(**told, above_fen=given.ceiling_fen + 1, by=case.worker)
    (before,) = agreed_stairwells(later.date())
    assert (before.ceilings_fen or {})[given.flat_id] == given.ceiling_fen  # silence is none
    more = given.ceiling_fen + 100_000
    confirm_above_ceiling(**told, above_fen=more, paper=SCAN, by=case.worker)
    given.refresh_from_db()
    assert (given.above_fen, given.above_at) == (more, later)
    assert given.above_paper is not None
    (now,) = agreed_stairwells(later.date())
    assert (now.ceilings_fen or {})[given.flat_id] == more
    with pytest.raises(NotAbove):
        confirm_above_ceiling(**told, above_fen=more, by=case.resident("301"))


# --- Expiry ---------------------------------------------------------------------------------------


def test_a_mandate_holds_through_its_last_day_and_not_after() -> None:
    case, agreement = mandated()
    given = agreement.mandates.get(flat=case.flat("301"))
    last, next_ = shanghai("2027-12-04T23:59:59"), shanghai("2027-12-05T00:00:00")
    told: dict[str, Any] = {
        "mandate_id": given.pk,
        "above_fen": given.ceiling_fen + 1,
        "by": case.resident("301"),
    }
    assert lapse_mandates(by=CLOCK, now=last) == 0
    confirm_above_ceiling(**told, now=last)
    with pytest.raises(MandateOver):
        confirm_above_ceiling(**told | {"above_fen": given.ceiling_fen + 2}, now=next_)
    assert [lapse_mandates(by=CLOCK, now=next_) for _ in range(2)] == [1, 0]
    assert state_of(case) == "agreed"
    assert Entry.objects.get(act="mandate.lapse").facts["lapsed"] == [
        one["flat"] for one in agreement.facts["parties"]
    ]


def test_an_expired_mandate_makes_way_for_a_new_one() -> None:
    case, agreement = agreed()
    old = mandate(case, agreement, "301", expires_on=date(2026, 12, 5))
    with pytest.raises(MandateGiven):
        mandate(case, agreement, "301", now=shanghai("2026-12-05T23:00:00"))
    new = mandate(case, agreement, "301", now=shanghai("2026-12-06T00:00:00"))
    old.refresh_from_db()
    assert old.left_at is not None
    assert new.left_at is None


# --- What pooling reads ---------------------------------------------------------------------------


def test_agreed_demand_tells_the_lift_and_what_each_flat_would_pay_at_most() -> None:
    case, agreement = mandated()
    (found,) = agreed_stairwells(date(2026, 12, 6))
    assert (found.stairwell, found.profile, found.entry, found.stops, found.lifts) == (
        case.stairwell.pk,
        "p630",
        "half",
        7,
        1,
    )
    assert (found.mandated, found.buyer, found.expires_on) == (True, BUYER, date(2027, 12, 4))
    assert set(found.ceilings_fen or {}) == {one["flat"] for one in agreement.facts["parties"]}
    assert 44_000_000 - 14 <= found.ceiling_fen <= 44_000_000


def test_agreed_demand_whose_mandates_lack_or_have_expired_is_not_mandated() -> None:
    case, agreement = agreed()
    (found,) = agreed_stairwells(date(2026, 12, 6))
    assert (found.mandated, found.buyer, found.ceiling_fen) == (False, "", 0)
    for number in numbers(agreement):
        mandate(case, agreement, number)
    assert agreed_stairwells(date(2027, 12, 4))[0].mandated
    assert not agreed_stairwells(date(2027, 12, 5))[0].mandated


def test_demand_is_seen_by_who_serves_the_place() -> None:
    case, _ = agreed()
    assert [one.stairwell for one in agreed_demand(case.officer)] == [case.stairwell.pk]
    assert agreed_demand(case.stranger) == []


def test_what_is_not_agreed_is_no_demand() -> None:
    drawn()
    assert agreed_stairwells(date(2026, 12, 6) + timedelta()) == []
