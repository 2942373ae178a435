"""Let a flat join a lift that stands already: what it pays in, and what the others get back."""

from dataclasses import dataclass, replace
from fractions import Fraction

from tuanti.rules.errors import RuleBroken
from tuanti.rules.money import split
from tuanti.rules.sharing.plan import Plan
from tuanti.rules.sharing.shares import share


class NoSuchFlat(RuleBroken):
    """The plan has no flat of this id."""

    code = "sharing.no_such_flat"


class AlreadyIn(RuleBroken):
    """The flat takes part already."""

    code = "sharing.already_in"


class TermBelowZero(RuleBroken):
    """A factor or an addition below zero would let the joiner in for less than its share."""

    code = "sharing.term_below_zero"


class NothingPaid(RuleBroken):
    """Nobody has paid anything yet, so nobody can be refunded."""

    code = "sharing.nothing_paid"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the owners agreed for late joiners.

    ``factor`` comes on top of the share: 0 in the first five years (a Guangzhou sample), 1 where
    late joiners pay double (a Huizhou sample). The additions are sums the joiner bears because the
    lift came late or lost its subsidy (a Shanghai case); usually 0.
    """

    factor: Fraction = Fraction(0)
    subsidy_lost_fen: int = 0
    delay_fen: int = 0


@dataclass(frozen=True, slots=True)
class Joining:
    """What came of it.

    ``share_fen`` is the share under the original formula with the joiner in it, ``pays_fen`` that
    with factor and additions. ``refunds_fen`` go by flat, in the plan's order, and add up to what
    the joiner pays. ``plan`` has the joiner in it, for the next one.
    """

    flat: str
    share_fen: int
    pays_fen: int
    refunds_fen: tuple[int, ...]
    plan: Plan


_AS_SHARED = Terms()


def join(plan: Plan, flat: str, terms: Terms = _AS_SHARED) -> Joining:
    """Let ``flat`` join ``plan``: recompute its share, apply the terms, refund the others.

    The share is the one of the plan's own scheme with the joiner taking part from the start. All
    the joiner pays goes to the others, in proportion to their shares before it came. Half a fen or
    more left by the factor is rounded up.

    :raises NoSuchFlat: the plan has no such flat.
    :raises AlreadyIn: it takes part already.
    :raises TermBelowZero: the factor or an addition is below zero.
    :raises NothingPaid: there is something to refund, but nobody has paid.
    :raises RuleBroken: the scheme cannot share the cost, as ``share`` says.

    >>> from tuanti.rules.sharing.plan import Flat
    >>> flats = (Flat("301", 3, 8000), Flat("302", 3, 8000), Flat("401", 4, 8000, takes_part=False))
    >>> joined = join(Plan(flats, total_fen=90_000_00, scheme="equal"), "401")
    >>> joined.pays_fen, joined.refunds_fen
    (3000000, (1500000, 1500000, 0))
    """
    if terms.factor < 0 or terms.subsidy_lost_fen < 0 or terms.delay_fen < 0:
        raise TermBelowZero(flat=flat)
    place = _place(plan, flat)
    joined = _with(plan, place)
    share_fen = share(joined).pays_fen[place]
    pays_fen = _rounded(share_fen * (1 + terms.factor)) + terms.subsidy_lost_fen + terms.delay_fen
    paid = share(plan).pays_fen
    if pays_fen and not any(paid):
        raise NothingPaid(flat=flat)
    refunds = split(pays_fen, paid) if pays_fen else (0,) * len(paid)
    return Joining(flat, share_fen, pays_fen, refunds, joined)


def _place(plan: Plan, ident: str) -> int:
    for place, flat in enumerate(plan.flats):
        if flat.id == ident:
            if flat.takes_part:
                raise AlreadyIn(flat=ident)
            return place
    raise NoSuchFlat(flat=ident)


def _with(plan: Plan, place: int) -> Plan:
    flats = [*plan.flats]
    flats[place] = replace(flats[place], takes_part=True)
    return replace(plan, flats=tuple(flats))


def _rounded(fen: Fraction) -> int:
    return (2 * fen.numerator + fen.denominator) // (2 * fen.denominator)
