"""One stairwell brought to each stage through the commands, and the moment one looks at it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.consent_cast import Case, found_consultation
from tests.notices_cast import TERMS, buyer
from tests.places_cast import NOW
from tuanti.consent.commands import (
    agreements,
    ballots,
    mandates,
    notices,
    objections,
    planning,
    polls,
    saying,
    wishes,
)
from tuanti.consent.models import Agreement, Consultation, Notice, Plan, Poll
from tuanti.consent.plan_facts import PlanFacts
from tuanti.rules.deadlines import closes_at

DAYS = timedelta(days=1)
OPENS, CLOSES = NOW + 2 * DAYS, NOW + 10 * DAYS
COUNTED = CLOSES + timedelta(minutes=2)
POSTED = COUNTED + DAYS
STAGES = (
    "none", "wished", "canvassing", "draft", "waiting", "open", "closed", "passed", "on-notice",
    "noticed", "signing", "objected", "agreed", "mandated", "failed", "withdrawn",
)  # fmt: skip
SILENT = ("201", "602")
AGAINST = ("101",)


@dataclass
class Staged:
    """A case at a stage: ``now`` is when its page is looked at."""

    case: Case
    now: datetime

    @property
    def code(self) -> str:
        return self.case.stairwell.code


def staged(stage: str) -> Staged:
    """Bring the house of the consultations' cast to a stage."""
    if stage == "none":
        case = found_consultation("wished")
        Consultation.objects.all().delete()
        return Staged(case, NOW)
    if stage in ("wished", "canvassing"):
        return Staged(_asked(found_consultation(stage)), NOW + DAYS)
    case = found_consultation("draft")
    _talked(case)
    if stage == "withdrawn":
        at = NOW + DAYS
        planning.withdraw_consultation(
            consultation_id=case.consultation.pk,
            reason="先把外墙修好再说。",
            by=case.officer,
            now=at,
        )
        return Staged(case, NOW + 2 * DAYS)
    if stage == "draft":
        second_plan(case)
        return Staged(case, NOW + DAYS)
    return Staged(case, _voted(case, stage))


def _asked(case: Case) -> Case:
    for number in ("301", "602"):
        act: dict[str, Any] = {"flat_id": case.flat(number).pk, "by": case.resident(number)}
        wishes.make_wish(stairwell_id=case.stairwell.pk, **act, now=NOW)
    if case.consultation.state == "canvassing":
        wishes.answer_canvass(
            consultation_id=case.consultation.pk,
            flat_id=case.flat("301").pk,
            answer="talk",
            note="一楼采光怎么办",
            by=case.resident("301"),
            now=NOW,
        )
    return case


def _talked(case: Case) -> None:
    """Have a meeting, a question with its answer, and what the plan does to two flats."""
    known: dict[str, Any] = {"consultation_id": case.consultation.pk, "now": NOW}
    saying.hold_meeting(
        **known,
        facts=saying.MeetingFacts(NOW - DAYS, "楼下空地", 12, "一层住户担心挡光，井道改用玻璃。"),
        by=case.worker,
    )
    asked = saying.ask_question(
        **known, flat_id=case.flat("101").pk, text="夜里有没有噪声？", by=case.resident("101")
    )
    saying.answer_question(
        question_id=asked.pk, answer="机房在顶上，不挨着卧室。", by=case.worker, now=NOW
    )
    assert case.plan is not None
    facts = planning.ImpactFacts("slight", "none", "none", "some", "示例设计院 江工", note="后窗")
    for number in ("101", "501"):
        planning.record_impact(
            plan_id=case.plan.pk, flat_id=case.flat(number).pk, facts=facts, by=case.worker, now=NOW
        )


def second_plan(case: Case) -> Plan:
    """Draw up another option, entered level with the flats."""
    return planning.draw_plan(
        consultation_id=case.consultation.pk,
        facts=PlanFacts("方案二", "p630", "flat", "单元入口南侧", 7, subsidy_fen=20_000_000),
        by=case.officer,
        now=NOW,
    )


