"""What is scored and under which terms: criteria, gates, experts, bids; and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, TypeAlias

from tuanti.rules.regimes import Kind, Reason, Regime

Exact: TypeAlias = int | Fraction
Answer: TypeAlias = Literal["", "accepted", "rejected"]
State: TypeAlias = Literal["clear", "flagged", "accepted", "rejected"]

ANSWERS: tuple[Answer, ...] = ("", "accepted", "rejected")
ALL_POINTS = 100

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_MARKS: Mapping[str, Mapping[str, Exact]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Criterion:
    """What experts mark: ``points`` at most; a mean below ``least`` puts a bid out before price."""

    id: str
    points: Exact
    least: Exact = 0


@dataclass(frozen=True, slots=True)
class Breaker:
    """The high-price breaker of a round that publishes one; none binds where none is published.

    The anchor is the greater of the lowest price and ``mean_share`` of the mean price among the
    shortlisted; a price above ``factor`` times the anchor is out. ``law_id`` names where the
    numbers were taken from, if from anywhere.
    """

    factor: Exact
    mean_share: Exact
    law_id: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """The published terms of an evaluation. All numbers are exact; points add up to 100.

    Without criteria ``price_points`` is 100: the lowest evaluated price comes first.
    ``maintenance_years`` of yearly fees join the price, each paid at its year's end and worth
    1/(1 + ``rate``) a year. ``small`` and ``joint`` are the shares of the price taken off, in the
    comparison only, for small firms and for those that bid or subcontract with one.
    ``tolerance`` is the share of a criterion's points by which an expert may differ from the mean
    of the others without a warning. ``watch_low`` takes up the triggers of fiscal purchase where
    the regime has none of its own.
    """

    regime: Regime
    kind: Kind
    price_points: Exact
    criteria: tuple[Criterion, ...] = ()
    gates: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()
    uniform: bool = False
    ceiling_fen: int | None = None
    maintenance_years: int = 0
    rate: Exact = 0
    small: Exact = 0
    joint: Exact = 0
    tolerance: Exact = 1
    breaker: Breaker | None = None
    watch_low: bool = False


@dataclass(frozen=True, slots=True)
class Bid:
    """One bid, with what the committee found.

    ``gates`` holds what was found wrong at each gate, empty text where nothing was; ``marks`` each
    expert's mark for each criterion. ``welfare`` is a unit that employs disabled people and counts
    as small. ``doubted`` says the committee itself thinks the price too low; ``explained`` what it
    made of the bidder's explanation.
    """

    bidder: str
    price_fen: int
    yearly_fen: int | None = None
    small: bool = False
    welfare: bool = False
    joint: bool = False
    gates: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    marks: Mapping[str, Mapping[str, Exact]] = field(default_factory=lambda: _NO_MARKS)
    doubted: bool = False
    explained: Answer = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of a bid: rank (None if it is out), exact points, and a reason for each.

    ``evaluated_fen`` is the price the points were counted from: life cycle in, deduction off.
    ``marks`` holds the mean mark of each criterion.
    """

    bidder: str
    rank: int | None
    points: Fraction
    price_points: Fraction
    marks: Mapping[str, Fraction]
    evaluated_fen: Fraction
    low: State
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The bids in their order, the benchmark price, and warnings for the committee to look at.

    It is ``settled`` when no low price still waits for the committee's word on an explanation.
    """

    bids: tuple[Scored, ...]
    benchmark_fen: Fraction | None
    warnings: tuple[Reason, ...]
    settled: bool

    @property
    def law_ids(self) -> tuple[str, ...]:
        """Every rule of law that was used."""
        reasons = [*self.warnings, *(reason for bid in self.bids for reason in bid.reasons)]
        return tuple(sorted({law_id for reason in reasons for law_id in reason.law_ids}))
