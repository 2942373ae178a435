"""The worker's desk: what is next in every stairwell and until when, whose door is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, TypeAlias

from django.db.models import QuerySet

from tuanti.consent.models import Agreement, Consultation, Contact, Notice, Poll
from tuanti.consent.queries import notices, polls
from tuanti.consent.queries.story import latest_answers
from tuanti.consent.repeating import further_ballot_from, spent
from tuanti.people.actors import Actor
from tuanti.people.vault import masked_name
from tuanti.places.queries.eligible import law_of
from tuanti.rules.deadlines import day_of

Act: TypeAlias = Literal[
    "canvass", "plan", "choose", "open", "doors", "count", "post", "hang", "mediate", "draw",
    "sign", "mandate", "pool", "wait", "reopen", "none",
]  # fmt: skip
# Acts that are for somebody to do now; the others wait for a day, or for others.
OURS: frozenset[Act] = frozenset(
    {"canvass", "plan", "choose", "open", "doors", "post", "mediate", "draw", "sign", "mandate",
     "reopen"}
)  # fmt: skip
# Acts nobody has set a day for: they are due, but never late.
UNHURRIED: frozenset[Act] = frozenset({"canvass", "plan", "choose", "open", "reopen"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Work:
    """A stairwell on the desk: what is next, and the day that counts.

    ``due_on`` is the last day of what runs (a vote, a notice, a mandate), or the day since when the
    act can be done; None where nothing sets one. ``late_days`` is how long it has waited since.
    """

    consultation: Consultation
    act: Act
    due_on: date | None
    late_days: int
    today: date
    poll: Poll | None = None
    notice: Notice | None = None
    agreement: Agreement | None = None

    @property
    def ours(self) -> bool:
        """Whether somebody has to do something now."""
        return self.act in OURS

    @property
    def days_left(self) -> int | None:
        """How many days are left; None where no day is set."""
        return (self.due_on - self.today).days if self.due_on else None

    @property
    def done(self) -> tuple[int, int] | None:
        """How many flats of how many have done what is next; None where flats do nothing."""
        return progress_of(self)


Purpose: TypeAlias = Literal["canvass", "ballot", "sign", "mandate", ""]


@dataclass(frozen=True, slots=True)
class Door:
    """A door to knock at: a flat that has not done what is asked.

    ``owners`` are masked. ``first`` marks one without whose answer the vote cannot pass, where the
    rules let that be seen; ``served`` one whose ballot was handed over or hung up.
    """

    flat: int
    number: str
    floor: int | None
    owners: tuple[str, ...]
    area_dm2: int | None
    state: str
    served: bool = False
    first: bool = False
    last: Contact | None = None


@dataclass(frozen=True, slots=True)
class DoorList:
    """Who has not answered (``purpose`` says what), by floor from the top, the needed first.

    ``need_persons`` and ``need_area_dm2`` are the least that would do; 0 where that may not be
    seen, or nothing is needed.
    """

    consultation: Consultation
    purpose: Purpose
    flats: int
    doors: tuple[Door, ...]
    closes_at: datetime | None = None
    need_persons: int = 0
    need_area_dm2: int = 0
    contacts: Mapping[int, Contact] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many flats have done what is asked."""
        return self.flats - len(self.doors)


def at_work(rows: QuerySet[Consultation], now: datetime) -> list[Work]:
    """Put consultations in the order of their next act's day; those without a day come last.

    What was taken back is left out unless it is all that was asked for.
    """
    ready = rows.select_related("stairwell__building__estate__community", "plan").prefetch_related(
        "polls", "notices", "objections", "agreements__signings", "agreements__mandates"
    )
    found = [work_of(one, now) for one in ready]
    return sorted(found, key=_by_day)


def work_of(consultation: Consultation, now: datetime) -> Work:
    """Find what is next in one consultation."""
    today = day_of(now)
    poll = _latest(consultation.polls.all())
    notice = _latest(consultation.notices.all())
    agreement = _latest(consultation.agreements.all())
    act, due_on = _next(consultation, (poll, notice, agreement), now)
    waits = act in OURS - UNHURRIED and due_on is not None and due_on < today
    late = (today - due_on).days if waits and due_on else 0
    return Work(consultation, act, due_on, late, today, poll, notice, agreement)


def progress_of(work: Work) -> tuple[int, int] | None:
    """Count the flats that have done what is next, of how many."""
    if work.act in ("doors", "count") and work.poll:
        own = set(work.poll.roll.filter(own=True).values_list("flat_id", flat=True))
        return len(own & polls.answered(work.poll)), len(own)
    if work.act in ("sign", "mandate") and work.agreement:
        parties = len(work.agreement.facts["parties"])
        lacking = (
            notices.unsigned(work.agreement)
            if work.act == "sign"
            else notices.unmandated(work.agreement, work.today)
        )
        return parties - len(lacking), parties
    return None


