"""What was posted, said against it, agreed to and mandated; and what of it others may read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from tuanti.consent.models import Agreement, Consultation, Mandate, Notice, Objection
from tuanti.consent.queries.story import consultations_for
from tuanti.people.actors import Actor
from tuanti.places.calendars import china
from tuanti.places.codes import read_code
from tuanti.places.queries.tree import district_on
from tuanti.rules.deadlines import Term, accepts, closes_at, ending
from tuanti.rules.law import Law

UNNAMED, UNWRITTEN, DISOWNED, REVISED = "unnamed", "unwritten", "disowned", "revised"
VOID = (UNNAMED, UNWRITTEN, DISOWNED)


def notice_of(consultation: Consultation) -> Notice | None:
    """Find the latest notice."""
    return next(iter(consultation.notices.all()), None)


def ended(notice: Notice, now: datetime) -> bool:
    """Whether the last day to object is over, in Asia/Shanghai."""
    return not accepts(now, closes_at(notice.last_on))


def last_day(law: Law, posted_on: date) -> date:
    """Find the last day one may object to a notice posted on a day.

    :raises NoRule: the law of the place has no notice.
    """
    rule = law.rule("notice/plan")
    return ending(Term(rule.value, rule.unit, "lasts"), posted_on, china()).on  # type: ignore[arg-type]  # days or working-days, as the packs' tests hold


def open_objections(consultation: Consultation) -> QuerySet[Objection]:
    """Select the objections that hold the case up."""
    return consultation.objections.filter(state="open")


def void_reason(objection: Objection) -> str:
    """Tell why an objection is void, as one of ``VOID``; "" if it is not."""
    return objection.outcome.partition("\n")[0] if objection.state == "void" else ""


def agreement_of(consultation: Consultation) -> Agreement | None:
    """Find the latest agreement."""
    return next(iter(consultation.agreements.all()), None)


def signed_by(agreement: Agreement) -> dict[int, set[int]]:
    """Map each party's flat to the owners who have signed for it."""
    found: dict[int, set[int]] = {party["flat"]: set() for party in agreement.facts["parties"]}
    for one in agreement.signings.all():
        found.setdefault(one.flat_id, set()).add(one.owner_id)
    return found


def unsigned(agreement: Agreement) -> list[Mapping[str, Any]]:
    """List the parties whose flat has not signed: no owner, or not all where all must."""
    signed = signed_by(agreement)
    return [party for party in agreement.facts["parties"] if not _signed(agreement, party, signed)]


def mandates_in_force(agreement: Agreement, on: date) -> QuerySet[Mandate]:
    """Select the mandates that hold on a day: not left, and the last day not over."""
    return agreement.mandates.filter(left_at=None, expires_on__gte=on)


def unmandated(agreement: Agreement, on: date) -> list[Mapping[str, Any]]:
    """List the parties without a mandate that holds on a day."""
    held = (one for one in agreement.mandates.all() if not one.left_at and one.expires_on >= on)
    given = {one.flat_id for one in held}
    return [party for party in agreement.facts["parties"] if party["flat"] not in given]


@dataclass(frozen=True, slots=True)
class AgreedStairwell:
    """Agreed demand: what pooling reads.

    ``mandated`` is whether every flat that pays has a mandate that holds; then ``buyer`` is whom
    they name, ``ceilings_fen`` the most each flat pays (what was confirmed above it included) and
    ``expires_on`` the last day the earliest mandate holds. Before, these are "", {} and None.
    """

    consultation: int
    stairwell: int
    code: str
    estate: int
    street: str
    plan: int
    profile: str
    lift: Mapping[str, Any]  # what the profile is called in each language, its load and speed
    entry: str
    stops: int
    asks: tuple[str, ...]
    total_fen: int
    subsidy_fen: int
    moved_at: datetime
    mandated: bool
    lifts: int = 1
    buyer: str = ""
    ceilings_fen: Mapping[int, int] | None = None
    expires_on: date | None = None

    @property
    def ceiling_fen(self) -> int:
        """What all of them together would pay at most, beside the subsidy."""
        return sum((self.ceilings_fen or {}).values())


