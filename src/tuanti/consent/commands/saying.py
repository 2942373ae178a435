"""What is said of a case: minutes, questions and answers, what bodies asked to take part state."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tuanti.consent import permissions
from tuanti.consent.commands.taking import flat_here, one_of, speaker, taken, while_in, words_of
from tuanti.consent.models import Consultation, Invitation, Meeting, Question, Statement
from tuanti.consent.models.story import STATEMENTS
from tuanti.consent.queries import story
from tuanti.consent.refusals.story import (
    AlreadyAnswered,
    AlreadyInvited,
    AnswerUnknown,
    AuthorMissing,
    NotInvited,
)
from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.people.queries import organisations
from tuanti.places.filing import Paper, file
from tuanti.places.refusals import DayAhead, NotInReach, OutOfRange
from tuanti.rules.processes import CONSULTATION

_NAME = 120
_LIVE = tuple(state for state in CONSULTATION.states if state not in story.OVER)


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting: when and where, how many flats came, what was said and settled."""

    held_at: datetime
    place: str
    present: int
    text: str


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What a body says: its kind, the text, whether it finds the lift possible (None: no finding).

    ``body`` names it where someone else hands the paper in for it.
    """

    kind: str
    text: str
    sound: bool | None = None
    body: str = ""


@transaction.atomic
def hold_meeting(
    *,
    consultation_id: int,
    facts: MeetingFacts,
    by: Actor,
    now: datetime,
    paper: Paper | None = None,
) -> Meeting:
    """Enter the minutes of a meeting, with the signed sheet if there is one.

    :raises NotInReach, NotPermitted: ``by`` neither runs the consultation nor represents it.
    :raises NotNow: the consultation was withdrawn.
    :raises ReasonMissing, DayAhead, OutOfRange: the facts do not fit.
    :raises EvidenceKind, EvidenceSize: the paper is none we keep.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.ANSWER, consultation)
    while_in(consultation, *_LIVE)
    place, text = words_of(facts.place, 1)[:_NAME], words_of(facts.text)
    if facts.held_at > now:
        raise DayAhead(day=facts.held_at.date().isoformat())
    flats = consultation.stairwell.flats.count()
    if not 0 <= facts.present <= flats:
        raise OutOfRange(field="present", value=facts.present, lowest=0, highest=flats)
    meeting = Meeting.objects.create(
        consultation=consultation,
        held_at=facts.held_at,
        place=place,
        present=facts.present,
        text=text,
        paper=file(paper, by, now) if paper else None,
        by=by.id,
        at=now,
    )
    told = {"meeting": meeting.pk, "present": meeting.present}
    journal.write(at=now, by=by, act="consultation.meet", subject=consultation, **told)
    return meeting


