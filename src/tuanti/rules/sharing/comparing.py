"""Put schemes side by side: who gains, who loses, and whether a group would rather go alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing.ground import Ground, survey
from tuanti.rules.sharing.plan import Plan
from tuanti.rules.sharing.schemes import find, scheme_ids
from tuanti.rules.sharing.shares import Shares, divide


@dataclass(frozen=True, slots=True)
class Group:
    """Flats that together pay more than a lift of their own would cost them.

    ``alone_fen`` is that lift's cost, rounded down to the fen.
    """

    flats: tuple[str, ...]
    floors: tuple[int, ...]
    pays_fen: int
    alone_fen: int

    @property
    def excess_fen(self) -> int:
        """What going alone would save them."""
        return self.pays_fen - self.alone_fen


@dataclass(frozen=True, slots=True)
class Column:
    """A scheme beside the others.

    ``changes_fen`` is what each flat pays more than under the reference, in the plan's order:
    above zero it loses, below zero it gains. ``worst`` is the group with the greatest excess;
    None if there is none, or (``judged`` false) the plan has no stand-alone costs.
    """

    shares: Shares
    changes_fen: tuple[int, ...]
    judged: bool
    worst: Group | None

    @property
    def gain(self) -> int:
        """How many flats pay less than under the reference."""
        return sum(change < 0 for change in self.changes_fen)

    @property
    def lose(self) -> int:
        """How many flats pay more."""
        return sum(change > 0 for change in self.changes_fen)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The schemes that can share the plan, those that cannot and why, and the reference."""

    reference: Shares
    columns: tuple[Column, ...]
    refused: tuple[tuple[str, RuleBroken], ...]


def compare(plan: Plan, schemes: Sequence[str] = (), reference: str = "") -> Comparison:
    """Share a plan under each of ``schemes`` (all by default) and set them beside ``reference``.

    The reference is the plan's own scheme unless another is named; it is refused as ``share``
    refuses it. Another scheme's refusal is kept, not raised.

    :raises UnknownScheme: one of the schemes does not exist.
    :raises RuleBroken: the reference cannot share the plan.

    >>> from tuanti.rules.sharing.plan import Flat
    >>> flats = tuple(Flat(f"{floor}01", floor, 8000) for floor in range(1, 5))
    >>> beside = compare(Plan(flats, total_fen=60_000_00), ["stairs"], reference="equal")
    >>> beside.columns[0].changes_fen
    (-1500000, -500000, 500000, 1500000)
    """
    for scheme in schemes:
        find(scheme)
    ground = survey(plan)
    base, groups = divide(ground, reference or plan.scheme), _nested_groups(ground)
    columns, refused = [], []
    for scheme in schemes or scheme_ids():
        try:
            shares = divide(ground, scheme)
        except RuleBroken as refusal:
            refused.append((scheme, refusal))
            continue
        pairs = zip(shares.pays_fen, base.pays_fen, strict=True)
        changes = tuple(here - there for here, there in pairs)
        columns.append(Column(shares, changes, groups is not None, _worst(ground, groups, shares)))
    return Comparison(base, tuple(columns), tuple(refused))


def worst_group(plan: Plan, shares: Shares) -> Group | None:
    """Name the group that pays most above the cost of a lift of its own; None if none does.

    Stand-alone costs are taken in proportion: what is shared, to the stand-alone cost of all. So
    the subsidy helps a group that goes alone as much as the whole. A group counts only if it saves
    more than a fen for each of its flats: less is rounding. Without stand-alone costs nothing can
    be said, and the answer is None.
    """
    ground = survey(plan)
    return _worst(ground, _nested_groups(ground), shares)


# A chain of ever larger groups, each by the flats it adds and its stand-alone cost, in half fen.
# Only such groups need to be asked: those of all whom a lift from here to there would serve.
_Chain = list[tuple[list[int], int]]


@dataclass(frozen=True, slots=True)
class _Groups:
    chains: Sequence[_Chain]
    all_cost: int


def _nested_groups(ground: Ground) -> _Groups | None:
    costs = ground.plan.costs
    if costs is None:
        return None
    fixed, a_half = 2 * costs.fixed_fen, costs.storey_fen
    needy = sorted((high, low, at) for at, (low, high) in enumerate(ground.runs) if low < high)
    if not needy:
        return None
    none_needed = [at for at, rise in enumerate(ground.rises) if not rise]
    chains = []
    for base in sorted({low for _, low, _ in needy}):
        chain: _Chain = [(none_needed, 0)]
        for high, low, at in needy:
            if low >= base:
                _lengthen(chain, at, fixed + a_half * (high - base))
        chains.append(chain)
    lowest, highest = min(low for _, low, _ in needy), needy[-1][0]
    return _Groups(chains, fixed + a_half * (highest - lowest))


def _lengthen(chain: _Chain, at: int, cost: int) -> None:
    if chain[-1][1] == cost:
        chain[-1][0].append(at)
    else:
        chain.append(([at], cost))


def _worst(ground: Ground, groups: _Groups | None, shares: Shares) -> Group | None:
    if groups is None:
        return None
    pays = [shares.pays_fen[place] for place in ground.places]
    worst, found = 0, None
    for chain in groups.chains:
        for length, (excess, slack) in enumerate(_excesses(chain, pays, groups, shares), 1):
            if excess > max(worst, slack):
                worst, found = excess, (chain, length)
    return found and _group(ground, groups, shares, *found)


def _excesses(
    chain: _Chain, pays: Sequence[int], groups: _Groups, shares: Shares
) -> Iterator[tuple[int, int]]:
    """For each group of a chain its excess and what rounding may make of it, times all's cost."""
    paid = members = 0
    for added, cost in chain:
        paid += sum([pays[at] for at in added])
        members += len(added)
        yield paid * groups.all_cost - cost * shares.shared_fen, members * groups.all_cost


def _group(ground: Ground, groups: _Groups, shares: Shares, chain: _Chain, length: int) -> Group:
    members = sorted(at for added, _ in chain[:length] for at in added)
    return Group(
        flats=tuple(ground.payers[at].id for at in members),
        floors=tuple(sorted({ground.payers[at].floor for at in members})),
        pays_fen=sum(shares.pays_fen[ground.places[at]] for at in members),
        alone_fen=chain[length - 1][1] * shares.shared_fen // groups.all_cost,
    )
