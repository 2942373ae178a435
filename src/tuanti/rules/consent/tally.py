"""Count a vote: four exact fractions against four thresholds, and the conditions beside them."""

from collections.abc import Mapping, Sequence
from datetime import date

from tuanti.rules.consent.check import faults_of_objections, faults_of_roll
from tuanti.rules.consent.finding import Condition, Outcome, Pair, Tally, Vote, measures
from tuanti.rules.consent.regime import NO_OBJECTION, Regime, Stand
from tuanti.rules.consent.roll import (
    Ballot,
    Capacity,
    Flat,
    Objection,
    Roll,
    Standing,
    State,
    Tenure,
)
from tuanti.rules.consent.voters import Assembly, Signed, Voter, assemble, signed
from tuanti.rules.errors import Fault, RuleBroken

_HOW: Mapping[tuple[Stand, bool], str] = {
    ("yes", True): "consent.yes",
    ("no", True): "consent.no",
    ("abstain", True): "consent.abstains",
    ("abstain", False): "consent.abstains_absent",
    ("split", True): "consent.split",
    ("split", False): "consent.split_absent",
    ("silent", True): "consent.silent_abstains",
    ("silent", False): "consent.silent",
}

_TENURES: Mapping[Tenure, str] = {
    "private": "",
    "developer": "consent.developer_flat",
    "public": "consent.public_flat",
    "work-unit": "consent.work_unit_flat",
}
_STATES: Mapping[State, str] = {
    "free": "",
    "sealed": "consent.sealed",
    "unreachable": "consent.unreachable",
}
_STANDINGS: Mapping[Standing, str] = {
    "registered": "",
    "buyer": "consent.buyer",
    "heir": "consent.heir",
}


class Unsound(RuleBroken):
    """The roll, the ballots or the objections have faults; ``faults`` holds every one."""

    code = "consent.unsound"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


def tally(
    roll: Roll,
    ballots: Sequence[Ballot],
    regime: Regime,
    *,
    on: date,
    stairwell: str = "",
    objections: Sequence[Objection] = (),
) -> Tally:
    """Count ``ballots`` against ``roll`` under ``regime``, as they stand ``on`` a day.

    A flat without a ballot did not take part, unless the regime has silence count. The scope's
    flats are those of ``stairwell`` (its ``door``), of its building, or all; it may be left out
    where the roll has only one. (Civil Code art. 278; SPC interpretation on divided ownership,
    art. 9.)

    :raises Unsound: something is wrong with what was brought; ``check`` gives the same faults.

    >>> from fractions import Fraction
    >>> from tuanti.rules.consent import Owner, Thresholds
    >>> two_thirds, three_quarters = Fraction(2, 3), Fraction(3, 4)
    >>> regime = Regime("stairwell", Thresholds(two_thirds, two_thirds),
    ...                 Thresholds(three_quarters, three_quarters))
    >>> roll = Roll(tuple(Flat(str(n), 70_00, (Owner(f"owner {n}"),)) for n in range(12)))
    >>> ballots = [Ballot(str(n), "yes" if n < 6 else "no") for n in range(8)]
    >>> found = tally(roll, ballots, regime, on=date(2026, 11, 22))
    >>> found.passed, [str(measure.share) for measure in found.measures]
    (True, ['2/3', '2/3', '3/4', '3/4'])
    """
    faults, speaks = _faults(roll, ballots, objections, on)
    assembly = assemble(roll, ballots, speaks, regime, stairwell)
    if faults or assembly.faults:
        raise Unsound((*faults, *assembly.faults))
    return _count(roll, assembly, ballots, regime, _open(objections, on))


def tally_all(
    roll: Roll,
    ballots: Sequence[Ballot],
    regimes: Sequence[Regime],
    *,
    on: date,
    stairwell: str = "",
    objections: Sequence[Objection] = (),
) -> Outcome:
    """Count several votes that must all pass, each on its matter and in its scope.

    :raises Unsound: as ``tally``.
    """
    faults = check(roll, ballots, regimes, on=on, stairwell=stairwell, objections=objections)
    if faults:
        raise Unsound(faults)
    speaks, still = signed(roll, ballots, on)[0], _open(objections, on)
    return Outcome(
        tuple(
            _count(roll, assemble(roll, ballots, speaks, regime, stairwell), ballots, regime, still)
            for regime in regimes
        )
    )


def check(
    roll: Roll,
    ballots: Sequence[Ballot],
    regimes: Sequence[Regime],
    *,
    on: date,
    stairwell: str = "",
    objections: Sequence[Objection] = (),
) -> tuple[Fault, ...]:
    """Every fault of what the votes under ``regimes``, counted ``on`` a day, are made from.

    Paths lead into the lists: ``("flats", 3, "area_dm2")``, ``("flats", 3, "owners", 0, "share")``,
    ``("mandates", 0, "until_on")``, ``("ballots", 7, "by")``, ``("objections", 0, "settled_on")``;
    ``("stairwell",)`` is the argument.

    >>> from tuanti.rules.consent import Owner
    >>> roll = Roll((Flat("101", 0, (Owner("wang"),)),))
    >>> for fault in check(roll, [Ballot("102", "yes")], [], on=date(2026, 11, 22)):
    ...     print(fault.code, fault.path)
    consent.area_not_positive ('flats', 0, 'area_dm2')
    consent.not_on_the_roll ('ballots', 0, 'flat')
    """
    faults, speaks = _faults(roll, ballots, objections, on)
    for regime in regimes:
        found = assemble(roll, ballots, speaks, regime, stairwell).faults
        faults += [fault for fault in found if fault not in faults]
    return tuple(faults)


