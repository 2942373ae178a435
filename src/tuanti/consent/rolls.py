"""Before a vote opens: who would be on the roll, what would be asked, and what is still wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tuanti.consent.models import Consultation, Poll, RollFlat, RollOwner
from tuanti.consent.refusals.polls import RuleNotThere
from tuanti.people.actors import CLOCK
from tuanti.places.queries import scoped
from tuanti.places.queries.eligible import law_of
from tuanti.places.queries.roll import estate_roll_of, roll_of
from tuanti.rules.consent import Flat, Regime, Roll, check, door
from tuanti.rules.errors import Fault
from tuanti.rules.law import Law, Rule

COMMON_LAND = "common-land"
_LINE = "consent/stairwell"
_BESIDE = ("consent/area", "consent/persons")  # how areas and persons are counted


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a vote as the law of the place has it: its value, and the rule's id."""

    value: Any
    law: str

    @property
    def told(self) -> dict[str, Any]:
        """How it is kept with the vote."""
        return {"value": self.value, "law": self.law}


@dataclass(frozen=True, slots=True)
class Draft:
    """A vote that could be opened: its matters, terms and roll, and every fault that bars it.

    ``rules`` are those a lift's vote may be counted under there; more than one where packs hold
    rules that contradict each other. The first counts unless another is chosen.
    """

    rules: tuple[Rule, ...]
    matters: tuple[Mapping[str, Any], ...]
    terms: Mapping[str, Term]
    roll: Roll
    own: frozenset[str]
    faults: tuple[Fault, ...] = ()
    rows: Mapping[str, Any] = field(default_factory=dict)  # flats of places by their id

    @property
    def least(self) -> timedelta:
        """How long the law of the place has a vote last at least."""
        return timedelta(days=self.terms["least"].value)


def drafted(
    consultation: Consultation, *, with_estate: bool, on: date, counted_by: str = ""
) -> Draft:
    """Draw up the vote of a consultation under the law of a day; nothing is kept.

    With ``with_estate`` all owners of the estate vote on its common land too. ``counted_by`` is the
    key of the rule chosen among those that contradict each other. Faults are those of single flats
    (``consent.flat_lacking_area``, ``consent.no_owner``) and of the roll as a whole.

    :raises RuleNotThere: none of the rules of the place has that key.
    """
    stairwell = consultation.stairwell
    found = law_of(stairwell, on)
    rules = _rules(found)
    first = _chosen(rules, counted_by)
    matters = tuple(_matters(found, first, stairwell, with_estate=with_estate))
    scope = _widest(matters)
    rows = _rows(stairwell, scope)
    own = frozenset(str(row.pk) for row in rows if row.stairwell_id == stairwell.pk)
    faults = tuple(_lacking(rows))
    roll = Roll(()) if faults else _roll(consultation, scope)
    if not faults:
        regimes = [_regime(found, one) for one in matters]
        faults = check(roll, [], regimes, on=on, stairwell=_door(roll, own))
    by_id = {str(row.pk): row for row in rows}
    return Draft(rules, matters, _terms(found), roll, own, faults, by_id)


def keep(poll: Poll, draft: Draft) -> list[RollFlat]:
    """Keep the roll of a vote that opens, with its owners' names as they are today."""
    flats = RollFlat.objects.bulk_create(_flat(poll, flat, draft) for flat in draft.roll.flats)
    ids = {owner.id for flat in draft.roll.flats for owner in flat.owners}
    names = dict(scoped.owners_for(CLOCK).filter(pk__in=ids).values_list("pk", "name"))
    RollOwner.objects.bulk_create(
        RollOwner(
            roll_flat=row,
            owner_id=int(owner.id),
            name=names[int(owner.id)],
            share=str(owner.share) if owner.share else "",
            standing=owner.standing,
        )
        for row, flat in zip(flats, draft.roll.flats, strict=True)
        for owner in flat.owners
    )
    return flats


# --- What is asked ---------------------------------------------------------------------------


def _rules(found: Law) -> tuple[Rule, ...]:
    """Name the rules a lift's vote may be counted under: the place's line, then any other.

    A pack that reports a stairwell's rule from somewhere else calls it ``stairwell-<year>``.
    """
    line = found.get(_LINE) or found.rule("consent/special")
    others = [rule for rule in found.topic("consent") if rule.key.startswith(f"{_LINE}-")]
    return (line, *others)


