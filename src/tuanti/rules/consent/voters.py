"""Who has a vote in a scope, and what each of them said last.

Persons are counted as art. 9 of the SPC interpretation on divided ownership (2020) has it: each
flat is one person; but one buyer with several flats is one person, and so is the developer with all
flats not sold or not handed over. Hence flats of the same owners form one voter with one opinion,
whichever of these flats the ballot was given for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tuanti.rules.consent.regime import Regime
from tuanti.rules.consent.roll import Ballot, Flat, Mandate, Roll
from tuanti.rules.errors import Fact, Fault

Signed = tuple[str, ...]  # the owners a ballot speaks for


@dataclass(slots=True)
class Voter:
    """Flats in the scope with the same owners, and the ballot that counts for each owner."""

    flats: list[Flat]
    said: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Assembly:
    """The voters of a scope, the ballots given there on its matter, and those given elsewhere."""

    voters: list[Voter]
    heard: list[int] = field(default_factory=list)
    outside: int = 0
    faults: list[Fault] = field(default_factory=list)


def signed(roll: Roll, ballots: Sequence[Ballot], on: date) -> tuple[list[Signed], list[Fault]]:
    """For which owners each ballot speaks, and every ballot that speaks for none."""
    flats = {flat.id: flat for flat in roll.flats}
    mandates = defaultdict[str, list[Mandate]](list)
    for mandate in roll.mandates:
        mandates[mandate.holder].append(mandate)
    found, faults = list[Signed](), list[Fault]()
    for at, ballot in enumerate(ballots):
        flat = flats.get(ballot.flat)
        if ballot.cast_on is not None and ballot.cast_on > on:
            facts = {"flat": ballot.flat, "day": ballot.cast_on.isoformat(), "on": on.isoformat()}
            faults.append(Fault("consent.ballot_later", ("ballots", at, "cast_on"), facts))
        if flat is None:
            facts = {"flat": ballot.flat}
            faults.append(Fault("consent.not_on_the_roll", ("ballots", at, "flat"), facts))
            found.append(())
            continue
        owners = tuple([owner.id for owner in flat.owners])
        if ballot.by and owners != (ballot.by,):
            owners = _spoken_for(ballot, owners, mandates.get(ballot.by, ()))
            if not owners:
                faults.append(_why_not(ballot, flat, mandates.get(ballot.by, ()), at))
        found.append(owners)
    return found, faults


def assemble(
    roll: Roll, ballots: Sequence[Ballot], speaks: Sequence[Signed], regime: Regime, stairwell: str
) -> Assembly:
    """Form the voters of a regime's scope with their ballots, and find what cannot be told apart.

    A later ballot replaces an earlier one of the same owner. Ballots of one day, or without a day,
    are in the order received; but not where they were given for different flats.
    """
    asked, faults = _asked(roll, regime, stairwell)
    voters, by_flat = _voters(asked)
    assembly = Assembly(voters, faults=faults)
    for at in _in_order(ballots):
        ballot = ballots[at]
        if ballot.matter != regime.matter:
            continue
        voter = by_flat.get(ballot.flat)
        if voter is None:
            assembly.outside += 1
            continue
        assembly.heard.append(at)
        said = voter.said
        for owner in speaks[at]:
            if owner in said and _unclear(ballots[said[owner]], ballot):
                faults.append(_two_answers(owner, ballots[said[owner]], ballot, at))
            said[owner] = at
    return assembly


def door(flat: Flat) -> str:
    """The name of a flat's stairwell: ``3-1`` for building 3, stairwell 1."""
    return "-".join(part for part in (flat.building, flat.stairwell) if part)


def _voters(flats: Iterable[Flat]) -> tuple[list[Voter], dict[str, Voter]]:
    """The voters, and whose each flat is."""
    voters: dict[object, Voter] = {}
    by_flat: dict[str, Voter] = {}
    for flat in flats:
        owners = flat.owners
        key = owners[0].id if len(owners) == 1 else frozenset([owner.id for owner in owners])
        voter = voters.get(key)
        if voter is None:
            voters[key] = voter = Voter([flat])
        else:
            voter.flats.append(flat)
        by_flat[flat.id] = voter
    return [*voters.values()], by_flat


