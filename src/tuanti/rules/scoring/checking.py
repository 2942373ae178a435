"""Every fault of the terms of an evaluation and of its bids, at once."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.law.rule import Law
from tuanti.rules.regimes import KINDS, MOST_FEN, REGIMES
from tuanti.rules.scoring.bounds import unlawful
from tuanti.rules.scoring.ranking import passes_gates
from tuanti.rules.scoring.terms import ALL_POINTS, ANSWERS, Bid, Terms

_MOST_YEARS = 50
_MOST_FACTOR = 100


def term_faults(terms: Terms, law: Law) -> list[Fault]:
    """Every fault of the terms; what the law refuses is asked only of terms that add up."""
    faults = [
        *_choice("regime", terms.regime, REGIMES),
        *_choice("kind", terms.kind, KINDS),
        *_numbers(terms),
        *_names(terms),
    ]
    if not faults:
        faults += _sums(terms)
    return faults or list(unlawful(terms, law))


def bid_faults(terms: Terms, bids: Sequence[Bid]) -> list[Fault]:
    """Every fault of the bids under terms without a fault."""
    if not bids:
        return [Fault("scoring.no_bids", ("bids",))]
    faults = list(_twice("bids", [bid.bidder for bid in bids]))
    for at, bid in enumerate(bids):
        path: Path = ("bids", at)
        own = [*_prices(bid, terms, path), *_gates(bid, terms, path)]
        faults += own
        if not own and passes_gates(bid, terms):
            faults += _marks(bid, terms, path)
    return faults


def is_exact(value: object) -> bool:
    """Whether ``value`` is a whole number or a fraction; a float never is."""
    return type(value) is int or isinstance(value, Fraction)


def _choice(field: str, value: object, choices: Sequence[str]) -> Iterator[Fault]:
    if value not in choices:
        facts: dict[str, Fact] = {"value": str(value), "choices": " ".join(choices)}
        yield Fault("scoring.unknown_choice", ("terms", field), {"field": field, **facts})


def _numbers(terms: Terms) -> Iterator[Fault]:
    yield from _within("price_points", terms.price_points, 0, ALL_POINTS)
    for at, criterion in enumerate(terms.criteria):
        path: Path = ("terms", "criteria", at)
        wrong = list(_within("points", criterion.points, 0, ALL_POINTS, path))
        yield from wrong or _within("least", criterion.least, 0, criterion.points, path)
    yield from _whole("maintenance_years", terms.maintenance_years, 0, _MOST_YEARS)
    if terms.ceiling_fen is not None:
        yield from _whole("ceiling_fen", terms.ceiling_fen, 1, MOST_FEN)
    for name in ("rate", "small", "joint", "tolerance"):
        yield from _within(name, getattr(terms, name), 0, 1)
    for name in ("small", "joint"):
        if getattr(terms, name) == 1:
            yield Fault("scoring.all_deducted", ("terms", name))
    if terms.breaker is not None:
        yield from _within("factor", terms.breaker.factor, 1, _MOST_FACTOR, ("terms", "breaker"))
        yield from _within("mean_share", terms.breaker.mean_share, 0, 1, ("terms", "breaker"))


def _within(
    field: str, value: object, low: int, high: int | Fraction, path: Path = ("terms",)
) -> Iterator[Fault]:
    place = (*path, field)
    if not is_exact(value):
        yield Fault("scoring.not_exact", place, {"field": field, "value": str(value)})
    elif not low <= value <= high:  # type: ignore[operator] # it is exact
        facts: dict[str, Fact] = {"value": str(value), "low": low, "high": str(high)}
        yield Fault("scoring.out_of_range", place, {"field": field, **facts})


def _whole(
    field: str, value: object, low: int, high: int, path: Path = ("terms",)
) -> Iterator[Fault]:
    if type(value) is not int or not low <= value <= high:
        facts: dict[str, Fact] = {"value": str(value), "low": low, "high": str(high)}
        yield Fault("scoring.out_of_range", (*path, field), {"field": field, **facts})


def _names(terms: Terms) -> Iterator[Fault]:
    yield from _twice("criteria", [criterion.id for criterion in terms.criteria], ("terms",))
    yield from _twice("gates", terms.gates, ("terms",))
    yield from _twice("experts", terms.experts, ("terms",))
    if terms.criteria and not terms.experts:
        yield Fault("scoring.no_experts", ("terms", "experts"))


def _twice(field: str, names: Iterable[str], path: Path = ()) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name in seen:
            yield Fault("scoring.twice", (*path, field, at), {"field": field, "value": name})
        seen.add(name)


def _sums(terms: Terms) -> Iterator[Fault]:
    points = terms.price_points + sum(criterion.points for criterion in terms.criteria)
    if points != ALL_POINTS:
        yield Fault("scoring.points_sum", ("terms", "price_points"), {"value": str(points)})


def _prices(bid: Bid, terms: Terms, path: Path) -> Iterator[Fault]:
    yield from _whole("price_fen", bid.price_fen, 1, MOST_FEN, path)
    if bid.yearly_fen is not None:
        yield from _whole("yearly_fen", bid.yearly_fen, 0, MOST_FEN, path)
    elif terms.maintenance_years:
        yield Fault("scoring.yearly_missing", (*path, "yearly_fen"), {"bidder": bid.bidder})
    if bid.explained not in ANSWERS:
        facts: dict[str, Fact] = {"field": "explained", "value": str(bid.explained)}
        facts["choices"] = " ".join(ANSWERS[1:])
        yield Fault("scoring.unknown_choice", (*path, "explained"), facts)


def _gates(bid: Bid, terms: Terms, path: Path) -> Iterator[Fault]:
    for gate in terms.gates:
        if gate not in bid.gates:
            facts: dict[str, Fact] = {"bidder": bid.bidder, "gate": gate}
            yield Fault("scoring.gate_open", (*path, "gates", gate), facts)
    yield from _unknown("gate", bid.gates, terms.gates, (*path, "gates"))


def _marks(bid: Bid, terms: Terms, path: Path) -> Iterator[Fault]:
    """Marks are owed for every bid that passed the gates: by each expert, for each criterion."""
    yield from _unknown("expert", bid.marks, terms.experts, (*path, "marks"))
    known = [criterion.id for criterion in terms.criteria]
    for expert in terms.experts:
        given = bid.marks.get(expert, {})
        here = (*path, "marks", expert)
        yield from _unknown("criterion", given, known, here)
        for criterion in terms.criteria:
            facts: dict[str, Fact] = {"bidder": bid.bidder, "expert": expert}
            facts["criterion"] = criterion.id
            if criterion.id not in given:
                yield Fault("scoring.mark_missing", (*here, criterion.id), facts)
                continue
            mark = given[criterion.id]
            facts |= {"value": str(mark), "most": str(criterion.points)}
            if not is_exact(mark) or not 0 <= mark <= criterion.points:
                yield Fault("scoring.mark_refused", (*here, criterion.id), facts)


def _unknown(what: str, names: Iterable[str], known: Sequence[str], path: Path) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            facts: dict[str, Fact] = {"value": name, "choices": " ".join(known) or None}
            yield Fault(f"scoring.unknown_{what}", (*path, name), facts)
