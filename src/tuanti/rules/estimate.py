"""What a lift should cost, from the ground up: itemised, with a range, for budgets and ceilings.

>>> from tuanti.rules import cost_model
>>> seven_stops = Lift("p630", stops=7, entry="half")
>>> found = estimate(seven_stops, cost_model.packaged())
>>> found.total
Span(low=36483516, likely=39310345, high=42409639)
>>> [(item.line.id, item.count, item.fen.likely) for item in found.items][:3]
[('equipment-p630', 1, 11000000), ('doors', 7, 4200000), ('shaft', 7, 14000000)]
>>> ceiling_fen(found.total.likely, allowance_bp=500)
41275862
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tuanti.rules.cost_model import ENTRIES, Entry, Line, Model, Span
from tuanti.rules.errors import Fact, Fault, RuleBroken

STOPS = (2, 40)
STOREYS = (1, 40)
DOORS = (2, 80)  # a lift may open on both sides
ALLOWANCE_BP = (-10_000, 10_000)


class LiftRefused(RuleBroken):
    """A lift cannot be estimated by this model; ``faults`` holds every reason."""

    code = "estimate.lift_refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


class AllowanceOutOfRange(RuleBroken):
    """An allowance takes away more than the estimate, or more than doubles it."""

    code = "estimate.allowance_out_of_range"


@dataclass(frozen=True, slots=True)
class Lift:
    """A lift to be estimated. ``storeys`` of shaft and ``doors`` are as many as stops if None.

    ``asks`` names the lines of the model that count only on request, such as moving pipes.
    """

    profile: str
    stops: int
    entry: Entry
    storeys: int | None = None
    doors: int | None = None
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an estimate: so many times the line of the model, which has title and source."""

    line: Line
    count: int
    fen: Span


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate of one lift, item by item; ``total`` is the sum of the items, to the fen."""

    lift: Lift
    model_id: str
    items: tuple[Item, ...]
    total: Span

    @property
    def verified(self) -> bool:
        """Whether a person has checked every figure in it."""
        return all(item.line.verified_by for item in self.items)


def check(lift: Lift, model: Model) -> tuple[Fault, ...]:
    """Every reason why ``lift`` cannot be estimated by ``model``."""
    faults = list(_counts(lift))
    if lift.profile not in model.profiles:
        faults.append(_unknown("profile", lift.profile, model.profiles))
    if lift.entry not in ENTRIES:
        faults.append(_unknown("entry", lift.entry, ENTRIES))
    known = [line.id for line in model.lines if line.asked]
    faults += [_unknown("asks", ask, known) for ask in lift.asks if ask not in known]
    return tuple(faults)


def estimate(lift: Lift, model: Model) -> Estimate:
    """Estimate one lift, item by item.

    Lines for each lift, stop, door or storey are multiplied out. A share is one of the whole, so
    the whole is their sum / (1 - all shares), and each share's item is its part of that, rounded
    half-up to the fen. The total is the sum of the items.

    :raises LiftRefused: the model does not know the profile, or a count is out of range.
    """
    if faults := check(lift, model):
        raise LiftRefused(faults)
    lines = [line for line in model.lines if _serves(line, lift)]
    counts = _counted(lift)
    items = [_item(line, line.fen, counts) for line in lines if line.fen]
    direct = sum((item.fen for item in items), Span(0, 0, 0))
    shares = [line for line in lines if line.share]
    wholes = _wholes(direct, shares)
    items += [Item(line, 1, _part(wholes, line)) for line in shares]
    return Estimate(lift, model.id, tuple(items), sum((i.fen for i in items), Span(0, 0, 0)))


def budget(lifts: Iterable[tuple[Lift, int]], model: Model) -> Span:
    """What so many of each lift should cost together.

    :raises LiftRefused: one of them cannot be estimated.

    >>> from tuanti.rules.cost_model import packaged
    >>> lift = Lift("p630", stops=7, entry="half")
    >>> budget([(lift, 2), (lift, 3)], packaged()) == estimate(lift, packaged()).total * 5
    True
    """
    sums = [estimate(lift, model).total * count for lift, count in lifts]
    return sum(sums, Span(0, 0, 0))


def ceiling_fen(fen: int, allowance_bp: int) -> int:
    """A price ceiling: ``fen`` times (1 + ``allowance_bp`` / 10000), rounded down to the fen.

    :raises AllowanceOutOfRange: ``allowance_bp`` is not from -10000 to 10000.

    >>> ceiling_fen(99, allowance_bp=100)
    99
    """
    low, high = ALLOWANCE_BP
    if not low <= allowance_bp <= high:
        raise AllowanceOutOfRange(value=allowance_bp, low=low, high=high)
    return fen * (10_000 + allowance_bp) // 10_000


def bill_ceilings(
    bill: Iterable[Mapping[str, Any]], model: Model, allowance_bp: int
) -> tuple[int, ...]:
    """A ceiling in fen for one lift of each line of a round's bill, from the likely price.

    :raises LiftRefused: a line has a profile the model does not know.
    :raises AllowanceOutOfRange: ``allowance_bp`` is not from -10000 to 10000.
    """
    lifts = [Lift(line["profile"], line["stops"], line["entry"]) for line in bill]
    return tuple(ceiling_fen(estimate(x, model).total.likely, allowance_bp) for x in lifts)


def _serves(line: Line, lift: Lift) -> bool:
    profile = not line.profiles or lift.profile in line.profiles
    entry = line.entry is None or lift.entry == line.entry
    return profile and entry and (not line.asked or line.id in lift.asks)


def _counted(lift: Lift) -> Mapping[str, int]:
    return {
        "lift": 1,
        "stop": lift.stops,
        "door": lift.stops if lift.doors is None else lift.doors,
        "storey": lift.stops if lift.storeys is None else lift.storeys,
    }


def _item(line: Line, fen: Span, counts: Mapping[str, int]) -> Item:
    return Item(line, counts[line.per], fen * counts[line.per])


def _wholes(direct: Span, shares: Sequence[Line]) -> tuple[Fraction, ...]:
    sums = (direct.low, direct.likely, direct.high)
    parts = (sum(line.share[at] for line in shares if line.share) for at in range(3))
    return tuple(fen / (Fraction(1) - part) for fen, part in zip(sums, parts, strict=True))


def _part(wholes: Sequence[Fraction], line: Line) -> Span:
    assert line.share
    low, likely, high = map(_half_up, map(Fraction.__mul__, wholes, line.share))
    return Span(low, likely, high)


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _counts(lift: Lift) -> Iterator[Fault]:
    ranges = {"stops": STOPS, "storeys": STOREYS, "doors": DOORS}
    for name, (low, high) in ranges.items():
        value = getattr(lift, name)
        if value is not None and not (type(value) is int and low <= value <= high):
            facts: dict[str, Fact] = {"field": name, "value": str(value), "low": low, "high": high}
            yield Fault("estimate.out_of_range", (name,), facts)


def _unknown(field: str, value: object, known: Iterable[str]) -> Fault:
    facts: dict[str, Fact] = {"value": str(value), "choices": " ".join(known) or None}
    return Fault(f"estimate.unknown_{field}", (field,), facts)
