"""Plans and their money: who would pay what, what running costs, what other schemes would make."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from tuanti.consent.models import Consultation, Plan
from tuanti.consent.plan_facts import Ground, Home, costs_in, laid_out, table_in, usual_ground
from tuanti.rules.sharing import comparing, joining, running, shares
from tuanti.rules.sharing.plan import Flat as SharingFlat
from tuanti.rules.sharing.plan import Plan as SharingPlan

_BP = 10_000


def plans_of(consultation: Consultation) -> list[Plan]:
    """List the options there are, those dropped left out, by number."""
    return list(consultation.plans.filter(dropped_at=None).select_related("profile"))


def sharing_plan(plan: Plan, *, fixed: bool = True) -> SharingPlan:
    """Lay a plan out for the sharing rules: its flats by row id, each with what bears on its share.

    Floors and areas are those of the roll the plan was last voted with, once there is one; before
    (and where ``fixed`` is off), as the register has them. A flat that lacks its floor or area has
    0, which the rules refuse.
    """
    return SharingPlan(
        flats=tuple(_flats(plan, fixed=fixed)),
        total_fen=plan.total_fen,
        subsidy_fen=plan.subsidy_fen,
        scheme=plan.scheme,
        inside=plan.inside,
        costs=costs_in(plan.costs),
        table=table_in(plan.table),
    )


def shares_of(plan: Plan, scheme: str = "") -> dict[int, int]:
    """Map each flat to what it pays for building, in fen, by the plan's scheme or another.

    :raises RuleBroken: the scheme cannot share it, as ``rules.sharing.shares.share`` says.
    """
    laid = sharing_plan(plan)
    return by_flat(laid, shares.share(laid, scheme).pays_fen)


def running_of(plan: Plan, laid: SharingPlan | None = None) -> dict[int, int]:
    """Map each flat to its part of a year's running costs, in fen; of a plan laid out already.

    :raises RuleBroken: they cannot be shared, as ``rules.sharing.running`` says.
    """
    laid = laid or sharing_plan(plan)
    return by_flat(laid, running.running(laid, plan.running_fen, plan.running_rule))


def comparison_of(
    plan: Plan, schemes: Sequence[str] = (), reference: str = ""
) -> comparing.Comparison:
    """Set schemes beside the plan's own (or ``reference``): who gains, who loses, what holds.

    :raises RuleBroken: the reference cannot share the plan, or a scheme does not exist.
    """
    return comparing.compare(sharing_plan(plan), schemes, reference)


def joining_later(plan: Plan, flat_id: int, years: int) -> joining.Joining:
    """Reckon what a flat would pay that stays away now and joins ``years`` after the lift runs.

    Up to ``late_years`` it pays its share; after that the agreed factor comes on top.

    :raises NoSuchFlat: the plan has no such flat.
    :raises RuleBroken: the cost cannot be shared without it.
    """
    laid = sharing_plan(plan)
    ident = str(flat_id)
    away = replace(
        laid,
        flats=tuple(
            replace(flat, takes_part=False) if flat.id == ident else flat for flat in laid.flats
        ),
    )
    late = years >= plan.late_years
    factor = Fraction(plan.late_factor_bp if late else 0, _BP)
    return joining.join(away, ident, joining.Terms(factor=factor))


def by_flat(laid: SharingPlan, sums: Iterable[int]) -> dict[int, int]:
    """Map the flats of a plan, by row id, to sums in their order."""
    return {int(flat.id): fen for flat, fen in zip(laid.flats, sums, strict=True)}


def usual_grounds(consultation: Consultation) -> dict[int, Ground]:
    """Lay out every flat of the stairwell as the house has it."""
    stairwell = consultation.stairwell
    return {
        flat.pk: usual_ground(flat.floor, stairwell.entries)
        for flat in stairwell.flats.order_by("pk")
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of plans side by side: what it tells of (a path of words), each plan's value."""

    name: str
    values: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        """Whether the plans are not all the same in it."""
        return any(value != self.values[0] for value in self.values)


_TOLD = (
    "profile_id", "entry", "position", "stops", "asks", "total_fen", "subsidy_fen", "scheme",
    "inside", "running_fen", "running_rule", "late_years", "late_factor_bp",
)  # fmt: skip


def side_by_side(plans: Sequence[Plan]) -> list[Difference]:
    """Set plans side by side, line by line; ``differs`` says which lines are worth reading."""
    lines = [Difference(name, tuple(getattr(plan, name) for plan in plans)) for name in _TOLD]
    rights = dict.fromkeys(matter for plan in plans for matter in plan.rights)
    return lines + [
        Difference(f"rights.{matter}", tuple(plan.rights.get(matter, "") for plan in plans))
        for matter in rights
    ]


def _flats(plan: Plan, *, fixed: bool) -> Iterable[SharingFlat]:
    entries = plan.consultation.stairwell.entries
    for number, home in sorted(_homes(plan, fixed=fixed).items()):
        kept = plan.ground.get(str(number))
        ground = Ground(**kept) if kept else usual_ground(home.floor, entries)
        yield laid_out(number, home, ground)


def _homes(plan: Plan, *, fixed: bool) -> Mapping[int, Home]:
    """Take the flats from the roll the plan was last voted with, or else from the register."""
    poll = plan.polls.first() if fixed else None
    if poll is not None:
        return {one.flat_id: one for one in poll.roll.filter(own=True)}
    return {flat.pk: flat for flat in plan.consultation.stairwell.flats.all()}
