"""Why the award is what it is: what would have won, and what a supplier or a rule is worth.

Every answer is the difference of two awards of the same engine with the same public seed. Where
both are proven optimal the answer is exact; else it comes with a bracket that is proven.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from tuanti.rules.award.document import paid_by_unit
from tuanti.rules.award.problem import GAP, Award, Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.solve.award import Outcome, solve
from tuanti.solve.changed import DROPPABLE, cut, deepest_cut, without_rule, without_supplier

Progress = Callable[[int], None]
"""Called with how many times the round was awarded again."""

_FINE = 10_000  # without an exact proof, a cut is found to a ten-thousandth of the price


class NotInTheRound(LookupError):
    """No such supplier, lot or rule."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The smallest cut with which a supplier would have won.

    ``winning_fen`` off every lift's list price wins, ``losing_fen`` does not yet; they differ by 1
    where ``exact``. ``list_fen`` and ``lifts`` are those of its bid (of all its bids).
    """

    state: Literal["won", "cut", "never", "no_bid", "barred"]
    supplier: str
    lot: str | None
    lost_to: tuple[str, ...] = ()
    lost_to_fen: int = 0
    list_fen: int = 0
    lifts: int = 0
    losing_fen: int = 0
    winning_fen: int = 0
    exact: bool = False
    lots: tuple[str, ...] = ()
    """What it would have won with the cut (without ``lot``)."""

    @property
    def share_bp(self) -> int:
        """The winning cut as basis points of the list price, rounded up."""
        return -(-self.winning_fen * self.lifts * 10_000 // max(1, self.list_fen))


@dataclass(frozen=True, slots=True)
class Difference:
    """How much more the other award costs: found, and proven to be within ``low`` and ``high``.

    ``state`` is ``infeasible`` if without the supplier no award keeps the rules, ``limit`` if none
    was found.
    """

    state: Literal["proven", "infeasible", "limit"]
    found: int = 0
    low: int = 0
    high: int = 0

    @property
    def exact(self) -> bool:
        return self.low == self.high


def smallest_cut(
    problem: Problem,
    award: Award,
    supplier: str,
    lot: str | None = None,
    *,
    gap: Fraction,
    optimal: bool,
    progress: Progress = lambda _done: None,
) -> Cut:
    """Find the smallest cut with which ``supplier`` would have won ``lot``, or anything.

    The answer can only be exact if ``award`` is proven ``optimal``, and ``gap`` is 0.

    :raises NotInTheRound: there is no such supplier or lot.
    """
    s, units = _supplier(problem, supplier), _units(problem, lot)
    if any(award.winners[i] == s for i in units):
        return Cut("won", supplier, lot)
    offered = [i for i in units if all(problem.listed[s][c] != GAP for c, _ in problem.lines[i])]
    if not offered or (lot is not None and _alone(problem, lot) and len(offered) < len(units)):
        return Cut("no_bid", supplier, lot)
    if lot is not None and _is_barred(problem, supplier, lot):
        return Cut("barred", supplier, lot)
    frame = _Frame(problem, award, s, tuple(units), tuple(offered), lot, optimal)
    return frame.search(gap, progress)


def without(problem: Problem, supplier: str, cost: int, bound: int, *, gap: Fraction) -> Difference:
    """How much more the round would cost without ``supplier``.

    :raises NotInTheRound: there is no such supplier.
    """
    _supplier(problem, supplier)
    other = read(without_supplier(problem.round, supplier))
    return _difference(solve(other, gap=gap), cost, bound, other)


def price_of(problem: Problem, rule: str, cost: int, bound: int, *, gap: Fraction) -> Difference:
    """How much less the round would cost without ``rule``: a difference that is not positive.

    :raises NotInTheRound: there is no such rule.
    """
    if rule not in rules():
        raise NotInTheRound(rule)
    other = read(without_rule(problem.round, rule))
    return _difference(solve(other, gap=gap), cost, bound, other)


def rules() -> tuple[str, ...]:
    """Name the rules that can be dropped."""
    return (*DROPPABLE, "ceilings", "pairs", "suppliers_max")


@dataclass(frozen=True, slots=True)
class _Frame:
    """A losing bid, and the search for the cut that turns it."""

    problem: Problem
    award: Award
    s: int
    units: tuple[int, ...]
    offered: tuple[int, ...]
    lot: str | None
    optimal: bool

    @property
    def name(self) -> str:
        return str(self.problem.suppliers[self.s]["id"])

    def search(self, gap: Fraction, progress: Progress) -> Cut:
        """Close in on the cut from both sides.

        An award that wins tells at which cut it begins to beat the real one: just below it the
        round is awarded again, which either finds a better one or settles the question.
        """
        deepest, done = deepest_cut(self.problem, self.name, self.lot), 1
        fine = 1 if gap == 0 else max(1, deepest // _FINE)
        best = self.ask(deepest, gap)
        low, high, exact = 0, deepest, self.optimal and gap == 0 and best.state == "proven"
        if not self.won(best):
            return self.result("never", low, high, (), exact=exact)
        while high - low > fine:
            progress(done)
            even = self.break_even(best, low, high)
            at = even - fine if low < even - fine and even < high else (low + high) // 2
            tried, done = self.ask(at, gap), done + 1
            exact = exact and tried.state == "proven"
            if self.won(tried):
                high, best = at, tried
            else:
                low, high = at, even if exact and at == even - 1 else high
        return self.result("cut", low, high, self.won(best), exact=exact)

    def ask(self, fen: int, gap: Fraction) -> Outcome:
        """Award the round again at this cut."""
        return solve(cut(self.problem, self.name, self.lot, fen), gap=gap)

    def won(self, outcome: Outcome) -> tuple[str, ...]:
        """The lots it wins a part of."""
        if outcome.award is None:
            return ()
        mine = [i for i in self.units if outcome.award.winners[i] == self.s]
        return tuple(dict.fromkeys(self.id_of(i) for i in mine))

    def break_even(self, outcome: Outcome, low: int, high: int) -> int:
        """The least cut above ``low`` at which that award costs less than the real one."""
        assert outcome.award is not None
        to_beat = evaluate(self.problem, self.award).cost
        while high - low > 1:
            middle = (low + high) // 2
            other = cut(self.problem, self.name, self.lot, middle)
            found = evaluate(other, outcome.award)
            beats = not found.broken and found.cost < to_beat
            low, high = (low, middle) if beats else (middle, high)
        return high

    def id_of(self, i: int) -> str:
        return str(self.problem.lots[self.problem.units[i].lot]["id"])

    def result(
        self,
        state: Literal["cut", "never"],
        low: int,
        high: int,
        won: tuple[str, ...],
        *,
        exact: bool,
    ) -> Cut:
        others = dict.fromkeys(self.award.winners[i] for i in self.units)
        names = tuple(str(self.problem.suppliers[w]["id"]) for w in others)
        return Cut(
            state=state,
            supplier=self.name,
            lot=self.lot,
            lost_to=names if self.lot else (),
            lost_to_fen=self.paid() if self.lot else 0,
            list_fen=sum(self.problem.list_price(i, self.s) for i in self.offered),
            lifts=sum(self.problem.units[i].lifts for i in self.offered),
            losing_fen=low,
            winning_fen=high,
            exact=exact,
            lots=won,
        )

    def paid(self) -> int:
        """What the lot costs from whom it went to, ladder included, in the objective's unit."""
        paid = paid_by_unit(self.problem, self.award)
        return sum(paid[i] for i in self.units)


