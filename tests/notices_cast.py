"""A vote that passed in the house of the consultations' cast, and how far it went after that."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from tests.consent_cast import HERE, Case, found_consultation
from tests.places_cast import PNG, someone
from tuanti.consent.commands.agreements import draw_agreement, sign_agreement
from tuanti.consent.commands.ballots import cast_ballot
from tuanti.consent.commands.mandates import give_mandate
from tuanti.consent.commands.notices import post_notice
from tuanti.consent.commands.objections import object_to_notice
from tuanti.consent.commands.polls import close_poll, fix_roll_and_open
from tuanti.consent.frozen import Terms
from tuanti.consent.models import Agreement, Mandate, Notice, Objection, Poll
from tuanti.people.models import Organisation
from tuanti.places.filing import Paper
from tuanti.rules.deadlines import SHANGHAI, closes_at

VOTED = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)  # the vote is closed
POSTED = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # a Sunday; ten days from it is a Wednesday
SCAN = Paper("签名页.png", PNG)
TERMS = Terms(
    manager="磁建村物业服务中心",
    fund="签约后 10 日内存入街道监管账户，开工前交齐。",
    repairs="大修按安装时的分摊比例出资。",
)
BUYER = "pingtai"
HOUSE = "磁建村"
HOUR = timedelta(hours=1)
TEXT = "电梯挡住了一楼厨房的采光"


def shanghai(text: str) -> datetime:
    """A time as Shanghai writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def passed(state: str = "passed", name: str = HOUSE) -> Case:
    """A case whose vote is closed: all but 101 said yes; of a ``failed`` one nobody answered."""
    case = found_consultation(name=name)
    poll = fix_roll_and_open(
        consultation_id=case.consultation.pk,
        opens_at=VOTED - timedelta(days=10),
        closes_at=VOTED,
        with_estate=False,
        by=case.keeper,
        now=VOTED - timedelta(days=10),
    )
    for flat in case.flats[1:] if state != "failed" else ():
        say_yes(case, poll, flat.number)
    close_poll(poll_id=poll.pk, by=case.officer, now=VOTED + timedelta(minutes=1))
    case.consultation.refresh_from_db()
    if state != case.consultation.state:
        case.consultation.state = state
        case.consultation.save()
    return case


def say_yes(case: Case, poll: Poll, number: str) -> None:
    """Have a flat vote for the lift, a day before the end."""
    cast_ballot(
        poll_id=poll.pk,
        client_id=uuid4(),
        flat_id=case.flat(number).pk,
        answers={"lift": "yes"},
        by=case.resident(number),
        received_at=VOTED - timedelta(days=1),
    )


def posted(now: datetime = POSTED, name: str = HOUSE) -> tuple[Case, Notice]:
    """A case on notice."""
    case = passed(name=name)
    notice = post_notice(consultation_id=case.consultation.pk, by=case.officer, now=now)
    case.consultation.refresh_from_db()
    return case, notice


def over(notice: Notice, **more: int) -> datetime:
    """The first instant a notice is over, and more."""
    return closes_at(notice.last_on) + timedelta(**more)


def drawn(name: str = HOUSE) -> tuple[Case, Agreement]:
    """A case whose notice is over and whose agreement is drawn up."""
    case, notice = posted(name=name)
    agreement = draw_agreement(
        consultation_id=case.consultation.pk, terms=TERMS, by=case.officer, now=over(notice)
    )
    return case, agreement


def after(agreement: Agreement, **more: int) -> datetime:
    """A while after an agreement was drawn up."""
    return agreement.made_at + timedelta(**(more or {"hours": 1}))


def sign(case: Case, agreement: Agreement, number: str, which: int = 0) -> None:
    """Have an owner sign by phone."""
    resident = case.resident(number, which)
    assert resident.owner is not None
    sign_agreement(
        agreement_id=agreement.pk,
        flat_id=case.flat(number).pk,
        owner_id=resident.owner,
        way="phone",
        by=resident,
        now=after(agreement),
    )


def numbers(agreement: Agreement) -> list[str]:
    """The flats that pay, by number."""
    return [one["number"] for one in agreement.facts["parties"]]


def agreed(name: str = HOUSE) -> tuple[Case, Agreement]:
    """A case everybody who pays has agreed to."""
    case, agreement = drawn(name)
    for number in numbers(agreement):
        sign(case, agreement, number)
    case.consultation.refresh_from_db()
    return case, agreement


def buyer(ident: str = BUYER, kind: str = "procurement-body", name: str = "区平台公司") -> str:
    """An organisation that buys, in the district."""
    Organisation.objects.get_or_create(
        id=ident,
        defaults={"kind": kind, "name": name, "place": "shapingba", "opened_at": VOTED},
    )
    return ident


def mandate(case: Case, agreement: Agreement, number: str, **facts: object) -> Mandate:
    """Have a flat's owner mandate the buyer by phone."""
    resident = case.resident(number)
    told: dict[str, Any] = {
        "agreement_id": agreement.pk,
        "flat_id": case.flat(number).pk,
        "owner_id": resident.owner,
        "buyer": buyer(),
        "way": "phone",
        "by": resident,
        "now": after(agreement, days=1),
    }
    return give_mandate(**(told | facts))


def mandated(name: str = HOUSE) -> tuple[Case, Agreement]:
    """A case everybody who pays has mandated."""
    case, agreement = agreed(name)
    for number in numbers(agreement):
        mandate(case, agreement, number)
    case.consultation.refresh_from_db()
    return case, agreement


MEDIATOR = someone("mediator", HERE, "调解员")


def objected(
    case: Case, notice: Notice, number: str = "101", at: datetime = POSTED + HOUR
) -> Objection:
    """Have a resident object."""
    return object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flat(number).pk,
        text=TEXT,
        by=case.resident(number),
        now=at,
    )


def state_of(case: Case) -> str:
    """Tell the state a case is in by now."""
    case.consultation.refresh_from_db()
    return case.consultation.state


class Clock:
    """A clock that stands still, for our pages only: a session would be over in a year."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def localdate(self, value: datetime | None = None) -> date:
        return timezone.localdate(value or self._now)


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Let the pages look at another clock."""
    for name in ("notices", "agreements"):
        monkeypatch.setattr(f"tuanti.consent.views.{name}.timezone", Clock(now))