@transaction.atomic
def ask_question(
    *, consultation_id: int, flat_id: int, text: str, by: Actor, now: datetime
) -> Question:
    """Ask or remark something; everybody of the stairwell sees it, with its answer.

    A resident asks for their own flat; whoever runs the consultation enters what they were told.

    :raises NotInReach, NotPermitted: ``by`` neither lives there nor runs the consultation.
    :raises NotNow: the consultation was withdrawn.
    :raises FlatElsewhere, NotYourFlat: the flat is another's.
    :raises ReasonMissing: fewer than four characters.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation, allow_resident=True)
    while_in(consultation, *_LIVE)
    flat = flat_here(consultation, flat_id)
    speaker(flat, None, by)
    question = Question.objects.create(
        consultation=consultation, flat=flat, text=words_of(text), by=by.id, at=now
    )
    told = {"question": question.pk, "flat": flat.pk}
    journal.write(at=now, by=by, act="consultation.ask", subject=consultation, **told)
    return question


@transaction.atomic
def answer_question(*, question_id: int, answer: str, by: Actor, now: datetime) -> Question:
    """Answer a question, for everybody of the stairwell to see.

    :raises NotInReach, NotPermitted: ``by`` neither runs the consultation nor represents it.
    :raises ReasonMissing: nothing is said.
    :raises AlreadyAnswered: it was answered before.
    """
    found = one_of(Question.objects.all(), question_id)
    consultation = taken(found.consultation_id)
    permissions.require(by, permissions.ANSWER, consultation)
    question = one_of(consultation.questions.all(), question_id)
    said = words_of(answer, 1)
    if question.answered_at:
        raise AlreadyAnswered
    question.answer, question.answered_by, question.answered_at = said, by.id, now
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    told = {"question": question.pk}
    journal.write(at=now, by=by, act="consultation.reply", subject=consultation, **told)
    return question


@transaction.atomic
def state_finding(
    *,
    consultation_id: int,
    facts: StatementFacts,
    by: Actor,
    now: datetime,
    paper: Paper | None = None,
) -> Statement:
    """Enter what a body says to the case: a comment, a survey, a statement on the structure.

    A firm speaks for itself; whoever runs the consultation names the body whose paper they enter.

    :raises NotInReach, NotPermitted: ``by`` has no part in it.
    :raises NotNow: the consultation was withdrawn.
    :raises AnswerUnknown, ReasonMissing, AuthorMissing: the facts do not fit.
    :raises EvidenceKind, EvidenceSize: the paper is none we keep.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.SAY, consultation)
    while_in(consultation, *_LIVE)
    if facts.kind not in STATEMENTS:
        raise AnswerUnknown
    statement = Statement.objects.create(
        consultation=consultation,
        kind=facts.kind,
        text=words_of(facts.text),
        sound=facts.sound,
        body=_body(facts, by),
        paper=file(paper, by, now) if paper else None,
        by=by.id,
        at=now,
    )
    told = {"statement": statement.pk, "matter": statement.kind, "sound": statement.sound}
    journal.write(at=now, by=by, act="consultation.state", subject=consultation, **told)
    return statement


@transaction.atomic
def invite(*, consultation_id: int, organisation_id: str, by: Actor, now: datetime) -> Invitation:
    """Ask a body to take part; its designers or managers then see the consultation.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises NotNow: the consultation was withdrawn.
    :raises AlreadyInvited: it was asked already.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    while_in(consultation, *_LIVE)
    if not organisations().filter(pk=organisation_id, closed_on=None).exists():
        raise NotInReach
    if consultation.invitations.filter(organisation=organisation_id, ended_at=None).exists():
        raise AlreadyInvited
    invitation = Invitation.objects.create(
        consultation=consultation, organisation=organisation_id, by=by.id, at=now
    )
    _tell(consultation, "consultation.invite", organisation_id, by, now)
    return invitation


@transaction.atomic
def end_invitation(
    *, consultation_id: int, organisation_id: str, by: Actor, now: datetime
) -> Invitation:
    """End a body's part in a consultation; what it said stays.

    :raises NotInReach, NotPermitted: ``by`` does not run the consultation.
    :raises NotInvited: it was not asked, or no longer.
    """
    consultation = taken(consultation_id)
    permissions.require(by, permissions.RUN, consultation)
    open_ = consultation.invitations.filter(organisation=organisation_id, ended_at=None)
    invitation = open_.first()
    if invitation is None:
        raise NotInvited
    invitation.ended_at = now
    invitation.save(update_fields=["ended_at"])
    _tell(consultation, "consultation.uninvite", organisation_id, by, now)
    return invitation


def _body(facts: StatementFacts, by: Actor) -> str:
    """Name the body that speaks: by the speaker's post, unless they enter another's paper."""
    runs = by.holds(*permissions.RUN)
    if runs and facts.body.strip():
        return facts.body.strip()[:_NAME]
    post = next((one for one in by.posts if one.duty in permissions.SAY), None)
    if post is None:
        raise AuthorMissing
    return post.organisation_name[:_NAME]


def _tell(
    consultation: Consultation, act: str, organisation: str, by: Actor, now: datetime
) -> None:
    journal.write(at=now, by=by, act=act, subject=consultation, organisation=organisation)
