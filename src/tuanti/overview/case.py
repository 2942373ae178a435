"""A stairwell's consultation with all that hangs on it, read once for a reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from tuanti.consent.queries import notices, plans, polls, story
from tuanti.consent.repeating import further_ballot_from
from tuanti.overview.course import Course, course_of
from tuanti.overview.readers import Reader
from tuanti.rules.ballots import Counted
from tuanti.rules.consent import Tally
from tuanti.rules.sharing.plan import Plan as SharingPlan

_HUNG_OUT = ("polls", "notices", "agreements")  # what the poster tells hangs on these
_TOLD = (
    *_HUNG_OUT, "agreements__signings", "agreements__mandates", "plans__profile", "meetings",
    "questions", "statements", "objections__mediations",
)  # fmt: skip
_VOTED = ("open", "closed", "passed", "on-notice", "objected", "agreed", "mandated", "failed")


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a stairwell's case.

    ``answered`` are those of its ``flats`` that have, ``spoken`` those of the whole roll. What the
    reader may see of what was said is ``visible``, as ``consent.queries.polls.visible`` has it.
    """

    reader: Reader
    now: datetime
    flats: Sequence[Any]
    consultation: Any = None
    poll: Any = None
    notice: Any = None
    agreement: Any = None
    answered: frozenset[int] = frozenset()
    spoken: frozenset[int] = frozenset()
    tallies: Sequence[Tally] = ()
    counted: Counted | None = None
    visible: str = ""
    canvassed: Mapping[int, Any] = field(default_factory=dict)
    laid: dict[int, SharingPlan] = field(default_factory=dict)

    def laid_out(self, plan: Any) -> SharingPlan:  # noqa: ANN401 (a row of consent)
        """Lay a plan out for the sharing rules, once."""
        if plan.pk not in self.laid:
            self.laid[plan.pk] = plans.sharing_plan(plan)
        return self.laid[plan.pk]

    @property
    def plans(self) -> list[Any]:
        """The options there are, those dropped left out, by number."""
        return [plan for plan in self.consultation.plans.all() if plan.dropped_at is None]

    @property
    def state(self) -> str:
        """The state it is in; "none" without one."""
        return self.consultation.state if self.consultation else "none"

    @property
    def today(self) -> date:
        """The day in Shanghai."""
        return timezone.localdate(self.now)

    @property
    def begun(self) -> bool:
        """Whether there is a vote and it has begun."""
        return self.poll is not None and self.now >= self.poll.opens_at

    @property
    def open(self) -> bool:
        """Whether ballots may be cast now."""
        return self.state == "open" and self.begun and self.now < self.poll.closes_at


def case_of(reader: Reader, now: datetime) -> Case:
    """Read a stairwell's case: the live one, or the last that was withdrawn."""
    stairwell = reader.stairwell
    flats = tuple(stairwell.flats.order_by("floor", "number", "pk"))
    found = story.consultation_of(stairwell.pk) or stairwell.consultations.first()
    if found is None:
        return Case(reader, now, flats)
    prefetch_related_objects([found], *(_TOLD if reader.inside else _HUNG_OUT))
    known: dict[str, Any] = {
        "consultation": found,
        "notice": notices.notice_of(found),
        "agreement": notices.agreement_of(found),
    }
    here = frozenset(flat.pk for flat in flats)
    poll = polls.poll_of(found) if found.state in _VOTED else None
    if not reader.inside:
        return Case(reader, now, (), poll=poll, **known)
    if poll is None:
        told = story.latest_answers(found)
        return Case(reader, now, flats, answered=here & told.keys(), canvassed=told, **known)
    roll = polls.roll_of(poll)
    counted = polls.counted_of(poll, roll)
    spoken = frozenset(polls.answering(roll, counted))
    return Case(
        reader,
        now,
        flats,
        poll=poll,
        answered=spoken & here,
        spoken=spoken,
        tallies=polls.tallied(poll, roll, counted),
        counted=counted,
        visible=_visible(reader, poll),
        **known,
    )


def course_at(case: Case) -> Course:
    """How far the case is, by now."""
    expires = None
    if case.state == "mandated" and case.agreement:
        held = notices.mandates_in_force(case.agreement, case.today)
        expires = min((one.expires_on for one in held), default=None)
    return course_of(
        case.state,
        case.now,
        poll=case.poll,
        notice=case.notice,
        drawn=case.agreement is not None,
        again_on=again_on(case),
        expires_on=expires,
    )


def again_on(case: Case) -> date | None:
    """The first day of a further vote after one that failed, by the rules of the place."""
    if case.state != "failed" or case.poll is None:
        return None
    ended = timezone.localdate(case.poll.closed_at or case.poll.closes_at)
    return further_ballot_from(story.law_of(case.consultation, case.today), ended)


def plan_of(case: Case) -> Any:  # noqa: ANN401 (a row of consent)
    """The plan the case is about: the one voted on, chosen, or the only one there is."""
    if case.consultation is None:
        return None
    if number := case.poll.plan_id if case.poll is not None else case.consultation.plan_id:
        return next(plan for plan in case.consultation.plans.all() if plan.pk == number)
    return case.plans[0] if len(case.plans) == 1 else None


def _visible(reader: Reader, poll: Any) -> str:  # noqa: ANN401 (a row of consent)
    """What the reader sees here: an office, too, sees no more than the neighbours."""
    seen = polls.visible(poll, reader.actor)
    if reader.kind == "office" and seen == "names" != poll.terms["shown"]["value"]:
        return "totals"
    return seen
