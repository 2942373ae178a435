"""Who is still needed: the fewest further yes votes that would pass, or what stands against it.

Every voter who has not said yes is of one of two kinds. A *newcomer* does not take part yet: his
yes adds to participation and to approval. A *turner* takes part already, having said no, abstained
or, where silence counts, nothing: his yes adds to approval alone. Within a kind the larger area
serves every test at least as well, so the largest newcomers with the largest turners, in some
numbers, are always a smallest set; all useful pairs of numbers are gone through.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from tuanti.rules.consent.finding import Measure, Measures, Pair, Tally, Vote, least, measures
from tuanti.rules.consent.regime import NO_OBJECTION, OCCUPIED, Regime

Reach: TypeAlias = Literal["passed", "open", "turn", "never"]


@dataclass(frozen=True, slots=True)
class Needed:
    """What a vote still needs.

    - ``passed``: nothing more.
    - ``open``: the yes of ``ask``, a smallest set of those who have not answered, would pass. No
      fewer than ``least_persons`` persons and ``least_area_dm2`` of area could, of any owners.
    - ``turn``: it cannot pass unless some who have answered change their minds: at least as many as
      ``turn``, with ``ask`` beside them.
    - ``never``: it would not pass if everyone said yes.

    ``at_best`` are the measures if all who have not answered said yes: what fails there is why it
    cannot pass any more. ``objecting`` must settle first, whatever is counted.
    """

    reach: Reach
    ask: tuple[Vote, ...]
    turn: tuple[Vote, ...]
    least_persons: int | None
    least_area_dm2: int | None
    at_best: Measures
    objecting: tuple[str, ...]

    @property
    def area_dm2(self) -> int:
        """The area of those to be asked or turned."""
        return sum(vote.area_dm2 for vote in (*self.ask, *self.turn))


@dataclass(frozen=True, slots=True)
class _Count:
    """Area and persons of all, of those who take part, of those who approve."""

    regime: Regime
    whole: Pair
    part: Pair
    yes: Pair

    def measures(self) -> Measures:
        return measures(self.regime, self.whole, self.part, self.yes)

    def passed(self) -> bool:
        return all(measure.passed for measure in self.measures())

    def plus(self, newcomers: Pair, turners: Pair) -> "_Count":
        part = self.part[0] + newcomers[0], self.part[1] + newcomers[1]
        yes = (self.yes[0] + newcomers[0] + turners[0], self.yes[1] + newcomers[1] + turners[1])
        return _Count(self.regime, self.whole, part, yes)

    def with_yes(self, votes: Sequence[Vote]) -> "_Count":
        newcomers, turners = _kinds(votes)
        return self.plus(_sums(newcomers)[-1], _sums(turners)[-1])


def still_needed(tally: Tally) -> Needed:
    """Find the fewest further yes votes with which ``tally`` would pass.

    Owners marked unreachable are asked only if the others cannot do it.

    >>> from datetime import date
    >>> from fractions import Fraction
    >>> from tuanti.rules.consent import Ballot, Flat, Owner, Regime, Roll, Thresholds, tally
    >>> roll = Roll(tuple(Flat(str(n), 70_00, (Owner(f"owner {n}"),)) for n in range(12)))
    >>> thresholds = Thresholds(Fraction(2, 3), Fraction(2, 3))
    >>> found = tally(roll, [Ballot("0", "yes"), Ballot("1", "no")],
    ...               Regime("stairwell", thresholds, thresholds), on=date(2026, 11, 22))
    >>> needed = still_needed(found)
    >>> needed.reach, len(needed.ask), needed.least_area_dm2
    ('open', 6, 42000)
    """
    areas, persons = tally.measures[::2], tally.measures[1::2]
    count = _Count(
        tally.regime,
        (areas[0].base, persons[0].base),
        (areas[0].have, persons[0].have),
        (areas[1].have, persons[1].have),
    )
    silent = [vote for vote in tally.votes if vote.stand == "silent"]
    against = [vote for vote in tally.votes if vote.stand not in ("silent", "yes")]
    reach, ask, turn = _reach(count, silent, against)
    of_all = tally.regime.approval_of == "all"
    newcomers, turners = (_sums(kind)[-1] for kind in _kinds(silent))
    return Needed(
        reach=reach,
        ask=tuple(ask),
        turn=tuple(turn),
        least_area_dm2=_least(*areas, newcomers[0], turners[0], of_all=of_all),
        least_persons=_least(*persons, newcomers[1], turners[1], of_all=of_all),
        at_best=count.with_yes(silent).measures(),
        objecting=next((c.open_with for c in tally.conditions if c.name == NO_OBJECTION), ()),
    )


def _reach(
    count: _Count, silent: list[Vote], against: list[Vote]
) -> tuple[Reach, Sequence[Vote], Sequence[Vote]]:
    must = _bound(count, [*silent, *against])
    if not must and count.passed():
        return "passed", (), ()
    for pool in ([vote for vote in silent if not vote.unreachable], silent):
        if all(vote in pool for vote in must):
            ask = _fewest(count, pool)
            if ask is not None:
                return "open", ask, ()
    turn = _fewest(count.with_yes(silent), against)
    if turn is None:
        return "never", (), ()
    return "turn", _fewest(count.with_yes(turn), silent) or (), turn


def _bound(count: _Count, votes: Sequence[Vote]) -> list[Vote]:
    """Those whose yes nobody else's can stand for: the lift takes some of what is theirs."""
    return [vote for vote in votes if vote.occupied and OCCUPIED in count.regime.extra]


