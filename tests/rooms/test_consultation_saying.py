"""Minutes, questions, statements, bodies asked to take part; the owners' group; withdrawing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.consent_cast import HERE, Case, found_consultation
from tests.places_cast import NOW, PNG, someone
from tuanti.consent.commands import planning, saying
from tuanti.consent.commands.saying import MeetingFacts, StatementFacts
from tuanti.consent.models import (
    Consultation,
    Invitation,
    Meeting,
    Question,
    Representative,
    Statement,
)
from tuanti.consent.queries import story
from tuanti.consent.refusals import story as refusals
from tuanti.journal.models import Entry
from tuanti.people.actors import Actor
from tuanti.people.actors import Post as Held
from tuanti.people.models import Organisation
from tuanti.places import refusals as places
from tuanti.places.commands import flats, owners
from tuanti.places.filing import Paper
from tuanti.places.models import Ownership
from tuanti.places.undoing import Undoing
from tuanti.rules.errors import RuleBroken
from tuanti.rules.stages import MoveRefused

pytestmark = pytest.mark.django_db
KEPT = (Meeting, Question, Statement, Invitation, Representative, Entry)
MINUTES = MeetingFacts(NOW, "社区活动室", 9, "谈了三种分摊办法。")


@pytest.fixture
def case(settings: Settings, tmp_path: Path) -> Case:
    settings.MEDIA_ROOT = tmp_path
    return found_consultation()


def refused(refusal: type[RuleBroken], do: Callable[[], object]) -> None:
    before = [kind._default_manager.count() for kind in KEPT]
    with pytest.raises(refusal):
        do()
    assert [kind._default_manager.count() for kind in KEPT] == before


def hold(case: Case, facts: MeetingFacts = MINUTES, by: Actor | None = None) -> Meeting:
    return saying.hold_meeting(
        consultation_id=case.consultation.pk,
        facts=facts,
        by=by or case.officer,
        now=NOW,
        paper=Paper("签到.png", PNG),
    )


def ask(case: Case, number: str = "101", by: Actor | None = None) -> Question:
    return saying.ask_question(
        consultation_id=case.consultation.pk,
        flat_id=case.flat(number).pk,
        text="一楼补偿多少？",
        by=by or case.resident(number),
        now=NOW,
    )


def elect(case: Case, at: int) -> Representative:
    return planning.elect_representative(
        consultation_id=case.consultation.pk,
        owner_id=case.owners[at].pk,
        elected_on=NOW.date(),
        by=case.officer,
        now=NOW,
    )


def designer(organisation: str = "sheji-yuan") -> Actor:
    post = Held("designer", organisation, "design-institution", "某设计院（示例）", organisation)
    return Actor(id="account:designer", name="张工", posts=(post,))


def body(ident: str = "sheji-yuan", kind: str = "design-institution") -> Organisation:
    return Organisation.objects.create(
        id=ident, kind=kind, name="某设计院（示例）", place="chongqing", opened_at=NOW
    )


def invited(case: Case) -> Actor:
    body()
    saying.invite(
        consultation_id=case.consultation.pk,
        organisation_id="sheji-yuan",
        by=case.officer,
        now=NOW,
    )
    return designer()


def test_minutes_keep_their_signed_sheet(case: Case) -> None:
    meeting = hold(case)
    assert meeting.paper
    assert meeting.paper.kind == "image/png"
    assert "分摊" not in str(Entry.objects.latest("pk").facts)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (MeetingFacts(NOW + timedelta(hours=1), "社区", 9, "谈了分摊。"), places.DayAhead),
        (MeetingFacts(NOW, "社区", 15, "谈了分摊。"), places.OutOfRange),
        (MeetingFacts(NOW, "社区", -1, "谈了分摊。"), places.OutOfRange),
        (MeetingFacts(NOW, "社区", 9, "嗯"), places.ReasonMissing),
        (MeetingFacts(NOW, " ", 9, "谈了分摊。"), places.ReasonMissing),
    ],
)
def test_minutes_that_cannot_be_leave_no_trace(
    case: Case, facts: MeetingFacts, refusal: type[RuleBroken]
) -> None:
    refused(refusal, lambda: hold(case, facts))


def test_as_many_flats_may_come_as_there_are(case: Case) -> None:
    assert hold(case, MeetingFacts(NOW, "社区", 14, "都来了，谈得好。")).present == 14


def test_a_question_is_asked_once_answered_once(case: Case) -> None:
    question = ask(case)
    saying.answer_question(question_id=question.pk, answer="按约定。", by=case.worker, now=NOW)
    refused(
        refusals.AlreadyAnswered,
        lambda: saying.answer_question(
            question_id=question.pk, answer="再答。", by=case.worker, now=NOW
        ),
    )


def test_neighbours_ask_for_their_own_flat_only(case: Case) -> None:
    refused(refusals.NotYourFlat, lambda: ask(case, "101", by=case.resident("201")))


def test_a_resident_answers_no_questions(case: Case) -> None:
    question = ask(case)
    refused(
        places.NotPermitted,
        lambda: saying.answer_question(
            question_id=question.pk, answer="好", by=case.resident("201"), now=NOW
        ),
    )


def test_a_representative_answers_in_their_stairwell_only(case: Case) -> None:
    question = ask(case)
    code = case.stairwell.code.lower()
    post = Held("owners-representative", "qun", "owners-group", "业主小组", code)
    own = Actor(id="account:rep", posts=(post,))
    saying.answer_question(question_id=question.pk, answer="会上谈。", by=own, now=NOW)
    other = found_consultation(name="另一小区")
    there = ask(other)
    refused(
        places.NotInReach,
        lambda: saying.answer_question(question_id=there.pk, answer="好", by=own, now=NOW),
    )


def test_a_body_sees_a_case_only_while_it_is_asked_to(case: Case) -> None:
    pk = case.consultation.pk
    assert not story.consultations_for(designer()).exists()
    by = invited(case)
    assert story.consultations_for(by).get().pk == pk
    saying.state_finding(
        consultation_id=pk,
        facts=StatementFacts("structure", "可以加装。", sound=True, body="冒名单位"),
        by=by,
        now=NOW,
    )
    assert Statement.objects.get().body == "某设计院（示例）"
    saying.end_invitation(
        consultation_id=pk, organisation_id="sheji-yuan", by=case.officer, now=NOW
    )
    refused(
        places.NotInReach,
        lambda: saying.state_finding(
            consultation_id=pk, facts=StatementFacts("comment", "再看看。"), by=by, now=NOW
        ),
    )


def test_a_body_that_was_asked_runs_nothing(case: Case) -> None:
    by = invited(case)
    refused(places.NotPermitted, lambda: hold(case, by=by))
    refused(places.NotPermitted, lambda: ask(case, by=by))


def test_a_body_is_asked_once_and_ended_once(case: Case) -> None:
    invited(case)
    pk = case.consultation.pk

    def again() -> object:
        return saying.invite(
            consultation_id=pk, organisation_id="sheji-yuan", by=case.officer, now=NOW
        )

    refused(refusals.AlreadyInvited, again)
    saying.end_invitation(
        consultation_id=pk, organisation_id="sheji-yuan", by=case.officer, now=NOW
    )
    refused(
        refusals.NotInvited,
        lambda: saying.end_invitation(
            consultation_id=pk, organisation_id="sheji-yuan", by=case.officer, now=NOW
        ),
    )
    again()


def test_a_worker_names_the_body_whose_paper_they_enter(case: Case) -> None:
    facts = StatementFacts("pipe-survey", "燃气管要移位。", sound=None, body="某燃气公司")
    made = saying.state_finding(
        consultation_id=case.consultation.pk, facts=facts, by=case.worker, now=NOW
    )
    assert (made.body, made.sound) == ("某燃气公司", None)


def test_the_group_has_three_to_five_members(case: Case) -> None:
    for at in range(2):
        elect(case, at)
    assert not story.group_complete(case.consultation)
    elect(case, 2)
    assert story.group_complete(case.consultation)
    for at in (3, 4):
        elect(case, at)
    refused(refusals.GroupFull, lambda: elect(case, 5))


def test_a_seat_is_held_once_and_free_when_left(case: Case) -> None:
    seat = elect(case, 0)
    refused(refusals.AlreadyInGroup, lambda: elect(case, 0))
    planning.end_representative(
        representative_id=seat.pk, left_on=NOW.date(), by=case.officer, now=NOW
    )
    elect(case, 0)
    refused(
        refusals.LeftAlready,
        lambda: planning.end_representative(
            representative_id=seat.pk, left_on=NOW.date(), by=case.officer, now=NOW
        ),
    )


def test_only_owners_of_the_stairwell_are_elected(case: Case) -> None:
    other = found_consultation(name="另一小区")
    pk, stranger = case.consultation.pk, other.owners[0].pk
    refused(
        refusals.OwnerElsewhere,
        lambda: planning.elect_representative(
            consultation_id=pk,
            owner_id=stranger,
            elected_on=NOW.date(),
            by=case.officer,
            now=NOW,
        ),
    )


def test_withdrawing_needs_a_reason_and_ends_everything(case: Case) -> None:
    pk = case.consultation.pk
    refused(
        places.ReasonMissing,
        lambda: planning.withdraw_consultation(
            consultation_id=pk, reason="无", by=case.officer, now=NOW
        ),
    )
    planning.withdraw_consultation(consultation_id=pk, reason="要拆迁了", by=case.officer, now=NOW)
    assert Consultation.objects.get(pk=pk).reason == "要拆迁了"
    refused(refusals.NotNow, lambda: ask(case))
    refused(refusals.NotNow, lambda: hold(case))
    refused(
        MoveRefused,
        lambda: planning.withdraw_consultation(
            consultation_id=pk, reason="要拆迁了", by=case.officer, now=NOW
        ),
    )


def test_what_a_consultation_has_on_file_cannot_be_removed(case: Case) -> None:
    flat = case.flat("101")
    ask(case)
    owners.end_ownership(ownership_id=case.neighbours["101"][0].pk, by=case.officer, now=NOW)
    refused(
        places.NeededElsewhere,
        lambda: flats.remove_flat(flat_id=flat.pk, by=case.officer, now=NOW),
    )


def test_a_stairwell_with_a_consultation_cannot_be_removed() -> None:
    case = found_consultation("wished")
    for flat in case.flats:
        for held in case.neighbours[flat.number]:
            owners.end_ownership(ownership_id=held.pk, by=case.officer, now=NOW)
        flats.remove_flat(flat_id=flat.pk, by=case.officer, now=NOW)
    with pytest.raises(places.NeededElsewhere):
        flats.remove_stairwell(stairwell_id=case.stairwell.pk, by=case.officer, now=NOW)


def test_whoever_serves_another_street_sees_nothing(case: Case) -> None:
    assert case.estate.street_id == HERE
    assert not story.consultations_for(case.stranger).exists()
    assert story.consultations_for(case.resident("101")).exists()
    assert not story.consultations_for(someone("supplier-manager", "firm")).exists()


def test_undoing_an_import_keeps_what_a_consultation_has_on_file(case: Case) -> None:
    flat = case.flat("101")
    ask(case)
    model = type(flat)
    model.objects.filter(pk=flat.pk).update(source=7)
    Ownership.objects.filter(flat=flat).delete()
    undoing = Undoing(7)
    list(undoing.run(lambda _done: None))
    assert model.objects.filter(pk=flat.pk).exists()
    assert undoing.kept["flat"] == 1
