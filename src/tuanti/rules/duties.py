"""Who may hold which duty, how far it reaches, and which two nobody holds together.

A post is a duty held in an organisation. The kind of the organisation decides which duties it can
give; the duty decides whether it reaches over a place (a division and all below it) or over the
organisation's own affairs. Some duties check others, so one person never holds both, in whatever
organisations they are: two pairs of eyes are the only control a stolen password does not break.

>>> check("community", "ballot-typist", held=["community-worker"])
>>> [(clash.held, clash.reason) for clash in clashes("ballot-typist", ["roll-keeper"])]
[('roll-keeper', 'one-hand-on-the-vote')]
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from tuanti.rules.errors import RuleBroken

Kind: TypeAlias = Literal[
    "city-commission",
    "district-commission",
    "street-office",
    "community",
    "procurement-body",
    "procurement-agency",
    "trading-venue",
    "supervising-authority",
    "approving-department",
    "utility",
    "bank",
    "supplier",
    "component-supplier",
    "contractor",
    "property-firm",
    "maintenance-firm",
    "design-institution",
    "supervision-institution",
    "inspection-institution",
    "association",
    "mediator",
    "auditor",
    "owners-group",
    "platform",
]
Scope: TypeAlias = Literal["place", "organisation"]
Why: TypeAlias = Literal[
    "one-hand-on-the-vote",
    "approves-and-pays",
    "buys-and-sells",
    "checks-own-work",
    "supervises-self",
    "evaluates-own-purchase",
    "mediates-own-case",
    "audits-self",
]

KINDS: tuple[Kind, ...] = get_args(Kind)
REASONS: tuple[Why, ...] = get_args(Why)


class UnknownKind(RuleBroken):
    """There is no such kind of organisation."""

    code = "duties.unknown_kind"


class UnknownDuty(RuleBroken):
    """There is no such duty."""

    code = "duties.unknown_duty"


class DutyNotOfKind(RuleBroken):
    """An organisation of this kind cannot give this duty; ``possible`` names those it can."""

    code = "duties.not_of_kind"


class DutiesIncompatible(RuleBroken):
    """The person holds a duty that checks this one, or is checked by it; ``reason`` says why."""

    code = "duties.incompatible"


@dataclass(frozen=True, slots=True)
class Duty:
    """What a person does in an organisation of one of ``kinds``, over what ``scope``."""

    name: str
    scope: Scope
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """Two duties nobody holds together, and why."""

    duty: str
    held: str
    reason: Why


_GOVERNMENT: tuple[Kind, ...] = ("city-commission", "district-commission", "street-office")
_NEAR_OWNERS: tuple[Kind, ...] = ("street-office", "community")

# In the order a case meets them. Who works for a place answers for all below it; who works for a
# firm sees that firm's affairs.
DUTIES: Mapping[str, Duty] = MappingProxyType(
    {
        duty.name: duty
        for duty in (
            Duty("administrator", "organisation", KINDS),
            Duty("city-officer", "place", ("city-commission",)),
            Duty("district-officer", "place", ("district-commission",)),
            Duty("street-officer", "place", ("street-office",)),
            Duty("community-worker", "place", ("community",)),
            Duty("roll-keeper", "place", ("district-commission", *_NEAR_OWNERS)),
            Duty("ballot-typist", "place", _NEAR_OWNERS),
            Duty("ballot-confirmer", "place", _NEAR_OWNERS),
            Duty("owners-representative", "organisation", ("owners-group",)),
            Duty("mediator", "place", ("mediator", *_NEAR_OWNERS)),
            Duty("approver", "place", (*_GOVERNMENT, "procurement-body", "approving-department")),
            Duty("payer", "organisation", (*_GOVERNMENT, "procurement-body", "owners-group")),
            Duty("procurement-officer", "organisation", ("procurement-body",)),
            Duty("procurement-agent", "organisation", ("procurement-agency",)),
            Duty("venue-clerk", "organisation", ("trading-venue",)),
            Duty("supervising-officer", "place", ("supervising-authority",)),
            Duty(
                "evaluation-expert",
                "organisation",
                ("procurement-agency", "trading-venue", "association"),
            ),
            Duty("supplier-manager", "organisation", ("supplier",)),
            Duty("component-manager", "organisation", ("component-supplier",)),
            Duty("contractor-manager", "organisation", ("contractor",)),
            Duty("designer", "organisation", ("design-institution",)),
            Duty("site-supervisor", "organisation", ("supervision-institution",)),
            Duty("utility-officer", "place", ("utility",)),
            Duty("bank-officer", "organisation", ("bank",)),
            Duty("inspector", "organisation", ("inspection-institution",)),
            Duty("property-manager", "organisation", ("property-firm",)),
            Duty("maintainer", "organisation", ("maintenance-firm",)),
            Duty("association-officer", "organisation", ("association",)),
            Duty("auditor", "place", ("auditor",)),
        )
    }
)

_VOTE = ("roll-keeper", "ballot-typist", "ballot-confirmer")
_SELLING = ("supplier-manager", "component-manager", "contractor-manager", "maintainer")
_BUYING = (
    "city-officer",
    "district-officer",
    "street-officer",
    "community-worker",
    *_VOTE,
    "owners-representative",
    "approver",
    "payer",
    "procurement-officer",
    "procurement-agent",
    "venue-clerk",
    "supervising-officer",
    "evaluation-expert",
)
_PURCHASING = ("procurement-officer", "procurement-agent", "venue-clerk")

# Any of the left with any of the right. The first reason that fits is the one that is told.
_APART: tuple[tuple[Why, tuple[str, ...], tuple[str, ...]], ...] = (
    ("one-hand-on-the-vote", _VOTE, _VOTE),
    ("approves-and-pays", ("approver",), ("payer",)),
    # Tendering Law art. 37; Government Procurement Law art. 12: those with an interest withdraw.
    ("buys-and-sells", _SELLING, _BUYING),
    # Construction Law art. 34 for supervisors, Special Equipment Safety Law art. 55 for inspectors.
    ("checks-own-work", ("site-supervisor", "inspector"), _SELLING),
    ("supervises-self", ("supervising-officer",), (*_PURCHASING, "evaluation-expert")),
    ("evaluates-own-purchase", ("evaluation-expert",), _PURCHASING),
    (
        "mediates-own-case",
        ("mediator",),
        (*_SELLING, "owners-representative", "property-manager"),
    ),
    ("audits-self", ("auditor",), tuple(DUTIES)),
)


def duties_of(kind: str) -> tuple[Duty, ...]:
    """The duties an organisation of ``kind`` can give.

    :raises UnknownKind: there is no such kind.

    >>> [duty.name for duty in duties_of("bank")]
    ['administrator', 'bank-officer']
    """
    if kind not in KINDS:
        raise UnknownKind(value=kind, known=", ".join(KINDS))
    return tuple(duty for duty in DUTIES.values() if kind in duty.kinds)


def clashes(duty: str, held: Iterable[str]) -> tuple[Clash, ...]:
    """Every one of ``held`` that the holder of ``duty`` must not have, in the order of ``DUTIES``.

    The same duty in another organisation or place is none.

    :raises UnknownDuty: there is no such duty, or none such as one of ``held``.
    """
    mine = {_known(one) for one in held}
    found = [(one, _why(_known(duty), one)) for one in DUTIES if one in mine]
    return tuple(Clash(duty, one, why) for one, why in found if why)


def check(kind: str, duty: str, held: Iterable[str] = ()) -> None:
    """Let someone who holds ``held``, wherever, take up ``duty`` in an organisation of ``kind``.

    :raises UnknownKind: there is no such kind.
    :raises UnknownDuty: there is no such duty.
    :raises DutyNotOfKind: such an organisation cannot give it.
    :raises DutiesIncompatible: one of ``held`` and ``duty`` must be two persons'.
    """
    possible = [one.name for one in duties_of(kind)]
    if _known(duty) not in possible:
        raise DutyNotOfKind(kind=kind, duty=duty, possible=", ".join(possible))
    for clash in clashes(duty, held):
        raise DutiesIncompatible(duty=duty, held=clash.held, reason=clash.reason)


def _known(duty: str) -> str:
    if duty not in DUTIES:
        raise UnknownDuty(value=duty, known=", ".join(DUTIES))
    return duty


def _why(duty: str, held: str) -> Why | None:
    """The first reason why ``duty`` and ``held`` are two persons'."""
    if duty == held:
        return None
    return next(_reasons(duty, held), None)


def _reasons(duty: str, held: str) -> Iterator[Why]:
    for why, left, right in _APART:
        if (duty in left and held in right) or (held in left and duty in right):
            yield why
