"""From bids to a ranking: gates, low prices, the breaker, points, and a reason for every step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tuanti.rules.law.rule import Law, Rule
from tuanti.rules.regimes import Reason
from tuanti.rules.scoring.bounds import Bounds, bounds
from tuanti.rules.scoring.marks import below_least, deviations, mark_reasons, means
from tuanti.rules.scoring.prices import (
    breaker_limit,
    evaluated_fen,
    half_up,
    hundredths,
    low_reasons,
    price_points,
    price_reasons,
)
from tuanti.rules.scoring.terms import Bid, Evaluation, Scored, State, Terms


@dataclass(slots=True)
class _Case:
    """A bid on its way through the evaluation: still in, or out, and why."""

    bid: Bid
    reasons: list[Reason]
    marks: Mapping[str, Fraction]
    low: State = "clear"
    out: bool = False

    def put_out(self, reason: Reason) -> None:
        self.out = True
        self.reasons.append(reason)


def ranked(terms: Terms, bids: Iterable[Bid], law: Law) -> Evaluation:
    """Evaluate bids in which ``check`` has found no fault."""
    known = bounds(terms, law)
    cases = [_admitted(bid, terms) for bid in sorted(bids, key=lambda bid: bid.bidder)]
    _mark(_within(cases), terms)
    _ask_the_low(_within(cases), terms, known)
    _break_the_high(_within(cases), terms)
    warnings = [warning for case in cases if case.marks for warning in deviations(case.bid, terms)]
    scored, benchmark = _scored(_within(cases), terms, known)
    out = [_left_out(case, terms) for case in cases if case.out]
    settled = all(case.low != "flagged" for case in cases)
    return Evaluation((*scored, *out), benchmark, tuple(warnings), settled)


def passes_gates(bid: Bid, terms: Terms) -> bool:
    """Whether nothing was found wrong at any gate, and the price is within the ceiling."""
    within = terms.ceiling_fen is None or bid.price_fen <= terms.ceiling_fen
    return within and not any(bid.gates[gate] for gate in terms.gates)


def _within(cases: Iterable[_Case]) -> list[_Case]:
    return [case for case in cases if not case.out]


def _admitted(bid: Bid, terms: Terms) -> _Case:
    """Quality before price: whoever fails a gate is out before any price is compared."""
    case = _Case(bid, [], {})
    for gate in terms.gates:
        if bid.gates[gate]:
            case.put_out(Reason("scoring.gate_failed", {"gate": gate, "found": bid.gates[gate]}))
    if terms.ceiling_fen is not None and bid.price_fen > terms.ceiling_fen:
        facts = {"price": bid.price_fen, "ceiling": terms.ceiling_fen}
        case.put_out(Reason("scoring.above_ceiling", facts))
    if terms.gates and not case.out:
        case.reasons.append(Reason("scoring.gates_passed", {"count": len(terms.gates)}))
    return case


def _mark(cases: Sequence[_Case], terms: Terms) -> None:
    for case in cases:
        case.marks = means(case.bid, terms)
        for reason in below_least(case.marks, terms.criteria):
            case.put_out(reason)


def _ask_the_low(cases: Sequence[_Case], terms: Terms, known: Bounds) -> None:
    bids = [case.bid for case in cases]
    found = low_reasons(bids, terms.ceiling_fen, known.low, known.doubt)
    for case in cases:
        reasons = found[case.bid.bidder]
        if reasons:
            case.low = case.bid.explained or "flagged"
            case.reasons += reasons
            answer = Reason(f"scoring.low_{case.low}", {}, _ids(known.doubt))
            if case.low == "rejected":
                case.put_out(answer)
            else:
                case.reasons.append(answer)


def _break_the_high(cases: Sequence[_Case], terms: Terms) -> None:
    if terms.breaker is None or not cases:
        return
    limit = breaker_limit([case.bid.price_fen for case in cases], terms.breaker)
    for case in cases:
        if case.bid.price_fen > limit:
            facts = {
                "price": case.bid.price_fen,
                "limit": half_up(limit),
                "anchor": half_up(limit / terms.breaker.factor),
                "factor": hundredths(terms.breaker.factor),
            }
            ids = (terms.breaker.law_id,) if terms.breaker.law_id else ()
            case.put_out(Reason("scoring.above_breaker", facts, ids))


def _scored(
    cases: Sequence[_Case], terms: Terms, known: Bounds
) -> tuple[list[Scored], Fraction | None]:
    prices = {case.bid.bidder: evaluated_fen(case.bid, terms) for case in cases}
    if not prices:
        return [], None
    benchmark = min(prices.values())
    found = [_points(case, terms, known, benchmark) for case in cases]
    offered = {case.bid.bidder: case.bid.price_fen for case in cases}
    return _in_order(found, offered), benchmark


def _points(case: _Case, terms: Terms, known: Bounds, benchmark: Fraction) -> Scored:
    price = evaluated_fen(case.bid, terms)
    points = price_points(price, benchmark, terms.price_points)
    facts = {
        "benchmark": half_up(benchmark),
        "price": half_up(price),
        "most": hundredths(terms.price_points),
        "points": hundredths(points),
    }
    reasons = [
        *case.reasons,
        *price_reasons(case.bid, terms, _ids(*known.deductions.get(_standing(case.bid), ()))),
        Reason("scoring.price_points", facts, _ids(*known.formula)),
        *mark_reasons(case.bid, terms, case.marks),
    ]
    total = points + sum(case.marks.values())
    marks, low = case.marks, case.low
    return Scored(case.bid.bidder, None, total, points, marks, price, low, tuple(reasons))


def _standing(bid: Bid) -> str:
    return "small" if bid.small or bid.welfare else "joint"


def _in_order(found: Sequence[Scored], offered: Mapping[str, int]) -> list[Scored]:
    """Most points first; on equal points the lower price offered; else the same rank."""

    def key(bid: Scored) -> tuple[Fraction, int]:
        return -bid.points, offered[bid.bidder]

    keys = [key(bid) for bid in found]
    ahead = sorted(found, key=lambda bid: (key(bid), bid.bidder))
    return [_with_rank(bid, key(bid), keys) for bid in ahead]


def _with_rank(
    bid: Scored, key: tuple[Fraction, int], keys: Sequence[tuple[Fraction, int]]
) -> Scored:
    rank = 1 + sum(other < key for other in keys)
    facts = {"points": hundredths(bid.points), "rank": rank, "among": len(keys)}
    reasons = [*bid.reasons, Reason("scoring.rank", facts)]
    if keys.count(key) > 1:
        reasons.append(Reason("scoring.tie_equal", {"rank": rank}))
    elif [points for points, _ in keys].count(key[0]) > 1:
        reasons.append(Reason("scoring.tie_price", {"rank": rank}))
    return replace(bid, rank=rank, reasons=tuple(reasons))


def _ids(*rules: Rule | None) -> tuple[str, ...]:
    return tuple(rule.id for rule in rules if rule is not None)


def _left_out(case: _Case, terms: Terms) -> Scored:
    none, price = Fraction(0), evaluated_fen(case.bid, terms)
    reasons = tuple(case.reasons)
    return Scored(case.bid.bidder, None, none, none, case.marks, price, case.low, reasons)
