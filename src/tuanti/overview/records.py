"""What was said and done in a consultation, as its neighbours may read it, the latest first.

Nobody is named: a question is a neighbour's, an objection an owner's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from tuanti.overview.course import day_said, said
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the story: ``quote`` is what someone asked, ``answer`` what they were told."""

    at: datetime
    title: str
    text: str = ""
    quote: str = ""
    answer: str = ""

    @property
    def day(self) -> str:
        """When it was, as people say it."""
        return day_said(timezone.localdate(self.at))


def events_of(consultation: Any) -> list[Event]:  # noqa: ANN401 (a row of consent)
    """Collect the events of a consultation, the latest first."""
    found = [
        Event(consultation.begun_at, said("story.begun")),
        *_talks(consultation),
        *_votes(consultation),
        *_after(consultation),
    ]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _talks(consultation: Any) -> Iterator[Event]:  # noqa: ANN401 (as above)
    for plan in consultation.plans.all():
        yield Event(plan.drawn_at, said("story.plan", number=plan.number), plan.name)
    for meeting in consultation.meetings.all():
        yield Event(meeting.held_at, said("story.meeting", n=meeting.present), meeting.text)
    for one in consultation.questions.all():
        yield Event(one.at, said("story.question"), quote=one.text, answer=one.answer)
    for one in consultation.statements.all():
        kind = word(f"overview.statements.{one.kind}", spoken())
        yield Event(one.at, said("story.statement", body=one.body, kind=kind), one.text)


def _votes(consultation: Any) -> Iterator[Event]:  # noqa: ANN401 (as above)
    for poll in consultation.polls.all():
        yield Event(poll.opens_at, said("story.opened", number=poll.number))
        if poll.closed_at:
            came = "passed" if poll.passed else "failed"
            yield Event(poll.closed_at, said(f"story.{came}", number=poll.number))


def _after(consultation: Any) -> Iterator[Event]:  # noqa: ANN401 (as above)
    for notice in consultation.notices.all():
        yield Event(notice.posted_at, said("story.notice", number=notice.number))
    for objection in consultation.objections.all():
        yield Event(objection.raised_at, said("story.objection"))
        for step in objection.mediations.all():
            outcome = word(f"overview.outcomes.{step.outcome}", spoken())
            yield Event(step.held_at, said("story.mediation", outcome=outcome), step.text)
    for agreement in consultation.agreements.all():
        yield Event(agreement.made_at, said("story.agreement"))
