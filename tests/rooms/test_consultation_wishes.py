"""Wishes and canvassing: who may, what founds a consultation, what is refused without a trace."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from tests.consent_cast import Case, found_consultation
from tests.places_cast import NOW, someone
from tuanti.consent.commands import planning, wishes
from tuanti.consent.models import Canvass, Consultation, Wish
from tuanti.consent.queries import story
from tuanti.consent.refusals import story as refusals
from tuanti.journal.models import Entry
from tuanti.people.actors import NOBODY, Actor
from tuanti.places.refusals import NotInReach, NotPermitted
from tuanti.rules.errors import RuleBroken
from tuanti.rules.stages import MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return found_consultation("wished")


def wish(case: Case, number: str, by: Actor | None = None, owner_id: int | None = None) -> Wish:
    return wishes.make_wish(
        stairwell_id=case.stairwell.pk,
        flat_id=case.flat(number).pk,
        by=by or case.resident(number),
        now=NOW,
        owner_id=owner_id,
    )


def asked(case: Case) -> Case:
    wishes.begin_canvass(consultation_id=case.consultation.pk, by=case.officer, now=NOW)
    return case


def answer(case: Case, number: str, said: str, by: Actor | None = None, note: str = "") -> Canvass:
    return wishes.answer_canvass(
        consultation_id=case.consultation.pk,
        flat_id=case.flat(number).pk,
        answer=said,
        by=by or case.resident(number),
        now=NOW,
        note=note,
    )


def refused(refusal: type[RuleBroken], do: Callable[[], object]) -> None:
    """Hold that an act is refused and leaves neither a row nor an entry."""

    def rows() -> list[int]:
        return [kind._default_manager.count() for kind in (Consultation, Wish, Canvass, Entry)]

    before = rows()
    with pytest.raises(refusal):
        do()
    assert rows() == before


def test_the_first_wish_founds_the_consultation_and_later_ones_join_it(case: Case) -> None:
    case.consultation.delete()
    first, second = wish(case, "701"), wish(case, "101")
    assert first.consultation == second.consultation
    assert (first.consultation.state, first.owner_id) == ("wished", case.owners[12].pk)
    assert not first.on_behalf


def test_a_stairwell_has_one_live_consultation_whatever_happens_at_once(case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.create(stairwell=case.stairwell, begun_at=NOW, moved_at=NOW)


def test_a_withdrawn_consultation_stays_and_another_wish_begins_anew(case: Case) -> None:
    pk = case.consultation.pk
    planning.withdraw_consultation(
        consultation_id=pk, reason="产权有争议", by=case.officer, now=NOW
    )
    assert story.consultation_of(case.stairwell.pk) is None
    assert wish(case, "701").consultation_id != pk


def test_a_worker_wishes_for_someone_and_it_says_so(case: Case) -> None:
    made = wish(case, "301", by=case.worker, owner_id=case.owners[4].pk)
    assert (made.on_behalf, made.owner_id) == (True, case.owners[4].pk)


def test_a_flat_wishes_once_by_whichever_of_its_owners(case: Case) -> None:
    wish(case, "502")
    refused(refusals.AlreadyWished, lambda: wish(case, "502", by=case.resident("502", 1)))


def test_a_wish_taken_back_stays_on_file_and_can_be_made_again(case: Case) -> None:
    made = wish(case, "502")
    pk, flat = made.consultation_id, made.flat_id
    by = case.resident("502", 1)
    wishes.withdraw_wish(consultation_id=pk, flat_id=flat, by=by, now=NOW)
    assert not story.wishes_of(case.consultation).exists()
    wish(case, "502")
    assert Wish.objects.filter(flat=flat).count() == 2


def test_a_wish_not_made_cannot_be_taken_back(case: Case) -> None:
    pk, flat = case.consultation.pk, case.flat("301").pk
    refused(
        refusals.NotWishing,
        lambda: wishes.withdraw_wish(
            consultation_id=pk, flat_id=flat, by=case.resident("301"), now=NOW
        ),
    )


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        (lambda case: case.resident("201"), refusals.NotYourFlat),
        (lambda case: case.stranger, NotInReach),
        (lambda case: someone("roll-keeper", case.estate.street_id), NotPermitted),
        (lambda case: someone("auditor", case.estate.street_id), NotPermitted),
        (lambda _: NOBODY, NotInReach),
    ],
)
def test_nobody_else_wishes_for_a_flat(
    case: Case, who: Callable[[Case], Actor], refusal: type[RuleBroken]
) -> None:
    refused(refusal, lambda: wish(case, "101", by=who(case)))


def test_a_resident_of_another_stairwell_is_not_in_reach(case: Case) -> None:
    other = found_consultation("wished", name="另一小区")
    refused(NotInReach, lambda: wish(case, "101", by=other.resident("101")))


def test_an_owner_of_another_flat_is_not_named_for_it(case: Case) -> None:
    owner = case.owners[0].pk
    refused(refusals.OwnerElsewhere, lambda: wish(case, "301", by=case.worker, owner_id=owner))


def test_a_flat_of_another_stairwell_is_refused(case: Case) -> None:
    other = found_consultation("wished", name="另一小区")
    refused(
        refusals.FlatElsewhere,
        lambda: wishes.make_wish(
            stairwell_id=case.stairwell.pk, flat_id=other.flats[0].pk, by=case.officer, now=NOW
        ),
    )


def test_a_stairwell_with_a_lift_needs_none(case: Case) -> None:
    case.consultation.delete()
    case.stairwell.lift = True
    case.stairwell.save()
    refused(refusals.HasLift, lambda: wish(case, "101"))


def test_nobody_wishes_once_the_vote_is_open(case: Case) -> None:
    case.consultation.state = "open"
    case.consultation.save()
    refused(refusals.NotNow, lambda: wish(case, "101"))


def test_canvassing_begins_once_and_where_a_lift_may_be_added(case: Case) -> None:
    asked(case)
    pk = case.consultation.pk
    refused(MoveRefused, lambda: wishes.begin_canvass(consultation_id=pk, by=case.officer, now=NOW))


def test_where_no_lift_may_be_added_nobody_is_asked(case: Case) -> None:
    case.stairwell.lift = True
    case.stairwell.save()
    pk = case.consultation.pk
    refused(
        refusals.NotEligible,
        lambda: wishes.begin_canvass(consultation_id=pk, by=case.officer, now=NOW),
    )
    assert Consultation.objects.get(pk=pk).state == "wished"


@pytest.mark.parametrize("duty", ["roll-keeper", "mediator", "auditor", "city-officer"])
def test_only_who_runs_it_begins_canvassing(case: Case, duty: str) -> None:
    place = "chongqing" if duty == "city-officer" else case.estate.street_id
    by = someone(duty, place)
    pk = case.consultation.pk
    refused(NotPermitted, lambda: wishes.begin_canvass(consultation_id=pk, by=by, now=NOW))


def test_the_last_answer_of_a_flat_counts_and_all_stay(case: Case) -> None:
    asked(case)
    answer(case, "101", "no", note="挡光")
    answer(case, "101", "talk", by=case.worker)
    answer(case, "701", "yes")
    counts = story.answer_counts(case.consultation)
    assert counts == {"yes": 1, "no": 0, "talk": 1, "none": 12}
    assert Canvass.objects.count() == 3
    assert story.latest_answers(case.consultation)[case.flat("101").pk].on_behalf


def test_an_answer_is_one_of_the_three(case: Case) -> None:
    asked(case)
    refused(refusals.AnswerUnknown, lambda: answer(case, "101", "abstain"))


def test_nobody_is_asked_before_canvassing_begins(case: Case) -> None:
    refused(refusals.NotNow, lambda: answer(case, "101", "yes"))


def test_an_entry_names_nobody(case: Case) -> None:
    asked(case)
    answer(case, "101", "talk", note="王阿姨想要补偿")
    entry = Entry.objects.latest("pk")
    assert entry.facts == {"flat": case.flat("101").pk, "answer": "talk", "on_behalf": False}


def test_heat_ranks_by_the_part_that_wishes(case: Case) -> None:
    hot = found_consultation("wished", name="热小区")
    for number in ("101", "201", "301"):
        wish(hot, number)
    wish(case, "101")
    ranks = story.heat(hot.officer)
    assert [(one.place.name, one.wishing, one.flats) for one in ranks] == [
        ("热小区", 3, 14),
        ("磁建村", 1, 14),
    ]
    assert ranks[0].bp == 2142
    assert story.heat(case.stranger) == []


def test_heat_in_an_estate_ranks_its_stairwells(case: Case) -> None:
    wish(case, "101")
    (only,) = story.heat_in(case.officer, case.estate.pk)
    assert (only.wishing, only.flats, only.consultation) == (1, 14, case.consultation)


def test_a_withdrawn_consultation_gives_no_heat(case: Case) -> None:
    wish(case, "101")
    Consultation.objects.update(state="withdrawn")
    assert story.heat(case.officer) == []
    assert story.heat_in(case.officer, case.estate.pk) == []
