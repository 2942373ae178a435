"""What an award's workbook and its summary say: every figure, before any layout."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from tuanti.rules.award.document import (
    Win,
    ceilings,
    moved,
    paid_by_unit,
    payable,
    priced,
    reserves,
    wins,
)
from tuanti.rules.award.problem import Award, Problem, evaluate


@dataclass(frozen=True, slots=True)
class Rival:
    """Another way to award the same bids: what it would have cost the buyer, entry costs included.

    ``fen`` is None where that way finds no award; ``gap`` is None where it proves nothing.
    """

    fen: int | None
    gap: Fraction | None = None
    unplaced: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot as awarded."""

    at: int
    winners: tuple[int, ...]
    lifts: int
    list_fen: int | None
    paid_fen: int
    ceiling_fen: int | None
    reserve: int | None
    reserve_fen: int | None
    packed: bool


@dataclass(frozen=True, slots=True)
class Bid:
    """A parcel's list price from a supplier; ``refused`` and ``barred`` bids do not count."""

    state: str
    fen: int = 0


@dataclass(frozen=True)
class Report:
    """An award and what it is compared with. ``money`` is the round read under ``cost``."""

    problem: Problem
    award: Award
    bound: int
    flat: Rival
    greedy: Rival
    digests: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def money(self) -> Problem:
        return payable(self.problem)

    @cached_property
    def in_money(self) -> Award:
        return moved(self.problem, self.money, self.award)

    @cached_property
    def cost(self) -> int:
        """In the objective's unit, as the proof has it."""
        return evaluate(self.problem, self.award).cost

    @property
    def gap(self) -> Fraction:
        return Fraction(self.cost - self.bound, max(1, abs(self.cost)))

    @cached_property
    def wins(self) -> tuple[Win, ...]:
        return wins(self.money, self.in_money)

    @cached_property
    def paid(self) -> list[int]:
        return paid_by_unit(self.money, self.in_money)

    @property
    def paid_fen(self) -> int:
        """What the winners are paid."""
        return sum(win.paid_fen for win in self.wins)

    @property
    def entry_fen(self) -> int:
        return sum(win.entry_fen for win in self.wins)

    @property
    def total_fen(self) -> int:
        """What the buyer spends: the winners' prices and the cost of taking them on."""
        return self.paid_fen + self.entry_fen

    @cached_property
    def lots(self) -> tuple[LotRow, ...]:
        return tuple(_lots(self))

    def name(self, s: int) -> str:
        return str(self.problem.suppliers[s]["name"])

    def lots_of(self, win: Win) -> int:
        return len({self.problem.units[i].lot for i in win.units})

    def under_ceiling(self) -> tuple[int, int]:
        """Ceilings and prices of the lots that have a ceiling."""
        capped = [row for row in self.lots if row.ceiling_fen is not None]
        return sum(row.ceiling_fen or 0 for row in capped), sum(row.paid_fen for row in capped)


def percent(part: Fraction, digits: int = 2) -> str:
    """Write a share as per cent, rounded up in the last digit: a gap is never made smaller."""
    scaled = part * 100 * 10**digits
    whole = -(-scaled.numerator // scaled.denominator)
    sign, (above, below) = "-" if whole < 0 else "", divmod(abs(whole), 10**digits)
    return f"{sign}{above}.{below:0{digits}}"


def bids(report: Report) -> Iterator[tuple[str, int, int, list[Bid]]]:
    """Each parcel with its unit, its lifts and, for every supplier, its bid."""
    problem, sizes = report.problem, dict[str, int]()
    for line in problem.round["bill"]:
        sizes[line["parcel"]] = sizes.get(line["parcel"], 0) + 1
    over = {(r.supplier, p) for r in problem.refused for p in r.parcel.split()}
    for i, unit in enumerate(problem.units):
        rest = list(problem.lines[i])
        for parcel in unit.parcels:
            lines, rest = rest[: sizes[parcel]], rest[sizes[parcel] :]
            found = [
                _bid(problem, i, s, lines, refused=(str(firm["id"]), parcel) in over)
                for s, firm in enumerate(problem.suppliers)
            ]
            yield parcel, i, sum(n for _, n in lines), found


def _bid(problem: Problem, i: int, s: int, lines: list[tuple[int, int]], *, refused: bool) -> Bid:
    if not priced(problem, i, s):
        return Bid("none")
    fen = sum(n * problem.listed[s][cell] for cell, n in lines)
    if problem.bids[s][i]:
        return Bid("valid", fen)
    return Bid("refused" if refused else "barred", fen)


def _lots(report: Report) -> Iterator[LotRow]:
    problem, award, tops = report.problem, report.award, ceilings(report.problem)
    at = {str(firm["id"]): s for s, firm in enumerate(problem.suppliers)}
    packed = {i for p in award.packages for i in problem.packages[p].units}
    spare = reserves(problem, award)
    for lot, units in enumerate(problem.units_of):
        reserve = at.get(spare[str(problem.lots[lot]["id"])] or "")
        listed = [problem.list_price(i, award.winners[i]) for i in units if i not in packed]
        yield LotRow(
            at=lot,
            winners=tuple(dict.fromkeys(award.winners[i] for i in units)),
            lifts=sum(problem.units[i].lifts for i in units),
            list_fen=sum(listed) if len(listed) == len(units) else None,
            paid_fen=sum(report.paid[i] for i in units),
            ceiling_fen=tops[lot],
            reserve=reserve,
            reserve_fen=None
            if reserve is None
            else sum(problem.list_price(i, reserve) for i in units),
            packed=not packed.isdisjoint(units),
        )