def _fewest(count: _Count, pool: Sequence[Vote]) -> list[Vote] | None:
    """Find a smallest part of ``pool`` whose yes would pass, None if all of it would not."""
    bound = _bound(count, pool)
    count, free = count.with_yes(bound), [vote for vote in pool if vote not in bound]
    newcomers, turners = _kinds(free)
    new, turned = _sums(newcomers), _sums(turners)
    best: tuple[int, int] | None = None
    j = len(turners)
    for i in range(len(newcomers) + 1):
        while j and count.plus(new[i], turned[j - 1]).passed():
            j -= 1
        enough = count.plus(new[i], turned[j]).passed()
        if enough and (best is None or i + j < sum(best)):
            best = i, j
    return best and [*bound, *newcomers[: best[0]], *turners[: best[1]]]


def _kinds(votes: Sequence[Vote]) -> tuple[list[Vote], list[Vote]]:
    """Newcomers and turners, the largest first."""
    by_area = sorted(votes, key=lambda vote: -vote.area_dm2)
    newcomers = [vote for vote in by_area if not vote.takes_part]
    return newcomers, [vote for vote in by_area if vote.takes_part]


def _sums(votes: Sequence[Vote]) -> list[Pair]:
    """Area and persons of the first none, one, two … of ``votes``."""
    areas = accumulate((vote.area_dm2 for vote in votes), initial=0)
    return [(area, persons) for persons, area in enumerate(areas)]


def _least(
    participation: Measure, approval: Measure, newcomers: int, turners: int, *, of_all: bool
) -> int | None:
    """Find the least further yes, in one unit, of so much that may come or turn.

    Each unit of a newcomer's raises what approval needs by one or nothing while it gives one; a
    turner's raises nothing. So it is best to take no more of newcomers than must be.
    """

    def lacking(new: int) -> int:
        base = approval.base if of_all else approval.base + new
        need = least(approval.threshold, base, strict=approval.strict) if base else 1
        return max(0, need - approval.have - new)

    first = max(0, participation.need - participation.have)
    choices = range(first, newcomers + 1)
    at = bisect_left(choices, True, key=lambda new: lacking(new) <= turners)  # noqa: FBT003
    return choices[at] + lacking(choices[at]) if at < len(choices) else None
