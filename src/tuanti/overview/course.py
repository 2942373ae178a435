"""How far a stairwell is: the five steps, what is going on, what comes next, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import dateformat, timezone

from tuanti.texts.words import say
from tuanti.web.templatetags.tuanti import spoken

STEPS = ("wish", "talk", "vote", "notice", "build")
# The state of a consultation -> the step it stands at; a stairwell without one has yet to begin.
_AT: Mapping[str, str] = {
    "none": "wish",
    "wished": "wish",
    "canvassing": "wish",
    "draft": "talk",
    "open": "vote",
    "closed": "vote",
    "failed": "vote",
    "passed": "notice",
    "on-notice": "notice",
    "objected": "notice",
    "agreed": "build",
    "mandated": "build",
    "withdrawn": "",
}
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Course:
    """Where a stairwell stands.

    ``name`` is the state, or what of it differs for people (``waiting``: the roll is fixed and the
    vote has not begun; ``noticed``, ``signing``: the notice is over); ``overview.course.<name>``
    has its sentences.
    ``until`` is the next moment or day that matters, ``clock`` says it.
    """

    name: str
    state: str
    clock: str = ""
    until: datetime | date | None = None

    @property
    def steps(self) -> list[dict[str, str]]:
        """The five steps as the page draws them: done, now, or to come."""
        at = STEPS.index(here) if (here := _AT[self.state]) else -1
        return [
            {
                "state": "done" if place < at else "now" if place == at else "",
                "text": said(f"steps.{name}"),
            }
            for place, name in enumerate(STEPS)
        ]

    @property
    def title(self) -> str:
        """What it is called above the page."""
        return said(f"course.{self.name}.title")


def said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a sentence of this room in the language of the page."""
    return say(f"overview.{path}", spoken(), **facts)


def course_of(
    state: str,
    now: datetime,
    *,
    poll: Any = None,  # noqa: ANN401 (rows of consent, here and below)
    notice: Any = None,  # noqa: ANN401
    drawn: bool = False,
    again_on: date | None = None,
    expires_on: date | None = None,
) -> Course:
    """Tell how far a consultation in ``state`` is; "none" where there is no consultation.

    ``drawn`` is whether an agreement waits for signatures, ``again_on`` the first day of a further
    ballot, ``expires_on`` the day on which the first mandate ends.
    """
    today = timezone.localdate(now)
    match state:
        case "open" if poll is not None and now < poll.opens_at:
            return Course("waiting", state, left(poll.opens_at, now, "opens"), poll.opens_at)
        case "open" if poll is not None and now >= poll.closes_at:
            return Course("closed", state, left(poll.closes_at, now, "closes"), poll.closes_at)
        case "open" if poll is not None:
            return Course("open", state, left(poll.closes_at, now, "closes"), poll.closes_at)
        case "on-notice" if notice is not None and today > notice.last_on:
            return Course("signing" if drawn else "noticed", state)
        case "on-notice" | "objected" if notice is not None:
            return Course(state, state, days_left(notice.last_on, today, "notice"), notice.last_on)
        case "failed" if again_on is not None and today < again_on:
            return Course(state, state, said("clock.again", day=day_said(again_on)), again_on)
        case "mandated" if expires_on is not None:
            return Course(state, state, said("clock.mandate", day=day_said(expires_on)), expires_on)
    return Course(state, state)


def left(until: datetime, now: datetime, name: str) -> str:
    """Say how long there is until a moment, and when that is."""
    when, span = moment_said(until), until - now
    if span <= timedelta(0):
        return said(f"clock.{name}.over", when=when)
    for unit, length in (("days", _DAY), ("hours", _HOUR), ("minutes", timedelta(minutes=1))):
        if span >= length:
            return said(f"clock.{name}.{unit}", n=span // length, when=when)
    return said(f"clock.{name}.minutes", n=1, when=when)


def days_left(last: date, today: date, name: str) -> str:
    """Say how many days there are to the end of a last day, that day counted."""
    if today > last:
        return said(f"clock.{name}.over", when=day_said(last))
    return said(f"clock.{name}.days", n=(last - today).days + 1, when=day_said(last))


def moment_said(at: datetime) -> str:
    """Write a moment as people say it: 11 月 28 日 20 时, or 28 November, 20:00."""
    here = timezone.localtime(at)
    name = "hour" if not here.minute else "minute"
    more = {"minute": f"{here:%M}"} if here.minute else {}
    return said(f"when.{name}", day=day_said(here.date()), hour=here.hour, **more)


def day_said(on: date) -> str:
    """Write a day as people say it: 11 月 28 日, or 28 November; of another year with its year."""
    month = dateformat.format(on, "F") if spoken() == "en" else str(on.month)
    name = "day" if on.year == timezone.localdate().year else "year"
    return said(
        f"when.{name}", **{"year": on.year} if name == "year" else {}, month=month, day=on.day
    )
