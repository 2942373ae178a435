"""What a home pays under a plan: its share, the bars of the floors, the lines of the bill."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing import plan as facts
from tuanti.rules.sharing.shares import share

_FULL = 10_000  # basis points
# The lines of a cost model by what they are for; one that is not named is for the rest.
_PARTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lift", ("equipment", "doors")),
    ("shaft", ("shaft", "foundation", "flat-entry")),
    ("power", ("electrical", "pipes")),
    ("fees", ("design", "supervision", "management")),
)


@dataclass(frozen=True, slots=True)
class Home:
    """A home of the reader: its flat and its share."""

    flat: Any
    fen: int


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor's bar: the least and the most a flat there pays, ``bp`` of the dearest flat."""

    floor: int
    low_fen: int
    high_fen: int
    bp: int
    mine: bool

    @property
    def free(self) -> bool:
        """Whether nobody there pays."""
        return not self.high_fen

    @property
    def differs(self) -> bool:
        """Whether the flats there pay differently."""
        return self.low_fen != self.high_fen


@dataclass(frozen=True, slots=True)
class Bill:
    """A plan's money for a reader; every sum in fen, and the lines add up to ``shared_fen``.

    ``parts`` are the lines of the estimate put together, by the name of what they are for; empty
    where the estimate has no lines.
    """

    plan: Any
    homes: tuple[Home, ...]
    floors: tuple[Floor, ...]
    parts: tuple[tuple[str, int], ...]
    total_fen: int
    subsidy_fen: int
    compensation_fen: int
    shared_fen: int
    payers: int

    @property
    def own_fen(self) -> int:
        """What all homes of the reader pay together."""
        return sum(home.fen for home in self.homes)


def bill_of(
    plan: Any,  # noqa: ANN401 (a row of consent)
    shared: facts.Plan,
    flats: Sequence[Any],
    own: Iterable[int],
) -> Bill:
    """Make a plan's bill for the owner of ``own``; ``shared`` is the plan as the rules know it.

    :raises RuleBroken: the plan cannot be shared, as ``rules.sharing.shares.share`` says.
    """
    pays = share(shared).pays_fen
    by_flat = {flat.id: fen for flat, fen in zip(shared.flats, pays, strict=True)}
    own = frozenset(own)
    return Bill(
        plan=plan,
        homes=tuple(Home(one, by_flat.get(str(one.pk), 0)) for one in flats if one.pk in own),
        floors=tuple(_floors(by_flat, flats, own)),
        parts=tuple(_parts(plan.estimate, shared.total_fen)),
        total_fen=shared.total_fen,
        subsidy_fen=shared.subsidy_fen,
        compensation_fen=sum(flat.compensation_fen for flat in shared.flats),
        shared_fen=shared.shared_fen,
        payers=sum(fen > 0 for fen in pays),
    )


def bill_or_none(
    plan: Any,  # noqa: ANN401 (a row of consent)
    shared: facts.Plan,
    flats: Sequence[Any],
    own: Iterable[int],
) -> Bill | None:
    """Make a plan's bill; None where the plan cannot be shared as it stands."""
    try:
        return bill_of(plan, shared, flats, own)
    except RuleBroken:
        return None


def _floors(
    by_flat: Mapping[str, int], flats: Sequence[Any], own: frozenset[int]
) -> Iterable[Floor]:
    most = max(by_flat.values(), default=0)
    there: dict[int, list[Any]] = {}
    for flat in flats:
        if flat.floor is not None:
            there.setdefault(flat.floor, []).append(flat)
    for floor in sorted(there, reverse=True):
        pays = [by_flat.get(str(flat.pk), 0) for flat in there[floor]]
        mine = [by_flat.get(str(flat.pk), 0) for flat in there[floor] if flat.pk in own]
        shown = mine if len(mine) == 1 else pays
        bp = max(shown) * _FULL // most if most else 0
        yield Floor(floor, min(shown), max(shown), bp, mine=bool(mine))


def _parts(estimate: Mapping[str, Any], total_fen: int) -> Iterable[tuple[str, int]]:
    """Put the lines of an estimate together; what the plan costs besides is for the rest."""
    sums = dict.fromkeys((*(name for name, _ in _PARTS), "rest"), 0)
    for item in estimate.get("items", ()):
        sums[_part(str(item["id"]))] += int(item["fen"]["likely"])
    if not any(sums.values()):
        return
    sums["rest"] += total_fen - sum(sums.values())
    yield from ((name, fen) for name, fen in sums.items() if fen)


def _part(line: str) -> str:
    for name, lines in _PARTS:
        if line.startswith(lines):
            return name
    return "rest"
