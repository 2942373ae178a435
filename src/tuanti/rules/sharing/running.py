"""Share what a lift costs to run: power, upkeep, inspection."""

from collections.abc import Sequence
from dataclasses import replace

from tuanti.rules.errors import RuleBroken
from tuanti.rules.money import split
from tuanti.rules.sharing.plan import Plan
from tuanti.rules.sharing.shares import NobodyPays, share

RULES = ("same", "equal", "half")


class UnknownRunningRule(RuleBroken):
    """Running costs are shared in the same ratio, equally, or half by floor and half by area."""

    code = "sharing.unknown_running_rule"


def running(plan: Plan, fen: int, rule: str = "same", scheme: str = "") -> tuple[int, ...]:
    """Share ``fen`` of running costs among the flats that pay for the lift, in the plan's order.

    ``rule``: ``"same"``, in the ratio of the building cost (usual; Ningbo); ``"equal"``, the same
    for each paying flat; ``"half"``, half by floor and half by area, as property managers' software
    has it. The floor is the one a flat counts as: its storeys above the street, and one.

    :raises UnknownRunningRule: there is no such rule.
    :raises RuleBroken: the scheme cannot share the building cost, as ``share`` says.

    >>> from tuanti.rules.sharing.plan import Flat
    >>> flats = tuple(Flat(f"{floor}01", floor, 8000) for floor in range(1, 5))
    >>> running(Plan(flats, total_fen=600_000, scheme="stairs"), 5000_00, "equal")
    (0, 166667, 166667, 166666)
    """
    if rule not in RULES:
        raise UnknownRunningRule(rule=rule, known=", ".join(RULES))
    built = _building_shares(plan, scheme)
    if rule == "same":
        return split(fen, built)
    paying = [share_fen > 0 for share_fen in built]
    if rule == "equal":
        return split(fen, [int(pays) for pays in paying])
    floors = [pays * (flat.rise + 2) for flat, pays in zip(plan.flats, paying, strict=True)]
    areas = [pays * flat.area_dm2 for flat, pays in zip(plan.flats, paying, strict=True)]
    all_floors, all_areas = sum(floors), sum(areas)
    parts = zip(floors, areas, strict=True)
    return split(fen, [floor * all_areas + area * all_floors for floor, area in parts])


def _building_shares(plan: Plan, scheme: str) -> Sequence[int]:
    """Shares of the building cost; where a subsidy bears it all, as they would be without it."""
    shares = share(plan, scheme)
    if not any(shares.pays_fen):
        shares = share(replace(plan, subsidy_fen=0), scheme)
    if not any(shares.pays_fen):
        raise NobodyPays(scheme=shares.scheme)
    return shares.pays_fen
