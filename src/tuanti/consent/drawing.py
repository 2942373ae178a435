"""Drawing up a plan: its estimate, the subsidy the rules propose, its flats, and every fault."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from tuanti.consent.models import Consultation, Plan
from tuanti.consent.plan_facts import (
    RIGHTS,
    Ground,
    PlanFacts,
    laid_out,
    table_out,
    to_be_shared,
    usual_ground,
)
from tuanti.consent.queries import plans, story
from tuanti.consent.refusals.story import PlanRefused, missing, outside, unknown
from tuanti.profiles import queries as profiles
from tuanti.rules import estimate, subsidy
from tuanti.rules.errors import Fault, Path, RuleBroken
from tuanti.rules.sharing import plan as sharing
from tuanti.rules.sharing.running import RULES, running
from tuanti.rules.sharing.shares import Shares, share

PIPES = "pipes"  # the cost model's line for moving pipes
_NAME, _POSITION = 60, 200
_RUNNING_FEN = (0, 10**8)
_LATE_YEARS = (0, 50)
_LATE_BP = (0, 50_000)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan drawn up: its frozen estimate and subsidy, its flats, its shares."""

    facts: PlanFacts
    estimate: estimate.Estimate
    digest: str  # of the cost model
    subsidy_fen: int
    subsidy_law: str
    ground: Mapping[int, Ground]
    laid: sharing.Plan
    shares: Shares

    @property
    def total_fen(self) -> int:
        """What it should cost: the likely sum of the estimate."""
        return self.estimate.total.likely

    def columns(self) -> dict[str, Any]:
        """Give a plan's row all it keeps."""
        facts = self.facts
        return {
            "name": facts.name.strip(),
            "profile_id": facts.profile,
            "entry": facts.entry,
            "position": facts.position.strip(),
            "stops": facts.stops,
            "asks": list(facts.asks),
            "estimate": frozen(self.estimate, self.digest),
            "total_fen": self.total_fen,
            "subsidy_fen": self.subsidy_fen,
            "subsidy_law": self.subsidy_law,
            "scheme": facts.scheme,
            "inside": facts.inside,
            "costs": asdict(facts.costs) if facts.costs else None,
            "table": table_out(facts.table),
            "ground": {str(flat): asdict(ground) for flat, ground in self.ground.items()},
            "running_fen": facts.running_fen,
            "running_rule": facts.running_rule,
            "rights": dict(facts.rights),
            "late_years": facts.late_years,
            "late_factor_bp": facts.late_factor_bp,
        }


def draw_up(consultation: Consultation, facts: PlanFacts, on: date) -> Drawn:
    """Draw a plan up as it would be kept, and check all of it.

    :raises PlanRefused: it has faults; ``faults`` tells each at its field.
    """
    faults = [*_plain(facts)]
    reckoned = _estimated(facts, on, faults)
    if reckoned is not None and facts.costs is None:
        facts = replace(facts, costs=alone(facts, reckoned.total.likely, on))
    total = reckoned.total.likely if reckoned else 0
    granted_fen, law_id = _subsidy(consultation, facts, reckoned, on)
    if reckoned is None:
        granted_fen = 0  # there is nothing yet to take it from
    ground = grounds(consultation, facts)
    laid = to_be_shared(
        [
            laid_out(flat.pk, flat, ground[flat.pk])
            for flat in consultation.stairwell.flats.order_by("pk")
        ],
        facts,
        total,
        granted_fen,
    )
    faults += [*_unknown_flats(facts, ground), *_found(laid)]
    shares = None
    if not faults:
        shares = _shared(laid, facts.running_fen, facts.running_rule, faults)
    if faults or reckoned is None or shares is None:
        raise PlanRefused(faults)
    digest = profiles.cost_model_on(on).digest
    return Drawn(facts, reckoned, digest, granted_fen, law_id, ground, laid, shares)


def recheck(plan: Plan) -> None:
    """Check a plan that is kept once more, with the flats as the register has them today.

    :raises PlanRefused: it no longer holds; ``faults`` says why.
    """
    laid = plans.sharing_plan(plan, fixed=False)
    faults = _found(laid)
    if not faults:
        _shared(laid, plan.running_fen, plan.running_rule, faults)
    if faults:
        raise PlanRefused(faults)


def grounds(consultation: Consultation, facts: PlanFacts) -> dict[int, Ground]:
    """Lay out every flat of the stairwell: as handed in, or as the house has it."""
    stairwell = consultation.stairwell
    return {
        flat.pk: facts.ground.get(flat.pk) or usual_ground(flat.floor, stairwell.entries)
        for flat in stairwell.flats.order_by("pk")
    }


