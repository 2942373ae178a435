"""What a count finds: the four measures, the conditions, every vote with its reasons."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from tuanti.rules.consent.regime import Regime, Stand

MeasureName: TypeAlias = Literal[
    "participation-area", "participation-persons", "approval-area", "approval-persons"
]


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the four tests: ``have`` of ``base`` (dm2, or persons) against a threshold."""

    name: MeasureName
    have: int
    base: int
    threshold: Fraction
    strict: bool

    @property
    def share(self) -> Fraction:
        """What was reached; nothing, where nobody took part."""
        return Fraction(self.have, self.base) if self.base else Fraction(0)

    @property
    def passed(self) -> bool:
        """Whether it is reached; never where there is nothing to measure against."""
        return self.base > 0 and self.have >= self.need

    @property
    def need(self) -> int:
        """The least ``have`` that passes on this base."""
        return least(self.threshold, self.base, strict=self.strict)


Pair: TypeAlias = tuple[int, int]
Measures: TypeAlias = tuple[Measure, Measure, Measure, Measure]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition besides the count; ``open_with`` are the flats or names it still hangs on."""

    name: str
    open_with: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.open_with


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's vote: the flats and area it carries, how it counts, and why.

    ``ballots`` are the numbers, from 0, of the ballots that count; ``reasons`` are codes, the first
    of them how it counts.
    """

    flats: tuple[str, ...]
    owners: tuple[str, ...]
    area_dm2: int
    stand: Stand
    takes_part: bool
    ballots: tuple[int, ...]
    reasons: tuple[str, ...]
    occupied: bool
    unreachable: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """A vote counted: the four measures, the conditions, every vote, and the law it was under.

    ``replaced`` are the ballots a later one took the place of; ``outside`` counts the ballots on
    this matter from flats that were not asked.
    """

    regime: Regime
    measures: Measures
    conditions: tuple[Condition, ...]
    votes: tuple[Vote, ...]
    replaced: tuple[int, ...]
    outside: int

    @property
    def passed(self) -> bool:
        """Whether the owners have consented."""
        return all(measure.passed for measure in self.measures) and all(
            condition.passed for condition in self.conditions
        )

    @property
    def law_ids(self) -> tuple[str, ...]:
        """The rules of law it was counted under."""
        return self.regime.law_ids

    @property
    def quorum_by_no(self) -> bool:
        """Whether too few would have taken part, had those who said no stayed away.

        A no counts for participation; so whoever wants to stop a vote may do better by silence.
        """
        area, persons = self.measures[:2]
        against = [vote.area_dm2 for vote in self.votes if vote.stand == "no"]
        return (
            area.passed
            and persons.passed
            and not (
                area.have - sum(against) >= area.need
                and persons.have - len(against) >= persons.need
            )
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """Several votes that must all pass: the stairwell's on the lift, the estate's on its land."""

    tallies: tuple[Tally, ...]

    @property
    def passed(self) -> bool:
        return all(tally.passed for tally in self.tallies)

    @property
    def law_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(law for tally in self.tallies for law in tally.law_ids))


def least(threshold: Fraction, base: int, *, strict: bool) -> int:
    """The least whole number that is at least (``strict``: over) ``threshold`` of ``base``.

    >>> least(Fraction(2, 3), 12, strict=False), least(Fraction(1, 2), 12, strict=True)
    (8, 7)
    """
    over = threshold.numerator * base
    whole, rest = divmod(over, threshold.denominator)
    return whole + 1 if strict or rest else whole


def measures(regime: Regime, whole: Pair, part: Pair, yes: Pair) -> Measures:
    """Set those who take part and those who approve against a regime's thresholds.

    Each pair is an area in dm2 and a number of persons: of all, of the participants, of the yes.
    """
    base = whole if regime.approval_of == "all" else part
    participation, approval, strict = regime.participation, regime.approval, regime.strict
    return (
        Measure("participation-area", part[0], whole[0], participation.area, strict=False),
        Measure("participation-persons", part[1], whole[1], participation.persons, strict=False),
        Measure("approval-area", yes[0], base[0], approval.area, strict=strict),
        Measure("approval-persons", yes[1], base[1], approval.persons, strict=strict),
    )
