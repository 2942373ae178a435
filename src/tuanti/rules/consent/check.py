"""What is wrong with a roll, with the mandates on it, and with objections."""

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from tuanti.rules.consent.roll import Flat, Mandate, Objection, Owner, Roll
from tuanti.rules.errors import Fact, Fault, Path


def faults_of_roll(roll: Roll) -> Iterator[Fault]:
    """Find what is wrong with the flats and the mandates."""
    if not roll.flats:
        yield Fault("consent.empty_roll", ("flats",))
    seen: set[str] = set()
    facts: dict[str, Fact]
    developer = next((f.owners for f in roll.flats if f.tenure == "developer" and f.owners), None)
    for at, flat in enumerate(roll.flats):
        if flat.id in seen:
            yield Fault("consent.flat_twice", ("flats", at, "id"), {"flat": flat.id})
        seen.add(flat.id)
        if flat.area_dm2 < 1:
            facts = {"flat": flat.id, "area_dm2": flat.area_dm2}
            yield Fault("consent.area_not_positive", ("flats", at, "area_dm2"), facts)
        if len(flat.owners) != 1 or flat.owners[0].share is not None:
            yield from _in_owners(flat, ("flats", at, "owners"))
        if flat.tenure == "developer" and developer and _ids(flat.owners) != _ids(developer):
            facts = {"flat": flat.id, "developer": _named(developer), "owner": _named(flat.owners)}
            yield Fault("consent.two_developers", ("flats", at, "tenure"), facts)
    yield from _in_mandates(roll)


def faults_of_objections(objections: Sequence[Objection], on: date) -> Iterator[Fault]:
    """Find what is wrong with the objections held against a vote counted ``on`` a day."""
    for at, objection in enumerate(objections):
        raised, settled = objection.raised_on, objection.settled_on
        if raised and raised > on:
            facts = {"by": objection.by, "day": raised.isoformat(), "on": on.isoformat()}
            yield Fault("consent.objection_later", ("objections", at, "raised_on"), facts)
        if raised and settled and settled < raised:
            facts = {"by": objection.by, "day": settled.isoformat(), "raised": raised.isoformat()}
            yield Fault("consent.settled_before", ("objections", at, "settled_on"), facts)


def _ids(owners: Sequence[Owner]) -> frozenset[str]:
    return frozenset(owner.id for owner in owners)


def _named(owners: Sequence[Owner]) -> str:
    return ", ".join(owner.id for owner in owners)


def _in_owners(flat: Flat, path: Path) -> Iterator[Fault]:
    shares = [owner.share for owner in flat.owners]
    known = [share for share in shares if share is not None]
    if not shares:
        yield Fault("consent.no_owner", path, {"flat": flat.id})
    seen: set[str] = set()
    for at, owner in enumerate(flat.owners):
        if owner.id in seen:
            facts = {"flat": flat.id, "owner": owner.id}
            yield Fault("consent.owner_twice", (*path, at, "id"), facts)
        seen.add(owner.id)
        if owner.share is not None and owner.share <= 0:
            facts = {"flat": flat.id, "owner": owner.id, "share": str(owner.share)}
            yield Fault("consent.share_not_positive", (*path, at, "share"), facts)
    if known and len(known) < len(shares):
        yield Fault("consent.shares_incomplete", (*path, shares.index(None), "share"),
                    {"flat": flat.id, "owner": flat.owners[shares.index(None)].id})  # fmt: skip
    elif known and sum(known) != 1:
        facts = {"flat": flat.id, "sum": str(sum(known, Fraction(0)))}
        yield Fault("consent.shares_not_one", (*path, 0, "share"), facts)


def _in_mandates(roll: Roll) -> Iterator[Fault]:
    if not roll.mandates:
        return
    owners = {owner.id for flat in roll.flats for owner in flat.owners}
    for at, mandate in enumerate(roll.mandates):
        if mandate.owner not in owners:
            facts = {"owner": mandate.owner, "holder": mandate.holder}
            yield Fault("consent.mandate_from_nobody", ("mandates", at, "owner"), facts)
        if not mandate.document:
            facts = {"owner": mandate.owner, "holder": mandate.holder}
            yield Fault("consent.mandate_without_document", ("mandates", at, "document"), facts)
        if _ends_before_it_begins(mandate):
            facts = {"owner": mandate.owner, "holder": mandate.holder}
            yield Fault("consent.mandate_reversed", ("mandates", at, "until_on"), facts)


def _ends_before_it_begins(mandate: Mandate) -> bool:
    start, end = mandate.from_on, mandate.until_on
    return start is not None and end is not None and end <= start