def proposed_subsidy(
    consultation: Consultation, total_fen: int, pipeline_fen: int, on: date
) -> tuple[subsidy.Grant | None, str]:
    """Propose the greatest subsidy the rules of the place have for such a lift, with its law's id.

    Percentages are taken of the whole cost; nothing is proposed where the storeys are not known.
    """
    storeys = consultation.stairwell.building.storeys
    if not storeys:
        return None, ""
    lift = subsidy.Lift(storeys, total_fen, pipeline_fen)
    granted = [
        (subsidy.grant(rule, lift), rule.id)
        for rule in story.law_of(consultation, on).topic("subsidy")
        if rule.unit == "subsidy"
    ]
    meant = [(found, law_id) for found, law_id in granted if found.paid_fen]
    return max(meant, key=lambda pair: pair[0].paid_fen, default=(None, ""))


def alone(facts: PlanFacts, total_fen: int, on: date) -> sharing.Costs:
    """Reckon what a lift of their own would cost some flats, by the cost model in force.

    Between two stops and as many as planned the cost rises by so much a storey; the rest is fixed.
    """
    low, _ = estimate.STOPS
    if facts.stops <= low:
        return sharing.Costs(fixed_fen=total_fen - 1, storey_fen=1)
    least = profiles.estimate_of(facts.profile, low, facts.entry, facts.asks, on).total.likely
    storey = max((total_fen - least) // (facts.stops - low), 1)
    return sharing.Costs(max(total_fen - storey * (facts.stops - 1), 0), storey)


def frozen(reckoned: estimate.Estimate, digest: str) -> dict[str, Any]:
    """Write an estimate down for good, with the cost model it was made by and every source."""
    return {
        "model": reckoned.model_id,
        "digest": digest,
        "total": asdict(reckoned.total),
        "items": [
            {
                "id": item.line.id,
                "title": dict(item.line.title),
                "count": item.count,
                "fen": asdict(item.fen),
                "source": item.line.source,
                "grade": item.line.grade,
                "verified_by": item.line.verified_by,
            }
            for item in reckoned.items
        ],
    }


def _plain(facts: PlanFacts) -> Iterator[Fault]:
    """Find what is empty, too long, out of range or none of the choices there are."""
    for field, most in (("name", _NAME), ("position", _POSITION)):
        value = str(getattr(facts, field)).strip()
        if not value:
            yield missing(field)
        elif len(value) > most:
            yield outside(field, len(value), 1, most)
    ranges = {
        "running_fen": _RUNNING_FEN,
        "late_years": _LATE_YEARS,
        "late_factor_bp": _LATE_BP,
    }
    for field, (low, high) in ranges.items():
        value_ = getattr(facts, field)
        if not low <= value_ <= high:
            yield outside(field, value_, low, high)
    if facts.running_rule not in RULES:
        yield unknown("running_rule", facts.running_rule)
    for matter, choices in RIGHTS.items():
        if facts.rights.get(matter) not in choices:
            yield unknown(f"rights_{matter}", facts.rights.get(matter, ""))


def _estimated(facts: PlanFacts, on: date, faults: list[Fault]) -> estimate.Estimate | None:
    try:
        profiles.profile_on(facts.profile, on)
        return profiles.estimate_of(facts.profile, facts.stops, facts.entry, facts.asks, on)
    except estimate.LiftRefused as refused:
        faults += [Fault(one.code, ("plan", *one.path), one.facts) for one in refused.faults]
    except RuleBroken as refused:
        faults.append(Fault(refused.code, ("plan", "profile"), refused.facts))
    return None


def _subsidy(
    consultation: Consultation, facts: PlanFacts, reckoned: estimate.Estimate | None, on: date
) -> tuple[int, str]:
    if reckoned is None:
        return facts.subsidy_fen or 0, ""
    pipes = sum(item.fen.likely for item in reckoned.items if item.line.id == PIPES)
    granted, law_id = proposed_subsidy(consultation, reckoned.total.likely, pipes, on)
    proposed = min(granted.paid_fen, reckoned.total.likely) if granted else 0
    if facts.subsidy_fen is None:
        return proposed, law_id
    return facts.subsidy_fen, law_id if facts.subsidy_fen == proposed else ""


def _unknown_flats(facts: PlanFacts, ground: Mapping[int, Ground]) -> Iterator[Fault]:
    for flat in facts.ground:
        if flat not in ground:
            yield Fault("consultation.flat_elsewhere", ("flats", flat, "id"))


def _found(laid: sharing.Plan) -> list[Fault]:
    """Find the sharing rules' faults, those of a flat by its row."""
    return [_placed(fault, laid) for fault in sharing.check(laid)]


def _placed(fault: Fault, laid: sharing.Plan) -> Fault:
    """Lead a fault of a flat to its row instead of its place in the list."""
    match fault.path:
        case ("flats", int(at), field):
            path: Path = ("flats", int(laid.flats[at].id), field)
            return Fault(fault.code, path, fault.facts)
    return fault


def _shared(
    laid: sharing.Plan, running_fen: int, running_rule: str, faults: list[Fault]
) -> Shares | None:
    try:
        running(laid, running_fen, running_rule)
        return share(laid)
    except RuleBroken as refused:
        faults.append(Fault(refused.code, ("plan", "scheme"), refused.facts))
    return None
