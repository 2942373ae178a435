"""The award as it is published, ``tuanti-award/1``, and what a reader of it asks in money."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import gcd
from typing import Any

from tuanti.rules.award.problem import GAP, Award, Problem, evaluate, tier_of, won
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import digest

FORMAT = "tuanti-award/1"


@dataclass(frozen=True, slots=True)
class Win:
    """What one supplier won. Money is what the buyer pays, whatever the objective was.

    ``list_fen`` is before the ladder; a package counts at its total in both. ``entry_fen`` is the
    buyer's own cost of taking the supplier on and stands in neither.
    """

    supplier: int
    units: tuple[int, ...]
    packages: tuple[int, ...]
    lifts: int
    tier: int
    list_fen: int
    paid_fen: int
    entry_fen: int

    @property
    def saved_fen(self) -> int:
        """What the ladder saved."""
        return self.list_fen - self.paid_fen


def document(
    problem: Problem, award: Award | None, certificate: Mapping[str, Any]
) -> dict[str, Any]:
    """Write an award, or the proof that there is none, as ``tuanti-award/1``."""
    return {
        "format": FORMAT,
        "round": problem.round,
        "award": None if award is None else _award(problem, award),
        "certificate": certificate,
    }


def award_of(problem: Problem, data: Mapping[str, Any]) -> Award:
    """Read the ``award`` of a document back."""
    at = {firm["id"]: s for s, firm in enumerate(problem.suppliers)}
    named = {package.id: p for p, package in enumerate(problem.packages)}
    winners = tuple(at[data["parcels"][unit.parcels[0]]] for unit in problem.units)
    return Award(winners, tuple(sorted(named[name] for name in data["packages"])))


def reserves(problem: Problem, award: Award) -> dict[str, str | None]:
    """Each lot's reserve: cheapest at list price among those that win no part of it.

    Ties go to the higher quality, then to the public seed.
    """
    found: dict[str, str | None] = {}
    ranks: dict[_Mix, _Rank] = {}
    for at, units in enumerate(problem.units_of):
        mix = _mix(problem, units)
        rank = ranks.get(mix) or ranks.setdefault(mix, _rank(problem, mix))
        lot = str(problem.lots[at]["id"])
        s = _reserve(problem, lot, units, {award.winners[i] for i in units}, rank)
        found[lot] = None if s is None else str(problem.suppliers[s]["id"])
    return found


def payable(problem: Problem) -> Problem:
    """The same round under objective ``cost``: what the buyer pays."""
    data = problem.round
    if data["rules"]["objective"] == "cost":
        return problem
    return read({**data, "rules": {**data["rules"], "objective": "cost"}})


def moved(problem: Problem, other: Problem, award: Award) -> Award:
    """The same award in terms of another reading of the same lots and suppliers."""
    named = {package.id: p for p, package in enumerate(other.packages)}
    return Award(
        award.winners, tuple(sorted(named[problem.packages[p].id] for p in award.packages))
    )


def wins(money: Problem, award: Award) -> tuple[Win, ...]:
    """What each winner won, in the order of suppliers; ``money`` is read under ``cost``."""
    tiers, units = evaluate(money, award).tiers, won(award)
    return tuple(_win(money, award, s, tiers[s], units[s]) for s in sorted(tiers))


def paid_by_unit(money: Problem, award: Award) -> list[int]:
    """What each unit costs at the tier reached; a package's total is shared out by lifts."""
    paid, units = [0] * len(money.units), won(award)
    for s, k in evaluate(money, award).tiers.items():
        for i, cost in zip(units[s], money.costs_of(s, k, units[s]), strict=True):
            paid[i] = cost
    for p in award.packages:
        package, done, given = money.packages[p], 0, 0
        for i in package.units:
            done += money.units[i].lifts
            share = package.cost * done // package.lifts
            paid[i], given = share - given, share
    return paid


def ceilings(problem: Problem) -> list[int | None]:
    """The most each lot may cost at list price; None where no ceiling covers it whole."""
    home = {parcel["id"]: parcel["lot"] for parcel in problem.round["parcels"]}
    tops: dict[str, int | None] = {str(lot["id"]): 0 for lot in problem.lots}
    for line in problem.round["bill"]:
        lot, top = home[line["parcel"]], line["ceiling_fen"]
        known = tops[lot]
        tops[lot] = None if known is None or top is None else known + line["lifts"] * top
    return [tops[lot["id"]] if lot["ceiling_fen"] is None else lot["ceiling_fen"]
            for lot in problem.lots]  # fmt: skip


def priced(problem: Problem, i: int, s: int) -> bool:
    """Whether the supplier has a price for every line of the unit, valid or not."""
    return all(problem.listed[s][cell] != GAP for cell, _ in problem.lines[i])


def _award(problem: Problem, award: Award) -> dict[str, Any]:
    ids = [str(firm["id"]) for firm in problem.suppliers]
    return {
        "parcels": {
            parcel: ids[s]
            for unit, s in zip(problem.units, award.winners, strict=True)
            for parcel in unit.parcels
        },
        "packages": [problem.packages[p].id for p in sorted(award.packages)],
        "reserves": reserves(problem, award),
        "cost": str(evaluate(problem, award).cost),
    }


_Mix = tuple[tuple[int, int], ...]  # cells, and their lifts to one another
_Rank = list[tuple[int, int, int]]  # list price of the mix, minus quality, supplier; best first


def _mix(problem: Problem, units: Sequence[int]) -> _Mix:
    """What decides who is cheapest on these units: many lots of a nation have the same."""
    count = Counter[int]()
    for i in units:
        for cell, n in problem.lines[i]:
            count[cell] += n
    part = gcd(*count.values())
    return tuple((cell, n // part) for cell, n in sorted(count.items()))


def _rank(problem: Problem, mix: _Mix) -> _Rank:
    """Suppliers with a price for every cell."""
    return sorted(
        (sum(n * mine[cell] for cell, n in mix), -problem.suppliers[s]["quality"], s)
        for s, mine in enumerate(problem.listed)
        if all(mine[cell] != GAP for cell, _ in mix)
    )


def _reserve(
    problem: Problem, lot: str, units: Sequence[int], out: set[int], rank: _Rank
) -> int | None:
    able = (
        place for place in rank
        if place[2] not in out and all(problem.bids[place[2]][i] for i in units)
    )  # fmt: skip
    first = next(able, None)
    if first is None:
        return None
    ties = [first[2]]
    ties += [place[2] for place in takewhile(lambda place: place[:2] == first[:2], able)]
    seed = problem.round["rules"]["seed"]
    return min(ties, key=lambda s: digest([seed, lot, problem.suppliers[s]["id"]]))


def _win(money: Problem, award: Award, s: int, tier: int, units: Sequence[int]) -> Win:
    packages = tuple(p for p in award.packages if money.packages[p].supplier == s)
    packed = {i for p in packages for i in money.packages[p].units}
    alone = [i for i in units if i not in packed]
    bundled = sum(money.packages[p].cost for p in packages)
    entry = int(money.suppliers[s]["entry_fen"])
    lifts = sum(money.units[i].lifts for i in units)
    assert tier_of(money, s, lifts) == tier
    return Win(
        supplier=s,
        units=tuple(units),
        packages=packages,
        lifts=lifts,
        tier=tier,
        list_fen=bundled + sum(money.list_price(i, s) for i in alone),
        paid_fen=bundled
        + sum(money.costs_of(s, tier, alone))
        + money.tiers[s][tier].fixed_fen
        - entry,
        entry_fen=entry,
    )