def _two_answers(owner: str, before: Ballot, after: Ballot, at: int) -> Fault:
    facts: dict[str, Fact] = {"owner": owner, "flat": before.flat, "other": after.flat}
    return Fault("consent.two_answers", ("ballots", at, "answer"), facts)


def _spoken_for(ballot: Ballot, owners: Signed, mandates: Iterable[Mandate]) -> Signed:
    held = {m.owner for m in mandates if _mandate_wrong(m, ballot.cast_on) is None}
    return tuple(owner for owner in owners if owner == ballot.by or owner in held)


def _mandate_wrong(mandate: Mandate, day: date | None) -> str | None:
    """Why a mandate does not cover a ballot of ``day``; None if it does."""
    start, ends = mandate.from_on, (mandate.until_on, mandate.revoked_on)
    if day is None:
        return "consent.mandate_undated" if start or any(ends) else None
    if start is not None and day < start:
        return "consent.mandate_not_begun"
    if mandate.revoked_on is not None and day >= mandate.revoked_on:
        return "consent.mandate_revoked"
    ended = mandate.until_on is not None and day >= mandate.until_on
    return "consent.mandate_ended" if ended else None


def _why_not(ballot: Ballot, flat: Flat, mandates: Iterable[Mandate], at: int) -> Fault:
    facts: dict[str, Fact] = {"flat": flat.id, "by": ballot.by}
    owners = {owner.id for owner in flat.owners}
    for mandate in mandates:
        if mandate.owner in owners:
            facts |= {"owner": mandate.owner, "document": mandate.document}
            code = _mandate_wrong(mandate, ballot.cast_on) or ""
            return Fault(code, ("ballots", at, "by"), facts)
    tenant = ballot.by in flat.tenants
    code = "consent.tenant_has_no_vote" if tenant else "consent.not_an_owner"
    return Fault(code, ("ballots", at, "by"), facts)


def _asked(roll: Roll, regime: Regime, stairwell: str) -> tuple[Sequence[Flat], list[Fault]]:
    """The flats of the scope: the stairwell's, its building's, or all of the estate's."""
    flats, scope = roll.flats, regime.scope
    if scope == "estate" or not flats:
        return flats, []
    if not stairwell:
        places = {f.building if scope == "building" else (f.building, f.stairwell) for f in flats}
        if len(places) == 1:
            return flats, []
        doors = sorted({door(flat) for flat in flats})
        return (), [Fault("consent.which_stairwell", ("stairwell",), {"known": _some(doors)})]
    there = [flat for flat in flats if door(flat) == stairwell]
    if not there:
        doors = sorted({door(flat) for flat in flats})
        facts: Mapping[str, Fact] = {"value": stairwell, "known": _some(doors)}
        return (), [Fault("consent.no_such_stairwell", ("stairwell",), facts)]
    if scope == "building":
        return [flat for flat in flats if flat.building == there[0].building], []
    return there, []


def _some(doors: Sequence[str]) -> str:
    most = 8
    return ", ".join(doors[:most]) + (" …" if len(doors) > most else "")


def _in_order(ballots: Sequence[Ballot]) -> Sequence[int]:
    if all(ballot.cast_on is None for ballot in ballots):
        return range(len(ballots))
    return sorted(range(len(ballots)), key=lambda at: ballots[at].cast_on or date.min)


def _unclear(before: Ballot, after: Ballot) -> bool:
    """Whether two ballots of an owner differ and nothing tells which came later."""
    if before.answer == after.answer:
        return False
    if before.cast_on is None or after.cast_on is None or before.cast_on == after.cast_on:
        one_sided = (before.cast_on is None) != (after.cast_on is None)
        return one_sided or before.flat != after.flat
    return False