def agreed_stairwells(
    on: date | None = None, among: QuerySet[Consultation] | None = None
) -> list[AgreedStairwell]:
    """List the stairwells whose owners have agreed, those mandated with their ceilings.

    ``on`` is a civil day, today in Shanghai unless told; ``among`` narrows them. A stairwell with
    a mandate that has expired counts as agreed only.
    """
    day = on or timezone.localdate()
    rows = (Consultation.objects.all() if among is None else among).filter(
        state__in=("agreed", "mandated")
    )
    rows = rows.select_related("stairwell__building__estate", "plan").order_by("pk")
    rows = rows.prefetch_related("agreements__mandates")
    return [_agreed(one, day) for one in rows]


def agreed_demand(actor: Actor, on: date | None = None) -> list[AgreedStairwell]:
    """List the agreed demand in the actor's reach."""
    return agreed_stairwells(on, consultations_for(actor))


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check code stands for: a notice or an agreement, its digest, whether it still holds.

    ``latest`` is False where a newer one has taken its place.
    """

    kind: str
    place: Mapping[str, str]
    number: int
    digest: str
    made_at: datetime
    from_on: date | None
    last_on: date | None
    latest: bool
    facts: Mapping[str, Any]


def check_code(code: str) -> Checked | None:
    """Find the notice or agreement a code on paper stands for; None if nothing bears it.

    An agreement's facts are for its parties: of one, only the digest is told.

    :raises CodeMistyped: it cannot be a code.
    """
    wanted = read_code(code)
    if notice := Notice.objects.filter(code=wanted).select_related("consultation").first():
        newest = notice_of(notice.consultation)
        return Checked(
            kind="notice",
            place=notice.facts["place"],
            number=notice.number,
            digest=notice.digest,
            made_at=notice.posted_at,
            from_on=notice.from_on,
            last_on=notice.last_on,
            latest=newest == notice,
            facts=notice.facts,
        )
    if made := Agreement.objects.filter(code=wanted).select_related("consultation").first():
        newest_made = agreement_of(made.consultation)
        return Checked(
            kind="agreement",
            place=made.facts["place"],
            number=made.number,
            digest=made.digest,
            made_at=made.made_at,
            from_on=None,
            last_on=None,
            latest=newest_made == made,
            facts={},
        )
    return None


def district_of(stairwell: AgreedStairwell, on: date | None = None) -> str:
    """Name the district a stairwell of the agreed demand lies in; "" where none holds it."""
    found = district_on(stairwell.street, on)
    return found.name if found else ""


def _signed(agreement: Agreement, party: Mapping[str, Any], signed: Mapping[int, set[int]]) -> bool:
    have = signed[party["flat"]]
    if agreement.facts["signing"]["rule"] == "all":
        return have >= set(party["owners"])
    return bool(have)


def _agreed(one: Consultation, day: date) -> AgreedStairwell:
    stairwell = one.stairwell
    agreement = max(one.agreements.all(), key=lambda row: row.number)
    given = [
        row for row in agreement.mandates.all() if row.left_at is None and row.expires_on >= day
    ]
    mandated = one.state == "mandated" and len(given) == len(agreement.facts["parties"])
    plan = agreement.facts["plan"]
    facts: dict[str, Any] = {}
    if mandated:
        facts = {
            "buyer": given[0].buyer,
            "ceilings_fen": {row.flat_id: row.above_fen or row.ceiling_fen for row in given},
            "expires_on": min(row.expires_on for row in given),
        }
    return AgreedStairwell(
        consultation=one.pk,
        stairwell=stairwell.pk,
        code=stairwell.code,
        estate=stairwell.building.estate_id,
        street=stairwell.building.estate.street_id,
        plan=plan["id"],
        profile=plan["profile_id"],
        lift=plan["profile"],
        entry=plan["entry"],
        stops=plan["stops"],
        asks=tuple(one.plan.asks) if one.plan else (),
        total_fen=plan["total_fen"],
        subsidy_fen=plan["subsidy_fen"],
        moved_at=one.moved_at,
        mandated=mandated,
        **facts,
    )
