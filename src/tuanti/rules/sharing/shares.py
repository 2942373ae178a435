"""Share the cost of a lift under one scheme, exact to the fen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import lcm

from tuanti.rules.errors import RuleBroken
from tuanti.rules.money import split
from tuanti.rules.sharing.games import nucleolus_weights, shapley_weights
from tuanti.rules.sharing.ground import Ground, survey
from tuanti.rules.sharing.plan import Costs, Plan
from tuanti.rules.sharing.schemes import Ladder, Scheme, find, ladder


class NumbersUnknown(RuleBroken):
    """The scheme is known to exist, but not its numbers."""

    code = "sharing.numbers_unknown"


class NoEntry(RuleBroken):
    """The table says nothing of a flat so high up."""

    code = "sharing.no_entry"


class NobodyPays(RuleBroken):
    """Under this scheme none of those who take part pays anything."""

    code = "sharing.nobody_pays"


class FixedAboveShared(RuleBroken):
    """The fixed sums alone are more than there is to share."""

    code = "sharing.fixed_above_shared"


class NoCosts(RuleBroken):
    """The scheme needs what a lift would cost a group alone, and the plan does not say."""

    code = "sharing.no_costs"


class NoTable(RuleBroken):
    """The scheme is the plan's own table, and the plan has none."""

    code = "sharing.no_table"


class RunsApart(RuleBroken):
    """The nucleolus is reckoned where the runs contain one another; here they do not."""

    code = "sharing.runs_apart"


# Civil Code, art. 283: what is agreed holds; where nothing is, the share of exclusive area.
LAW_IDS = ("cn/cost/default-share@2021-01-01",)


@dataclass(frozen=True, slots=True)
class Shares:
    """Who pays what under a scheme: ``pays_fen`` has a sum for each flat, in the plan's order."""

    scheme: str
    shared_fen: int
    pays_fen: tuple[int, ...]
    law_ids: tuple[str, ...] = LAW_IDS


def share(plan: Plan, scheme: str = "") -> Shares:
    """Share what a plan's payers bear under its scheme, or under the one named.

    Shared are the cost less the subsidy, plus the compensation paid out; the sums add up to it to
    the fen. Flats that do not take part or are exempt pay nothing.

    :raises UnknownScheme: there is no such scheme.
    :raises NumbersUnknown: nobody has found its table.
    :raises NoTable: it is ``custom`` and the plan has no table.
    :raises NoEntry: its table does not reach a flat.
    :raises NoCosts: it is a game with a fixed part, and the plan has no stand-alone costs.
    :raises RunsApart: it is the nucleolus, and the flats' runs do not contain one another.
    :raises FixedAboveShared: its fixed sums are more than there is to share.
    :raises NobodyPays: none of those who take part has a share.

    >>> from tuanti.rules.sharing.plan import Flat
    >>> flats = tuple(Flat(f"{floor}01", floor, 8000) for floor in range(1, 5))
    >>> share(Plan(flats, total_fen=60_000_00, subsidy_fen=30_000_00), "stairs").pays_fen
    (0, 500000, 1000000, 1500000)
    """
    return divide(survey(plan), scheme or plan.scheme)


def divide(ground: Ground, ident: str) -> Shares:
    """Share as ``share`` does, on a plan laid out already."""
    scheme = find(ident)
    weights = _WEIGHTS.get(scheme.by, _by_table)(ground, scheme)
    fixed = _fixed(ground, scheme)
    rest = ground.shared_fen - sum(fixed.values())
    if rest < 0:
        raise FixedAboveShared(scheme=ident, fixed=sum(fixed.values()), shared=ground.shared_fen)
    pays = [0] * len(ground.plan.flats)
    if rest:
        if not any(weights):
            raise NobodyPays(scheme=ident)
        for place, fen in zip(ground.places, split(rest, weights), strict=True):
            pays[place] = fen
    for place, fen in fixed.items():
        pays[place] += fen
    return Shares(ident, ground.shared_fen, tuple(pays))


def rise_said(rise: int) -> str:
    """Say how high up a flat counts as: the floor it would be on, entered from the first."""
    return f"{1 + rise // 2}{'.5' * (rise % 2)}"


def _fixed(ground: Ground, scheme: Scheme) -> dict[int, int]:
    if not scheme.fixed_fen:
        return {}
    by_rise = {2 * floor - 2: fen for floor, fen in scheme.fixed_fen.items()}
    places = zip(ground.places, ground.rises, strict=True)
    return {place: by_rise[rise] for place, rise in places if rise in by_rise}


