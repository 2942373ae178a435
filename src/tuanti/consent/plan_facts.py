"""What a plan says, as it is handed in; and how its flats are laid out for the sharing rules."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from tuanti.consent.models import Plan
from tuanti.rules.sharing.plan import Costs, OwnTable
from tuanti.rules.sharing.plan import Flat as SharingFlat
from tuanti.rules.sharing.plan import Plan as SharingPlan

# Who may use the lift, and how: for each matter the choices there are, the usual one first. They
# are called ``consultation.rights.<matter>.<choice>`` in texts/words.
RIGHTS: Mapping[str, tuple[str, ...]] = {
    "cards": ("households", "payers", "none"),
    "visitors": ("called", "day-code", "free"),
    "couriers": ("called", "free", "stairs"),
    "late_payers": ("reminded", "paused", "owed"),
}
USUAL: Mapping[str, str] = {matter: choices[0] for matter, choices in RIGHTS.items()}


@dataclass(frozen=True, slots=True)
class Ground:
    """What bears on the share of one flat; see ``rules.sharing.plan.Flat``."""

    takes_part: bool = True
    exempt: bool = False
    street_floor: int = 1
    stop: int = 0
    compensation_fen: int = 0


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One option as it is handed in.

    ``subsidy_fen`` None takes what the rules of the place propose. ``ground`` goes by flat (row
    id); flats it leaves out are as the house and the entry have it. ``costs`` are what the games
    need, ``table`` a table of their own. ``rights`` chooses from ``RIGHTS``.
    """

    name: str
    profile: str
    entry: str
    position: str
    stops: int
    asks: tuple[str, ...] = ()
    subsidy_fen: int | None = None
    scheme: str = "gd-ref"
    inside: str = ""
    costs: Costs | None = None
    table: OwnTable | None = None
    ground: Mapping[int, Ground] = field(default_factory=dict)
    running_fen: int = 0
    running_rule: str = "same"
    rights: Mapping[str, str] = field(default_factory=lambda: dict(USUAL))
    late_years: int = 5
    late_factor_bp: int = 0


class Home(Protocol):
    """A flat, of the house or of a roll that was fixed."""

    @property
    def floor(self) -> int | None: ...
    @property
    def area_dm2(self) -> int | None: ...


def usual_ground(floor: int | None, entries: Iterable[int]) -> Ground:
    """Lay out a flat as the house has it: entered from the nearest street, counted by its floor.

    Published tables go by floors wherever the lift stops, so half a storey to walk counts only
    where the owners say so.
    """
    here = floor or 1
    return Ground(street_floor=min(entries, key=lambda one: (abs(one - here), one), default=1))


def laid_out(number: int, home: Home, ground: Ground) -> SharingFlat:
    """Lay out one flat for the sharing rules; what is not known of it is 0, which they refuse."""
    return SharingFlat(
        id=str(number), floor=home.floor or 0, area_dm2=home.area_dm2 or 0, **asdict(ground)
    )


def to_be_shared(
    flats: Iterable[SharingFlat], facts: PlanFacts, total_fen: int, subsidy_fen: int
) -> SharingPlan:
    """Make the plan the sharing rules take."""
    return SharingPlan(
        flats=tuple(flats),
        total_fen=total_fen,
        subsidy_fen=subsidy_fen,
        scheme=facts.scheme,
        inside=facts.inside,
        costs=facts.costs,
        table=facts.table,
    )


def costs_in(kept: Mapping[str, int] | None) -> Costs | None:
    """Read the stand-alone costs a plan keeps."""
    return Costs(**kept) if kept else None


def table_in(kept: Mapping[str, Any] | None) -> OwnTable | None:
    """Read the table of their own a plan keeps."""
    if not kept:
        return None
    entries = tuple((int(floor), Fraction(entry)) for floor, entry in kept["entries"])
    return OwnTable(entries, kept["per"])


def table_out(table: OwnTable | None) -> dict[str, Any] | None:
    """Write a table of their own down: ``{"per", "entries": [[floor, "1/2"]]}``."""
    if table is None:
        return None
    return {"per": table.per, "entries": [[floor, str(entry)] for floor, entry in table.entries]}


def facts_of(plan: Plan) -> PlanFacts:
    """Read back what a plan said when it was handed in; its subsidy as it was kept."""
    return PlanFacts(
        name=plan.name,
        profile=plan.profile_id,
        entry=plan.entry,
        position=plan.position,
        stops=plan.stops,
        asks=tuple(plan.asks),
        subsidy_fen=plan.subsidy_fen,
        scheme=plan.scheme,
        inside=plan.inside,
        costs=costs_in(plan.costs),
        table=table_in(plan.table),
        ground={int(flat): Ground(**ground) for flat, ground in plan.ground.items()},
        running_fen=plan.running_fen,
        running_rule=plan.running_rule,
        rights=dict(plan.rights),
        late_years=plan.late_years,
        late_factor_bp=plan.late_factor_bp,
    )
