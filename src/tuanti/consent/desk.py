"""What waits for someone at their desk: the next acts of the stairwells they run."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from tuanti.consent import permissions
from tuanti.consent.models import Agreement, Consultation, Poll, Record
from tuanti.consent.queries import polls
from tuanti.consent.queries.story import consultations_for
from tuanti.people.actors import Actor
from tuanti.web.desk import DeskItem

CLOSING = timedelta(hours=48)
SLOW = timedelta(days=7)


def waiting(actor: Actor) -> Iterator[DeskItem]:
    """Tell of stairwells whose next act is this actor's: what is due, and what is late."""
    now = timezone.now()
    if actor.holds(*permissions.RUN):
        yield from _running(actor, now)
    if actor.holds(*permissions.MEDIATE):
        count = _in(actor, permissions.MEDIATE, "objected").count()
        yield _item("objected", count, "objected", "talk", late=_slow(actor, now, "objected"))
    if actor.holds(*permissions.CONFIRM):
        yield _item("ballots", _to_look_at(actor), "open", "check")


def _running(actor: Actor, now: datetime) -> Iterator[DeskItem]:
    run = permissions.RUN
    closing = _closing(actor, now)
    yield _item("closing", closing, "open", "bell")
    count = _in(actor, run, "passed").count()
    yield _item("passed", count, "passed", "paper", late=_slow(actor, now, "passed"))
    over = _in(actor, run, "on-notice").exclude(notices__last_on__gte=timezone.localdate(now))
    drawn = Exists(Agreement.objects.filter(consultation=OuterRef("pk")))
    yield _item("ended", over.exclude(drawn).count(), "on-notice", "calendar")
    yield _item("unsigned", over.filter(drawn).count(), "on-notice", "edit")
    yield _item("unmandated", _in(actor, run, "agreed").count(), "agreed", "approve")


def _slow(actor: Actor, now: datetime, state: str) -> bool:
    """Whether a case has been in a state for longer than a week: somebody should have acted."""
    rows = _in(actor, (*permissions.RUN, *permissions.MEDIATE), state)
    return rows.filter(moved_at__lt=now - SLOW).exists()


def _in(actor: Actor, duties: tuple[str, ...], state: str) -> QuerySet[Consultation]:
    return consultations_for(actor, *duties).filter(state=state)


def _closing(actor: Actor, now: datetime) -> int:
    """Count the votes that end soon and that some flats have not answered."""
    soon = Poll.objects.filter(
        consultation__in=_in(actor, permissions.RUN, "open").values("pk"),
        closed_at=None,
        closes_at__gt=now,
        closes_at__lte=now + CLOSING,
    )
    return sum(_unanswered(poll) for poll in soon)


def _unanswered(poll: Poll) -> bool:
    own = set(poll.roll.filter(own=True).values_list("flat_id", flat=True))
    return bool(own - polls.answered(poll))


def _to_look_at(actor: Actor) -> int:
    """Count the ballots that wait for a second person, or are disputed."""
    lines = Record.objects.filter(poll=OuterRef("pk"), kind="ballot")
    disputes = Record.objects.filter(poll=OuterRef("pk"), kind="dispute")
    paper = Exists(lines.exclude(paper=None)) | Exists(disputes)
    open_ = Poll.objects.filter(
        consultation__in=_in(actor, permissions.CONFIRM, "open").values("pk"), closed_at=None
    )
    return sum(len(polls.waiting(poll)) for poll in open_.filter(paper))


def _item(name: str, count: int, state: str, icon: str, *, late: bool = False) -> DeskItem:
    url = f"{reverse('consent:desk')}?state={state}"
    word = f"notices.waiting.{name}"
    if not count:
        return DeskItem(word, count, url, "ok", icon)
    return DeskItem(word, count, url, "warn" if late else "wait", icon)