def _by_table(ground: Ground, scheme: Scheme) -> list[int]:
    inside = scheme.inside and (ground.plan.inside or scheme.inside)
    return _weigh(ground, scheme.id, scheme.ladder, ground.parts[scheme.by, inside])


def _by_own_table(ground: Ground, scheme: Scheme) -> list[int]:
    table = ground.plan.table
    if table is None:
        raise NoTable
    inside = "" if table.per == "area" else ground.plan.inside or scheme.inside
    return _weigh(ground, scheme.id, ladder(dict(table.entries)), ground.parts[table.per, inside])


def _weigh(ground: Ground, ident: str, entries: Ladder, parts: Sequence[int]) -> list[int]:
    weights = []
    for flat, rise, part in zip(ground.payers, ground.rises, parts, strict=True):
        entry = entries[rise]
        if entry is None:
            raise NoEntry(scheme=ident, flat=flat.id, level=rise_said(rise))
        weights.append(entry * part)
    return weights


def _no_numbers(_ground: Ground, scheme: Scheme) -> list[int]:
    raise NumbersUnknown(scheme=scheme.id)


def _by_game(ground: Ground, scheme: Scheme) -> list[int]:
    weights = _GAMES[scheme.id](ground, scheme)
    if (ground.plan.inside or scheme.inside) == "equal":
        return weights
    return _by_area_inside(ground, weights)


def _by_area_inside(ground: Ground, weights: Sequence[int]) -> list[int]:
    """Share what the payers of a floor owe together by their areas."""
    owed: dict[int, int] = {}
    area: dict[int, int] = {}
    for flat, weight in zip(ground.payers, weights, strict=True):
        owed[flat.floor] = owed.get(flat.floor, 0) + weight
        area[flat.floor] = area.get(flat.floor, 0) + flat.area_dm2
    whole = lcm(*area.values())
    a_dm2 = {floor: owed[floor] * (whole // dm2) for floor, dm2 in area.items()}
    return [flat.area_dm2 * a_dm2[flat.floor] for flat in ground.payers]


def _storeys(ground: Ground, _scheme: Scheme) -> list[int]:
    return _shapley(ground, Costs(fixed_fen=0, storey_fen=1))


def _fixed_airport(ground: Ground, scheme: Scheme) -> list[int]:
    return _shapley(ground, _costs(ground, scheme))


def _shapley(ground: Ground, costs: Costs) -> list[int]:
    """Reckon the Shapley value of a lift that costs so much, and so much for each storey it runs.

    A group's lift runs from its lowest end to its highest, so its cost is a fixed part, plus the
    highest end, less the lowest: three airport games, and Shapley values add up.
    """
    needy = [at for at, rise in enumerate(ground.rises) if rise]
    runs = [ground.runs[at] for at in needy]
    base = min((low for low, _ in runs), default=0)
    up, up_whole = shapley_weights([high - base for _, high in runs])
    down, down_whole = shapley_weights([base - low for low, _ in runs])
    whole = lcm(up_whole, down_whole, len(needy))
    fixed = 2 * costs.fixed_fen * (whole // len(needy)) if needy else 0
    a_half_up = costs.storey_fen * (whole // up_whole)
    a_half_down = costs.storey_fen * (whole // down_whole)
    weights = [0] * len(ground.rises)
    for at, above, below in zip(needy, up, down, strict=True):
        weights[at] = fixed + a_half_up * above + a_half_down * below
    return weights


def _nucleolus(ground: Ground, scheme: Scheme) -> list[int]:
    costs = _costs(ground, scheme)
    needed = sorted({run for run in ground.runs if run[0] < run[1]}, key=lambda r: r[1] - r[0])
    for inner, outer in pairwise(needed):
        if inner[0] < outer[0] or inner[1] > outer[1]:
            raise RunsApart
    weights, _ = nucleolus_weights(
        [2 * costs.fixed_fen + costs.storey_fen * rise if rise else 0 for rise in ground.rises]
    )
    return weights


def _costs(ground: Ground, scheme: Scheme) -> Costs:
    if ground.plan.costs is None:
        raise NoCosts(scheme=scheme.id)
    return ground.plan.costs


_Weigher = Callable[[Ground, Scheme], list[int]]

_WEIGHTS: Mapping[str, _Weigher] = {
    "custom": _by_own_table,
    "game": _by_game,
    "unknown": _no_numbers,
}
_GAMES: Mapping[str, _Weigher] = {
    "shapley": _storeys,
    "fixed-airport": _fixed_airport,
    "nucleolus": _nucleolus,
}