def _voted(case: Case, stage: str) -> datetime:
    poll = polls.fix_roll_and_open(
        consultation_id=case.consultation.pk,
        opens_at=OPENS,
        closes_at=CLOSES,
        with_estate=False,
        by=case.keeper,
        now=NOW,
    )
    if stage == "waiting":
        return NOW + DAYS
    cast(case, poll, failing=stage == "failed")
    if stage == "open":
        return CLOSES - 4 * DAYS - timedelta(hours=1)
    if stage == "closed":
        return CLOSES + timedelta(seconds=20)
    polls.close_poll(poll_id=poll.pk, by=case.officer, now=COUNTED)
    if stage in ("passed", "failed"):
        return COUNTED + timedelta(hours=1)
    posted = notices.post_notice(consultation_id=case.consultation.pk, by=case.officer, now=POSTED)
    return _after[stage](case, posted) if stage in _after else _posted(case, posted, stage)


def cast(case: Case, poll: Poll, *, failing: bool = False) -> None:
    """Have everybody answer but the silent: against it one, or four to fail it."""
    against = (*AGAINST, "102", "202", "301") if failing else AGAINST
    for at, flat in enumerate(case.flats):
        if flat.number not in SILENT:
            said = "no" if flat.number in against else "yes"
            answer(case, poll, flat.number, said, OPENS + timedelta(minutes=at + 1))


def answer(case: Case, poll: Poll, number: str, said: str, at: datetime) -> None:
    """Have the owner of a flat answer by phone."""
    ballots.cast_ballot(
        poll_id=poll.pk,
        client_id=uuid.uuid4(),
        flat_id=case.flat(number).pk,
        answers={"lift": said},
        by=case.resident(number),
        received_at=at,
    )


def _posted(case: Case, notice: Notice, stage: str) -> datetime:
    over = closes_at(notice.last_on) + timedelta(hours=1)
    if stage == "on-notice":
        return POSTED + 2 * DAYS
    if stage == "noticed":
        return over
    drawn = agreements.draw_agreement(
        consultation_id=case.consultation.pk, terms=TERMS, by=case.officer, now=over
    )
    if stage == "signing":
        _sign(case, drawn, "701", over)
        return over + DAYS
    for one in drawn.facts["parties"]:
        _sign(case, drawn, one["number"], over)
    count = len(drawn.facts["parties"])
    for one in drawn.facts["parties"][: 1 if stage == "agreed" else count]:
        _mandate(case, drawn, one["number"], over)
    return over + DAYS


def _objected(case: Case, notice: Notice) -> datetime:
    objection = objections.object_to_notice(
        notice_id=notice.pk,
        flat_id=case.flat("101").pk,
        owner_id=case.resident("101").owner,
        text="井道挡了我家后窗的光。",
        by=case.resident("101"),
        now=POSTED + DAYS,
    )
    objections.mediate(
        objection_id=objection.pk,
        held_at=POSTED + DAYS,
        text="井道外移 60 厘米，大家都同意再算一算。",
        outcome="talks",
        by=case.worker,
        now=POSTED + 2 * DAYS,
    )
    return POSTED + 2 * DAYS


_after: dict[str, Callable[[Case, Notice], datetime]] = {"objected": _objected}


def _sign(case: Case, agreement: Agreement, number: str, now: datetime) -> None:
    resident = case.resident(number)
    assert resident.owner is not None
    agreements.sign_agreement(
        agreement_id=agreement.pk,
        flat_id=case.flat(number).pk,
        owner_id=resident.owner,
        way="phone",
        by=resident,
        now=now + timedelta(minutes=5),
    )


def _mandate(case: Case, agreement: Agreement, number: str, now: datetime) -> None:
    resident = case.resident(number)
    assert resident.owner is not None
    mandates.give_mandate(
        agreement_id=agreement.pk,
        flat_id=case.flat(number).pk,
        owner_id=resident.owner,
        buyer=buyer(),
        way="phone",
        by=resident,
        now=now + timedelta(minutes=9),
    )
