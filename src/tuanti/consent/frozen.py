"""What notices and agreements say, frozen: plain facts, the same on every machine, with a digest.

They name flats and rows, and nobody: who an owner is stands on the roll.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tuanti.consent.models import Consultation, Plan, Poll
from tuanti.consent.queries.plans import running_of, shares_of, sharing_plan
from tuanti.journal.canonical import canonical, instant, plain
from tuanti.places.naming import whole_name
from tuanti.places.queries.roll import roll_of
from tuanti.rules.consent import Regime

NOTICE, AGREEMENT = "tuanti-notice/1", "tuanti-agreement/1"
_PLAN = (
    "id", "number", "name", "profile_id", "entry", "position", "stops", "total_fen", "subsidy_fen",
    "subsidy_law", "scheme", "inside", "running_fen", "running_rule", "rights", "late_years",
    "late_factor_bp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What the owners settle beside the plan: in words, each a sentence or two.

    ``manager`` looks after the lift (the user unit), ``fund`` is how and when the money is raised
    and who keeps it, ``repairs`` how major repairs are paid for, ``other`` anything more.
    """

    manager: str
    fund: str
    repairs: str
    other: str = ""


def digest_of(facts: Mapping[str, Any]) -> str:
    """Compute the SHA-256 of facts in canonical JSON, in hexadecimal figures."""
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def notice_facts(poll: Poll, *, posted_on: date, last_on: date, law: str) -> dict[str, Any]:
    """Freeze what a notice says: the plan, who pays what, the result, and until when to object."""
    return _plain(
        {
            "format": NOTICE,
            **_where(poll.consultation),
            "plan": plan_told(poll.plan),
            "shares": shares_told(poll.plan),
            "poll": {
                "number": poll.number,
                "code": poll.code,
                "opened": instant(poll.opens_at),
                "closed": instant(poll.closes_at),
                "law": [matter["law"] for matter in poll.matters],
                "flats": poll.roll.filter(own=True).count(),
            },
            "result": poll.result,
            "posted_on": posted_on.isoformat(),
            "last_on": last_on.isoformat(),
            "law": law,
        }
    )


def agreement_facts(
    plan: Plan, terms: Terms, *, regime: Regime, notice: Mapping[str, Any], drawn_on: date
) -> dict[str, Any]:
    """Freeze an agreement: its parties with what each pays, the lift, and every clause's figures.

    A party is a flat that pays; its owners are those of the register on that day, heirs in the
    place of one who died.
    """
    return _plain(
        {
            "format": AGREEMENT,
            **_where(plan.consultation),
            "plan": plan_told(plan),
            "parties": _parties(plan),
            "compensated": [one for one in shares_told(plan) if one["compensation_fen"]],
            "terms": asdict(terms),
            "signing": {"rule": regime.signing, "law": [*regime.law_ids]},
            "notice": dict(notice),
            "drawn_on": drawn_on.isoformat(),
        }
    )


def plan_told(plan: Plan) -> dict[str, Any]:
    """Tell a plan's own figures, and which lift it names."""
    lift = plan.profile
    profile = {
        "zh": lift.title_zh,
        "en": lift.title_en,
        "load_kg": lift.load_kg,
        "speed_mm_s": lift.speed_mm_s,
    }
    return {name: getattr(plan, name) for name in _PLAN} | {"profile": profile}


def shares_told(plan: Plan) -> list[dict[str, Any]]:
    """Tell what each flat pays, and what it is paid, to the fen, from the top floor down."""
    sums = shares_of(plan)
    paid = {int(flat.id): flat.compensation_fen for flat in sharing_plan(plan).flats}
    flats = plan.consultation.stairwell.flats.in_bulk(list(sums))
    told = [
        {
            "flat": number,
            "number": flats[number].number,
            "floor": flats[number].floor,
            "fen": fen,
            "compensation_fen": paid[number],
        }
        for number, fen in sums.items()
    ]
    return sorted(told, key=lambda one: (-(one["floor"] or 0), one["number"]))


def _parties(plan: Plan) -> list[dict[str, Any]]:
    owners = {flat.id: flat.owners for flat in roll_of(plan.consultation.stairwell).flats}
    yearly = running_of(plan) if plan.running_fen else {}
    return [
        one
        | {
            "running_fen": yearly.get(one["flat"], 0),
            "owners": [int(owner.id) for owner in owners[str(one["flat"])]],
        }
        for one in shares_told(plan)
        if one["fen"] > 0
    ]


def _where(consultation: Consultation) -> dict[str, Any]:
    stairwell = consultation.stairwell
    return {
        "consultation": consultation.pk,
        "stairwell": stairwell.code,
        "place": {"zh": whole_name(stairwell, "zh"), "en": whole_name(stairwell, "en")},
    }


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    assert plain(facts), f"told in more ways than one: {sorted(facts)}"
    return facts