def _faults(
    roll: Roll, ballots: Sequence[Ballot], objections: Sequence[Objection], on: date
) -> tuple[list[Fault], list[Signed]]:
    speaks, wrong = signed(roll, ballots, on)
    return [*faults_of_roll(roll), *wrong, *faults_of_objections(objections, on)], speaks


def _open(objections: Sequence[Objection], on: date) -> tuple[str, ...]:
    """Who still objects."""
    return tuple(o.by for o in objections if o.settled_on is None or o.settled_on > on)


def _count(
    roll: Roll,
    assembly: Assembly,
    ballots: Sequence[Ballot],
    regime: Regime,
    objecting: tuple[str, ...],
) -> Tally:
    papers = {(mandate.holder, mandate.owner): mandate.capacity for mandate in roll.mandates}
    votes = tuple([_vote(voter, ballots, regime, papers) for voter in assembly.voters])
    counted = {at for vote in votes for at in vote.ballots}
    return Tally(
        regime=regime,
        measures=measures(
            regime,
            _sum(votes),
            _sum([vote for vote in votes if vote.takes_part]),
            _sum([vote for vote in votes if vote.stand == "yes"]),
        ),
        conditions=tuple(_condition(name, votes, objecting) for name in regime.extra),
        votes=votes,
        replaced=tuple([at for at in sorted(assembly.heard) if at not in counted]),
        outside=assembly.outside,
    )


def _sum(votes: Sequence[Vote]) -> Pair:
    return sum([vote.area_dm2 for vote in votes]), len(votes)


def _condition(name: str, votes: Sequence[Vote], objecting: tuple[str, ...]) -> Condition:
    if name == NO_OBJECTION:
        return Condition(name, objecting)
    missing = [vote for vote in votes if vote.occupied and vote.stand != "yes"]
    return Condition(name, tuple(flat for vote in missing for flat in vote.flats))


def _vote(
    voter: Voter,
    ballots: Sequence[Ballot],
    regime: Regime,
    papers: Mapping[tuple[str, str], Capacity],
) -> Vote:
    flats, said = voter.flats, voter.said
    owners = tuple([owner.id for owner in flats[0].owners])
    stand = _stand(said, len(owners), ballots, regime)
    takes_part = regime.takes_part(stand, served=any(flat.served for flat in flats))
    how = _HOW[stand, takes_part]
    if stand == "silent" and said:
        how = "consent.incomplete_abstains" if takes_part else "consent.incomplete"
    return Vote(
        flats=tuple([flat.id for flat in flats]),
        owners=owners,
        area_dm2=sum([flat.area_dm2 for flat in flats]),
        stand=stand,
        takes_part=takes_part,
        ballots=tuple(sorted({*said.values()})),
        reasons=(how, *_reasons(flats), *_signers(said, ballots, papers)),
        occupied=any(flat.occupied for flat in flats),
        unreachable=any(flat.state == "unreachable" for flat in flats),
    )


def _stand(
    said: Mapping[str, int], owners: int, ballots: Sequence[Ballot], regime: Regime
) -> Stand:
    """What the owners of a voter say together; one who abstains leaves it to the others."""
    if not said or (regime.signing == "all" and len(said) < owners):
        return "silent"
    answers = {ballots[at].answer for at in said.values()}
    if len(answers) > 1:
        answers.discard("abstain")
    return answers.pop() if len(answers) == 1 else "split"


def _reasons(flats: Sequence[Flat]) -> list[str]:
    """What else has to be known of a voter's flats."""
    found = ["consent.one_person"] if len(flats) > 1 else []
    for flat in flats:
        codes = [_TENURES[flat.tenure], _STATES[flat.state]]
        codes += [_STANDINGS[owner.standing] for owner in flat.owners]
        found += [code for code in dict.fromkeys(codes) if code and code not in found]
        if flat.occupied and "consent.occupied" not in found:
            found.append("consent.occupied")
    return found


def _signers(
    said: Mapping[str, int],
    ballots: Sequence[Ballot],
    papers: Mapping[tuple[str, str], Capacity],
) -> list[str]:
    """In what capacity others than the owners signed."""
    if not papers:
        return []
    signed_by = ((ballots[at].by, owner) for owner, at in said.items())
    capacities = {papers[pair] for pair in signed_by if pair in papers}
    return [f"consent.by_{capacity}" for capacity in sorted(capacities)]
