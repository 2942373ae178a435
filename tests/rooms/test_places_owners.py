"""Owners: one person once, shares that add up, heirs, looks, agreements, and what is erased."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.places_cast import LI, NOW, PNG, WANG, Town, found_town, resident_of, someone
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.places import refusals
from tuanti.places.commands import flats, owners, privacy
from tuanti.places.facts import OwnerFacts
from tuanti.places.filing import Paper
from tuanti.places.models import Agreement, Evidence, Look, Owner, Ownership
from tuanti.places.queries.roll import floors_of, roll_of
from tuanti.rules.consent import roll
from tuanti.rules.errors import RuleBroken

pytestmark = pytest.mark.django_db
PAPER = Paper("同意书.png", PNG)


@pytest.fixture
def town(settings: object, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's own
    return found_town()


def test_one_id_number_is_one_person_however_spaced(town: Town) -> None:
    again = replace(LI, name="李建国", phone="19900000009", id_number="99999919500101 0018")
    held = owners.record_owner(flat_id=town.flats[2].pk, facts=again, by=town.officer, now=NOW)
    assert held.owner_id == town.li.owner_id
    held.owner.refresh_from_db()
    assert (held.owner.phone, held.owner.id_number) == ("19900000009", LI.id_number)


def test_name_and_phone_are_one_person_within_an_estate_only(town: Town) -> None:
    held = owners.record_owner(flat_id=town.flats[2].pk, facts=WANG, by=town.officer, now=NOW)
    assert held.owner_id == town.wang.owner_id
    assert town.far_owner.owner_id != town.wang.owner_id


def test_a_name_alone_is_another_person_in_another_flat(town: Town) -> None:
    name = OwnerFacts(WANG.name)
    held = owners.record_owner(flat_id=town.flats[2].pk, facts=name, by=town.officer, now=NOW)
    assert held.owner_id != town.wang.owner_id


@pytest.mark.usefixtures("town")
def test_the_database_holds_neither_phone_nor_id_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, id_number FROM places_owner")
        rows = [bytes(cell) for row in cursor.fetchall() for cell in row]
    assert any(rows)
    assert not [row for row in rows if b"1990000000" in row or b"19500101" in row]


@pytest.mark.parametrize(
    ("shares", "refusal"),
    [
        (["1/2", "1/2"], None),
        (["", ""], None),
        (["1/2", "2/3"], refusals.SharesTooMany),
        (["1/2", ""], refusals.SharesMixed),
        (["", "1/2"], refusals.SharesMixed),
        (["1/2", "0"], refusals.BadShare),
        (["1/2", "x"], refusals.BadShare),
    ],
)
def test_shares_add_up(town: Town, shares: list[str], refusal: type[RuleBroken] | None) -> None:
    def record(number: int) -> None:
        facts = OwnerFacts(f"共有人{number}")
        owners.record_owner(
            flat_id=town.flats[2].pk, facts=facts, share=shares[number], by=town.officer, now=NOW
        )

    record(0)
    if refusal is None:
        record(1)
        assert town.flats[2].ownerships.count() == 2
        return
    before = Entry.objects.count()
    with pytest.raises(refusal):
        record(1)
    assert (town.flats[2].ownerships.count(), Entry.objects.count()) == (1, before)


REFUSED: list[tuple[Callable[[Town], object], type[RuleBroken]]] = [
    (lambda t: owners.record_owner(flat_id=t.flat.pk, facts=WANG, by=t.officer, now=NOW),
     refusals.OwnerTwice),
    (lambda t: owners.record_owner(flat_id=t.flat.pk, facts=LI, by=t.stranger, now=NOW),
     refusals.NotInReach),
    (lambda t: owners.record_owner(
        flat_id=t.flat.pk, facts=LI, by=someone("district-officer", "jiulongpo"), now=NOW),
     refusals.NotPermitted),
    (lambda t: owners.amend_owner(
        owner_id=t.li.owner_id, facts=OwnerFacts("李", phone="12"), by=t.officer, now=NOW),
     refusals.BadPhone),
    (lambda t: owners.amend_owner(
        owner_id=t.li.owner_id, facts=OwnerFacts("李", id_number="999999195001010019"),
        by=t.officer, now=NOW),
     refusals.BadIdNumber),
    (lambda t: owners.end_ownership(ownership_id=t.far_owner.pk, by=t.officer, now=NOW),
     refusals.NotInReach),
    (lambda t: owners.name_heirs(
        ownership_id=t.li.pk, heirs=[(OwnerFacts("李明"), "")], by=t.officer, now=NOW),
     refusals.NotDead),
    (lambda t: privacy.reveal_owner(
        owner_id=t.li.owner_id, field="phone", reason=" 看 ", by=t.officer, now=NOW),
     refusals.ReasonMissing),
    (lambda t: privacy.reveal_owner(
        owner_id=t.li.owner_id, field="area", reason="上门核对", by=t.officer, now=NOW),
     refusals.UnknownValue),
    (lambda t: privacy.reveal_owner(
        owner_id=t.li.owner_id, field="phone", reason="上门核对", by=t.stranger, now=NOW),
     refusals.NotInReach),
    (lambda t: privacy.record_agreement(
        owner_id=t.li.owner_id, purpose="data-use", by=t.officer, now=NOW),
     refusals.EvidenceMissing),
    (lambda t: privacy.record_agreement(
        owner_id=t.li.owner_id, purpose="data-use", by=resident_of(t.wang), now=NOW),
     refusals.NotPermitted),
    (lambda t: privacy.report_mistake(
        flat_id=t.flats[1].pk, text="面积不对", by=resident_of(t.wang), now=NOW),
     refusals.NotAnOwner),
    (lambda t: privacy.erase_owner(owner_id=t.li.owner_id, by=t.officer, now=NOW),
     refusals.StillOwns),
    (lambda t: privacy.erase_expired(by=t.officer, now=NOW), refusals.NotInReach),
]  # fmt: skip


@pytest.mark.parametrize(("act", "refusal"), REFUSED)
def test_a_refusal_leaves_no_trace(
    town: Town, act: Callable[[Town], object], refusal: type[RuleBroken]
) -> None:
    def state() -> tuple[object, ...]:
        tables = (Entry, Look, Agreement, Evidence)
        return (*Ownership.objects.values_list(), *(table.objects.count() for table in tables))

    before = state()
    with pytest.raises(refusal):
        act(town)
    assert state() == before


def test_a_sale_passes_the_share_on_and_the_seller_has_left(town: Town) -> None:
    buyer = OwnerFacts("张丽", phone="19900000003")
    held = owners.transfer(
        ownership_id=town.li.pk, to=buyer, standing="buyer", by=town.officer, now=NOW
    )
    seller = Owner.objects.get(pk=town.li.owner_id)
    assert (held.standing, held.flat_id) == ("buyer", town.li.flat_id)
    assert seller.left_on is not None
    back = owners.transfer(ownership_id=held.pk, to=LI, by=town.officer, now=NOW)
    seller.refresh_from_db()
    assert back.owner == seller
    assert seller.left_on is None


def test_heirs_take_the_place_of_the_dead(town: Town) -> None:
    owners.mark_owner_died(owner_id=town.li.owner_id, by=town.officer, now=NOW)
    assert str(town.li.owner_id) in {owner.id for owner in _flat_of(town, 1).owners}
    heirs = [(OwnerFacts("李明"), "1/2"), (OwnerFacts("李红"), "1/2")]
    owners.name_heirs(ownership_id=town.li.pk, heirs=heirs, by=town.officer, now=NOW)
    flat = _flat_of(town, 1)
    assert {owner.standing for owner in flat.owners} == {"heir"}
    assert sum((owner.share or Fraction(0) for owner in flat.owners), Fraction(0)) == 1


def test_a_flat_whose_owners_cannot_be_found_is_unreachable_on_the_roll(town: Town) -> None:
    owners.mark_unreachable(owner_id=town.li.owner_id, by=town.officer, now=NOW)
    assert _flat_of(town, 1).state == "unreachable"
    owners.mark_found(owner_id=town.li.owner_id, by=town.officer, now=NOW)
    assert _flat_of(town, 1).state == "free"


def test_a_roll_with_gaps_is_refused_and_the_gaps_named(town: Town) -> None:
    with pytest.raises(refusals.RollIncomplete) as refused:
        roll_of(town.stairwell)
    assert refused.value.facts == {"count": 1, "flats": "103"}


def test_the_plan_has_every_storey_from_the_top(town: Town) -> None:
    town.flats[0].floor, town.flats[1].floor = 7, None
    rows = floors_of(town.stairwell, town.flats)
    assert [floor for floor, _ in rows] == [7, 6, 5, 4, 3, 2, 1, None]
    assert [[flat.number for flat in found] for _, found in rows if found] == [
        ["101"], ["103"], ["102"],
    ]  # fmt: skip


def test_unmasking_is_logged_for_the_person_without_the_value(town: Town) -> None:
    value = privacy.reveal_owner(
        owner_id=town.li.owner_id, field="phone", reason="上门前约时间", by=town.officer, now=NOW
    )
    look, entry = Look.objects.get(), Entry.objects.latest("pk")
    assert value == "19900000002"
    assert (look.by_name, look.reason, look.field) == ("陈经办", "上门前约时间", "phone")
    assert (entry.act, entry.facts) == ("owner.reveal", {"field": "phone"})


def test_no_entry_names_anyone(town: Town) -> None:
    owners.amend_owner(
        owner_id=town.li.owner_id, facts=OwnerFacts("李国庆"), by=town.officer, now=NOW
    )
    owners.transfer(ownership_id=town.li.pk, to=OwnerFacts("张丽"), by=town.officer, now=NOW)
    told = " ".join(str(facts) for facts in Entry.objects.values_list("facts", flat=True))
    assert not [
        name for name in ("王秀英", "李建国", "李国庆", "张丽", "199", "9999") if name in told
    ]


def test_a_resident_agrees_and_takes_it_back(town: Town) -> None:
    me = resident_of(town.wang)
    act: dict[str, Any] = {
        "owner_id": town.wang.owner_id,
        "purpose": "data-use",
        "by": me,
        "now": NOW,
    }
    agreement = privacy.record_agreement(**act)
    assert not agreement.on_behalf
    with pytest.raises(refusals.AlreadyAgreed):
        privacy.record_agreement(**act)
    privacy.withdraw_agreement(agreement_id=agreement.pk, by=me, now=NOW)
    with pytest.raises(refusals.AlreadyWithdrawn):
        privacy.withdraw_agreement(agreement_id=agreement.pk, by=me, now=NOW)
    assert privacy.record_agreement(**act).pk != agreement.pk


def test_an_agreement_on_behalf_has_its_paper_and_who_typed_it(town: Town) -> None:
    agreement = privacy.record_agreement(
        owner_id=town.li.owner_id, purpose="messages", paper=PAPER, by=town.officer, now=NOW
    )
    assert agreement.on_behalf
    assert agreement.given_by == town.officer.id
    assert agreement.evidence is not None


def test_a_report_is_answered_once(town: Town) -> None:
    report = privacy.report_mistake(
        flat_id=town.flat.pk, text="面积应为 88.2", by=resident_of(town.wang), now=NOW
    )
    act: dict[str, Any] = {"report_id": report.pk, "answer": "已按产权证改为 88.2", "now": NOW}
    with pytest.raises(refusals.NotInReach):
        privacy.answer_report(**act, by=town.stranger)
    assert privacy.answer_report(**act, by=town.officer).answered_at == NOW
    with pytest.raises(refusals.AlreadyAnswered):
        privacy.answer_report(**act, by=town.officer)


def test_data_are_erased_when_their_time_has_run_out_and_not_before(
    town: Town, django_capture_on_commit_callbacks: Callable[..., object], tmp_path: Path
) -> None:
    privacy.record_agreement(
        owner_id=town.li.owner_id, purpose="data-use", paper=PAPER, by=town.officer, now=NOW
    )
    owners.end_ownership(ownership_id=town.li.pk, by=town.officer, now=NOW)
    entries = list(Entry.objects.values())
    ends = NOW + timedelta(days=privacy.RETENTION_DAYS)
    assert privacy.erase_expired(by=CLOCK, now=ends - timedelta(days=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]  # as pytest-django says
        assert privacy.erase_expired(by=CLOCK, now=ends) == 1
    assert privacy.erase_expired(by=CLOCK, now=ends) == 0
    owner = Owner.objects.get(pk=town.li.owner_id)
    assert (owner.name, owner.phone, owner.id_number, bytes(owner.id_index)) == ("", "", "", b"")
    assert not list(tmp_path.rglob("*.png"))
    assert list(Entry.objects.values())[: len(entries)] == entries


def test_erased_data_cannot_be_seen_or_mended(town: Town) -> None:
    owners.end_ownership(ownership_id=town.li.pk, by=town.officer, now=NOW)
    privacy.erase_owner(owner_id=town.li.owner_id, by=town.officer, now=NOW)
    with pytest.raises(refusals.OwnerErased):
        owners.amend_owner(owner_id=town.li.owner_id, facts=LI, by=town.officer, now=NOW)
    with pytest.raises(refusals.OwnerErased):
        privacy.reveal_owner(
            owner_id=town.li.owner_id, field="phone", reason="上门核对", by=town.officer, now=NOW
        )


def _flat_of(town: Town, at: int) -> roll.Flat:
    if not town.flats[2].ownerships.exists():
        owners.record_owner(
            flat_id=town.flats[2].pk, facts=OwnerFacts("周强"), by=town.officer, now=NOW
        )
    flats.free_flat(flat_id=town.flats[2].pk, by=town.officer, now=NOW)
    return next(one for one in roll_of(town.stairwell).flats if one.id == str(town.flats[at].pk))