def _chosen(rules: Sequence[Rule], counted_by: str) -> Rule:
    for rule in rules if counted_by else rules[:1]:
        if counted_by in ("", rule.key):
            return rule
    raise RuleNotThere(value=counted_by)


def _matters(
    found: Law,
    first: Rule,
    stairwell: Any,  # noqa: ANN401 (a row of places)
    *,
    with_estate: bool,
) -> Iterable[dict[str, Any]]:
    beside = [rule.id for key in _BESIDE if (rule := found.get(key))]
    yield _matter(first, "lift", first.value["scope"], stairwell, beside)
    if with_estate:
        also = [found.rule(key) for key in first.value["also"]]
        for rule in also or [found.get(f"consent/{COMMON_LAND}") or found.rule("consent/special")]:
            name = rule.name if also else COMMON_LAND
            yield _matter(rule, name, "estate", stairwell, beside)


def _matter(
    rule: Rule,
    name: str,
    scope: str,
    stairwell: Any,  # noqa: ANN401 (as above)
    beside: Sequence[str],
) -> dict[str, Any]:
    made = {"matter": name, "scope": scope, "law": rule.id, "beside": [*beside]}
    return made | ({"building": stairwell.building.name} if scope == "building" else {})


def _regime(found: Law, matter: Mapping[str, Any]) -> Regime:
    rule = next(rule for rule in found.rules.values() if rule.id == matter["law"])
    return replace(Regime.of(rule, matter["matter"]), scope=matter["scope"])


def _terms(found: Law) -> dict[str, Term]:
    keys = {
        "shown": "consent/shown-while-open",
        "electronic": "consent/electronic",
        "least": "consent/ballot-least",
        "ballots": "consent/second-ballots-most",
        "after": "consent/second-ballot-after",
    }
    return {name: _term(found.rule(key)) for name, key in keys.items()}


def _term(rule: Rule) -> Term:
    return Term(rule.value, rule.id)


# --- The roll --------------------------------------------------------------------------------


def _widest(matters: Iterable[Mapping[str, Any]]) -> str:
    scopes = {one["scope"] for one in matters}
    return next(one for one in ("estate", "building", "stairwell") if one in scopes)


def _rows(stairwell: Any, scope: str) -> list[Any]:  # noqa: ANN401 (as above)
    """Fetch the flats that would be asked anything."""
    rows = scoped.flats_for(CLOCK).select_related("stairwell__building")
    rows = rows.prefetch_related("ownerships").order_by("pk")
    match scope:
        case "stairwell":
            return [*rows.filter(stairwell=stairwell)]
        case "building":
            return [*rows.filter(stairwell__building=stairwell.building_id)]
    return [*rows.filter(stairwell__building__estate=stairwell.building.estate_id)]


def _lacking(rows: Iterable[Any]) -> Iterable[Fault]:
    for row in rows:
        facts = {"flat": row.number, "row": row.pk}
        if not row.area_dm2:
            yield Fault("polls.flat_without_area", ("flats", str(row.pk)), facts)
        if not row.ownerships.all():
            yield Fault("polls.flat_without_owner", ("flats", str(row.pk)), facts)


def _roll(consultation: Consultation, scope: str) -> Roll:
    stairwell, taken = consultation.stairwell, _occupied(consultation)
    match scope:
        case "stairwell":
            rolls = [roll_of(stairwell)]
        case "building":
            rolls = [roll_of(one) for one in stairwell.building.stairwells.order_by("pk")]
        case _:
            rolls = [estate_roll_of(stairwell)]
    return Roll(
        tuple(replace(flat, occupied=flat.id in taken) for roll in rolls for flat in roll.flats)
    )


def _occupied(consultation: Consultation) -> set[str]:
    """Collect the flats of whose exclusive part the plan takes some."""
    if consultation.plan is None:
        return set()
    impacts = consultation.plan.impacts.filter(occupied=True)
    return {str(pk) for pk in impacts.values_list("flat_id", flat=True)}


def _door(roll: Roll, own: frozenset[str]) -> str:
    return next((door(flat) for flat in roll.flats if flat.id in own), "")


def _flat(poll: Poll, flat: Flat, draft: Draft) -> RollFlat:
    row = draft.rows[flat.id]
    return RollFlat(
        poll=poll,
        flat_id=row.pk,
        building=flat.building,
        stairwell=flat.stairwell,
        number=row.number,
        floor=row.floor,
        area_dm2=flat.area_dm2,
        tenure=flat.tenure,
        state=flat.state,
        own=flat.id in draft.own,
        occupied=flat.occupied,
    )