def doors_of(consultation: Consultation, actor: Actor, now: datetime) -> DoorList:
    """List the doors to knock at, for what is asked of the flats now.

    Canvassing asks every flat, a vote those on its own roll, signing and mandating those that pay.
    Who is needed most comes first only where the actor may see how the vote stands (``visible``):
    an order would tell it.
    """
    purpose, silent, flats = _silent(consultation, day_of(now))
    poll = polls.poll_of(consultation) if purpose == "ballot" else None
    asked, need = _needed(poll, actor)
    served = _served(poll)
    last = _last_contacts(consultation)
    rows = consultation.stairwell.flats.prefetch_related("ownerships__owner")
    doors = [
        Door(
            flat=one.pk,
            number=one.number,
            floor=one.floor,
            owners=tuple(masked_name(held.owner.name) for held in one.ownerships.all()),
            area_dm2=one.area_dm2,
            state=one.state,
            served=one.pk in served,
            first=one.pk in asked,
            last=last.get(one.pk),
        )
        for one in rows
        if one.pk in silent
    ]
    doors.sort(key=lambda one: (not one.first, -(one.floor or 0), one.number))
    closes_at = poll.closes_at if poll else None
    return DoorList(consultation, purpose, flats, tuple(doors), closes_at, *need, contacts=last)


def contacts_of(consultation: Consultation, flat_id: int | None = None) -> QuerySet[Contact]:
    """Select the contact log, the latest first; only a flat's if one is named."""
    rows = consultation.contacts.select_related("flat", "photo").order_by("-at", "-id")
    return rows.filter(flat=flat_id) if flat_id else rows


def _next(
    one: Consultation,
    last: tuple[Poll | None, Notice | None, Agreement | None],
    now: datetime,
) -> tuple[Act, date | None]:
    poll, notice, agreement = last
    since = day_of(one.moved_at)
    match one.state:
        case "wished":
            return "canvass", None
        case "canvassing":
            return "plan", None
        case "draft":
            return ("open" if one.plan_id else "choose"), None
        case "open" if poll:
            return ("doors" if now < poll.closes_at else "count"), day_of(poll.closes_at)
        case "passed":
            return "post", since
        case "on-notice" if notice:
            return _after_notice(notice, agreement, now)
        case "objected":
            raised = [day_of(said.raised_at) for said in one.objections.all() if _is_open(said)]
            return "mediate", min(raised, default=since)
        case "agreed":
            return "mandate", since
        case "mandated" if agreement:
            held = [given.expires_on for given in agreement.mandates.all() if not given.left_at]
            return "pool", min(held, default=None)
        case "failed":
            return _once_more(one, poll, now)
    return "none", None


def _after_notice(
    notice: Notice, agreement: Agreement | None, now: datetime
) -> tuple[Act, date | None]:
    if not notices.ended(notice, now):
        return "hang", notice.last_on
    drawn = agreement is not None and agreement.facts["notice"]["code"] == notice.code
    if drawn and agreement:
        return "sign", day_of(agreement.made_at)
    return "draw", notice.last_on + _DAY


def _once_more(one: Consultation, poll: Poll | None, now: datetime) -> tuple[Act, date | None]:
    """Find whether, and from when, the law lets a case that failed be voted on again."""
    law = law_of(one.stairwell, day_of(now))
    if spent(law, sum(row.passed is False for row in one.polls.all())):
        return "none", None
    if poll is None:
        return "reopen", None
    first_on = further_ballot_from(law, day_of(poll.closed_at or poll.closes_at))
    return ("reopen" if first_on <= day_of(now) else "wait"), first_on


def _is_open(objection: Any) -> bool:  # noqa: ANN401 (a row)
    return bool(objection.state == "open")


def _by_day(work: Work) -> tuple[bool, date, datetime]:
    return work.due_on is None, work.due_on or date.max, work.consultation.moved_at


def _latest(rows: Sequence[Any] | QuerySet[Any]) -> Any:  # noqa: ANN401 (a poll, notice, agreement)
    return max(rows, key=lambda row: row.number, default=None)


def _silent(consultation: Consultation, today: date) -> tuple[Purpose, set[int], int]:
    """Tell what is asked of the flats now, which have not done it, and of how many."""
    flats = set(consultation.stairwell.flats.values_list("pk", flat=True))
    agreement = notices.agreement_of(consultation)
    match consultation.state:
        case "wished" | "canvassing":
            return "canvass", flats - set(latest_answers(consultation)), len(flats)
        case "open":
            poll = polls.poll_of(consultation)
            assert poll is not None, "an open vote has its row"
            own = set(poll.roll.filter(own=True).values_list("flat_id", flat=True))
            return "ballot", own - polls.answered(poll), len(own)
        case "on-notice" if agreement:
            parties = notices.unsigned(agreement)
            return "sign", _flats(parties), len(agreement.facts["parties"])
        case "agreed" if agreement:
            lacking = notices.unmandated(agreement, today)
            return "mandate", _flats(lacking), len(agreement.facts["parties"])
    return "", set(), len(flats)


def _flats(parties: Sequence[Mapping[str, Any]]) -> set[int]:
    return {int(one["flat"]) for one in parties}


def _needed(poll: Poll | None, actor: Actor) -> tuple[set[int], tuple[int, int]]:
    """Collect the flats whose yes would do, and the least persons and area; nothing if hidden."""
    if poll is None or polls.visible(poll, actor) not in ("totals", "names"):
        return set(), (0, 0)
    found = polls.needed(poll)
    asked = {int(flat) for one in found for vote in one.ask for flat in vote.flats}
    persons = max((one.least_persons or 0 for one in found), default=0)
    area = max((one.least_area_dm2 or 0 for one in found), default=0)
    return asked, (persons, area)


def _served(poll: Poll | None) -> set[int]:
    if poll is None:
        return set()
    return set(poll.roll.exclude(served_at=None).values_list("flat_id", flat=True))


def _last_contacts(consultation: Consultation) -> dict[int, Contact]:
    rows = consultation.contacts.order_by("at", "id")
    return {one.flat_id: one for one in rows}
