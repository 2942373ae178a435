"""Rolls, ballots and regimes for the tests of consent."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tuanti.rules.consent import Ballot, Flat, Owner, Regime, Roll, Tally, Thresholds, tally

ON = date(2026, 11, 22)


def both(share: str) -> Thresholds:
    """The same share of the area and of the persons."""
    return Thresholds(Fraction(share), Fraction(share))


SPECIAL = Regime("stairwell", both("2/3"), both("3/4"), law_ids=("cn/consent/special@2021-01-01",))
ORDINARY = Regime("stairwell", both("2/3"), both("1/2"), strict=True)
OF_ALL = Regime("stairwell", both("0"), both("2/3"), approval_of="all")
EVERYONE = Regime("stairwell", both("1"), both("1"), approval_of="all")


def flat(name: str, area_dm2: int = 70_00, owner: str = "", **more: Any) -> Flat:  # noqa: ANN401 (facts of a flat)
    """A flat of one owner, its own if no other is named."""
    return Flat(name, area_dm2, (Owner(owner or f"owner of {name}"),), **more)


def flats(*areas: int) -> Roll:
    """Flats 0, 1, 2 … of these areas, each with an owner of its own."""
    return Roll(tuple(flat(str(at), area) for at, area in enumerate(areas)))


def ballots(said: str) -> list[Ballot]:
    """One ballot a flat, from 0 on: ``y``, ``n``, ``a``; ``.`` for none."""
    answers: dict[str, Any] = {"y": "yes", "n": "no", "a": "abstain"}
    return [Ballot(str(at), answers[sign]) for at, sign in enumerate(said) if sign != "."]


def count(roll: Roll, cast: str | Sequence[Ballot], regime: Regime = SPECIAL) -> Tally:
    """Tally ballots, or what they say in short."""
    return tally(roll, ballots(cast) if isinstance(cast, str) else cast, regime, on=ON)


def failing(found: Tally) -> set[str]:
    """The names of the measures that are not reached."""
    return {measure.name for measure in found.measures if not measure.passed}


SHARES = st.sampled_from(["0", "1/3", "1/2", "2/3", "3/4", "9/10", "1"])
REGIMES = st.builds(
    Regime,
    scope=st.just("estate"),
    participation=SHARES.map(both),
    approval=SHARES.map(both),
    approval_of=st.sampled_from(["participating", "all"]),
    strict=st.booleans(),
    silence=st.sampled_from(["absent", "abstain"]),
    abstention=st.sampled_from(["participates", "absent"]),
    signing=st.sampled_from(["one", "all"]),
    extra=st.sampled_from([(), ("occupied-owner-consents",)]),
)


@st.composite
def rolls(draw: st.DrawFn, most: int = 7) -> Roll:
    """Draw a small roll, with couples and owners of several flats."""
    owners = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=2, unique=True)
    homes = draw(st.integers(1, most))
    return Roll(
        tuple(
            Flat(
                str(n),
                draw(st.integers(1, 12)),
                tuple(Owner(owner) for owner in draw(owners)),
                occupied=draw(st.integers(0, 9)) == 0,
                served=draw(st.booleans()),
            )
            for n in range(homes)
        )
    )


@st.composite
def cast(draw: st.DrawFn, roll: Roll) -> list[Ballot]:
    """Draw ballots by owners, each on a day of its own."""
    homes = draw(st.lists(st.sampled_from(roll.flats), max_size=12))
    return [
        Ballot(
            home.id,
            draw(st.sampled_from(["yes", "yes", "no", "abstain"])),
            draw(st.sampled_from(["", *(owner.id for owner in home.owners)])),
            cast_on=date(2026, 10, 1 + at),
        )
        for at, home in enumerate(homes)
    ]