def _difference(outcome: Outcome, cost: int, bound: int, other: Problem) -> Difference:
    if outcome.award is None:
        return Difference("infeasible" if outcome.state == "infeasible" else "limit")
    found = evaluate(other, outcome.award).cost
    proven = int(outcome.certificate["bound"])
    return Difference("proven", found - cost, proven - cost, found - bound)


def _supplier(problem: Problem, supplier: str) -> int:
    for s, firm in enumerate(problem.suppliers):
        if firm["id"] == supplier:
            return s
    raise NotInTheRound(supplier)


def _units(problem: Problem, lot: str | None) -> list[int]:
    if lot is None:
        return list(range(len(problem.units)))
    units = [i for i, unit in enumerate(problem.units) if problem.lots[unit.lot]["id"] == lot]
    if not units:
        raise NotInTheRound(lot)
    return units


def _alone(problem: Problem, lot: str) -> bool:
    return any(row["id"] == lot and row["suppliers_max"] == 1 for row in problem.lots)


def _is_barred(problem: Problem, supplier: str, lot: str) -> bool:
    """Whether a pair of the round keeps the supplier from the lot, whatever it bids."""
    pairs = [pair for pair in problem.round["pairs"] if pair["lot"] == lot]
    return any((pair["kind"] == "forbidden") == (pair["supplier"] == supplier) for pair in pairs)
