"""Cases that enter at a later stage from paper: with evidence, and labelled so for good."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import permissions, stock
from tuanti.places.facts import one_of, ranged
from tuanti.places.filing import Paper, file
from tuanti.places.models import PaperCase, Stairwell
from tuanti.places.refusals import AlreadyWithdrawn, BrandMissing, DayAhead
from tuanti.places.rows import locked

_MOST_FEN = 10**10  # no lift costs a hundred million yuan


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the papers show: the stage, its day, and what they tell of the lift."""

    stage: str
    on: date
    brand: str = ""
    price_fen: int | None = None
    maintainer: str = ""
    note: str = ""


@transaction.atomic
def enter_from_paper(
    *, stairwell_id: int, facts: PaperFacts, paper: Paper, by: Actor, now: datetime
) -> PaperCase:
    """Enter a voted, contracted, begun or finished lift from its papers.

    An installed lift is then known to be there.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises DayAhead, OutOfRange, UnknownValue, BrandMissing: the facts do not fit.
    :raises EvidenceMissing, EvidenceKind, EvidenceSize: the paper is none we keep.
    """
    stairwell = locked(Stairwell, stairwell_id)
    permissions.require(by, permissions.ENTER_PAPERS, stairwell.building.estate)
    _check(facts, now)
    case = PaperCase.objects.create(
        stairwell=stairwell,
        stage=facts.stage,
        on=facts.on,
        brand=facts.brand.strip(),
        price_fen=facts.price_fen,
        maintainer=facts.maintainer.strip(),
        note=facts.note.strip(),
        evidence=file(paper, by, now),
        by=by.id,
        at=now,
    )
    if facts.stage == PaperCase.Stage.INSTALLED and not stairwell.lift:
        stairwell.lift = True
        stairwell.save(update_fields=["lift"])
        stock.recount([stairwell.building.estate_id])
    digest = case.evidence.digest
    told = {"stage": facts.stage, "on": facts.on.isoformat(), "case": case.pk, "evidence": digest}
    journal.write(at=now, by=by, act="stairwell.paper", subject=stairwell, **told)
    return case


@transaction.atomic
def withdraw_paper_case(*, case_id: int, by: Actor, now: datetime) -> PaperCase:
    """Take back a case entered by mistake; it stays on file, crossed out.

    :raises NotInReach, NotPermitted: ``by`` may not, there.
    :raises AlreadyWithdrawn: it was taken back before.
    """
    case = locked(PaperCase, case_id)
    stairwell = case.stairwell
    permissions.require(by, permissions.ENTER_PAPERS, stairwell.building.estate)
    if case.withdrawn_at:
        raise AlreadyWithdrawn
    case.withdrawn_at = now
    case.save(update_fields=["withdrawn_at"])
    journal.write(at=now, by=by, act="stairwell.paper-withdrawn", subject=stairwell, case=case.pk)
    return case


def _check(facts: PaperFacts, now: datetime) -> None:
    one_of("stage", facts.stage, tuple(PaperCase.Stage.values))
    ranged("price_fen", facts.price_fen, 1, _MOST_FEN)
    if facts.on > timezone.localdate(now):
        raise DayAhead(day=facts.on.isoformat())
    if facts.stage == PaperCase.Stage.INSTALLED and not facts.brand.strip():
        raise BrandMissing
