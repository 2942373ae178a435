"""Rows into what papers tell: who issues them, the plan, the flats, the count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tuanti.consent.models import Consultation, Plan, RollFlat
from tuanti.consent.queries.plans import running_of, shares_of, sharing_plan
from tuanti.papers import facts as of
from tuanti.people.actors import CLOCK, Actor
from tuanti.people.queries import organisations
from tuanti.people.vault import masked_name
from tuanti.places.codes import shown_code
from tuanti.places.naming import whole_name
from tuanti.places.queries import scoped, tree
from tuanti.rules.consent import Measure
from tuanti.rules.deadlines import day_of
from tuanti.rules.errors import RuleBroken
from tuanti.texts import Lang
from tuanti.texts.words import say


@dataclass(frozen=True, slots=True)
class Printing:
    """In what language a paper is printed, when, by whom; ``origin`` is where the house is found.

    ``phone`` is the help line; ``made_up`` marks everything as an example.
    """

    lang: Lang
    now: datetime
    by: Actor
    origin: str
    phone: str = ""
    made_up: bool = False

    @property
    def on(self) -> date:
        """The civil day, in Shanghai."""
        return day_of(self.now)


def head_of(
    here: Consultation,
    printing: Printing,
    code: str = "",
    address: str = "",
    on: date | None = None,
) -> of.Head:
    """Head a paper; without a code of its own it bears the stairwell's, whose page it leads to."""
    stairwell = here.stairwell
    return of.Head(
        place=whole_name(stairwell, printing.lang),
        body=body_of(here, printing),
        code=code or shown_code(stairwell.code),
        address=f"{printing.origin}{address or f'/b/{stairwell.code}'}",
        checked=bool(address),
        on=on or printing.on,
        phone=printing.phone,
        made_up=printing.made_up,
    )


def body_of(here: Consultation, printing: Printing) -> str:
    """Name who issues papers: the community's body, the street's where it has none."""
    estate = here.stairwell.building.estate
    places = [place for place in (estate.community_id, estate.street_id) if place]
    rows = organisations().filter(
        kind__in=("community", "street-office"), place__in=places, closed_on=None
    )
    named = {row.place: row.name for row in rows.order_by("-kind", "pk")}
    found = next((named[place] for place in places if place in named), "")
    return found or tree.place_name(places[0], printing.lang)


def lift_of(plan: Plan, lang: Lang) -> of.Lift:
    """Tell a plan."""
    profile = plan.profile
    span = plan.estimate.get("total") or {}
    return of.Lift(
        number=plan.number,
        name=plan.name,
        profile=profile.title_en if lang == "en" else profile.title_zh,
        load_kg=profile.load_kg,
        speed_mm_s=profile.speed_mm_s,
        entry=plan.entry,  # type: ignore[arg-type]  # the database checks it
        position=plan.position,
        stops=plan.stops,
        total_fen=plan.total_fen,
        low_fen=span.get("low", plan.total_fen),
        high_fen=span.get("high", plan.total_fen),
        subsidy_fen=plan.subsidy_fen,
        subsidy_law=plan.subsidy_law,
        scheme=plan.scheme,
        running_fen=plan.running_fen,
        running_rule=plan.running_rule,
        rights=tuple(plan.rights.items()),
        late_years=plan.late_years,
        late_factor_bp=plan.late_factor_bp,
    )


@dataclass(frozen=True, slots=True)
class Money:
    """What each flat pays for building, pays a year to run it, and is paid, by its row id."""

    shares_fen: Mapping[int, int]
    running_fen: Mapping[int, int]
    compensation_fen: Mapping[int, int]


def money_of(plan: Plan) -> Money:
    """Reckon a plan's money; empty where its flats cannot be shared among yet."""
    laid = sharing_plan(plan)
    paid = {int(flat.id): flat.compensation_fen for flat in laid.flats}
    try:
        return Money(shares_of(plan), running_of(plan) if plan.running_fen else {}, paid)
    except RuleBroken:
        return Money({}, {}, {})


def roll_home(row: RollFlat, money: Money, lang: Lang, owners: Iterable[str] = ()) -> of.Home:
    """Tell a flat as the roll has it; one of another stairwell with all it stands in."""
    number = row.number if row.own else _elsewhere(row, lang)
    return of.Home(
        flat=number,
        floor=row.floor,
        area_dm2=row.area_dm2,
        owners=tuple(owners),
        share_fen=money.shares_fen.get(row.flat_id),
        running_fen=money.running_fen.get(row.flat_id),
        compensation_fen=money.compensation_fen.get(row.flat_id, 0),
    )


def count_of(told: Mapping[str, Any]) -> of.Count:
    """Tell a count as it was kept."""
    return of.Count(
        matter=told["matter"],
        scope=told["scope"],
        measures=tuple(_measure(one) for one in told["measures"]),
        passed=told["passed"],
        law=tuple(told["law"]),
        conditions=tuple((one["name"], one["passed"]) for one in told["conditions"]),
    )


def names_of(owners: Iterable[int], by: Actor) -> dict[int, str]:
    """Map owners to their names: whole for offices, masked for neighbours of anyone else."""
    rows = scoped.owners_for(CLOCK).filter(pk__in=set(owners))
    names = dict(rows.values_list("pk", "name"))
    return {pk: shown_name(pk, name, by) for pk, name in names.items()}


def shown_name(owner: int, name: str, by: Actor) -> str:
    """Show a name: whole to offices and to its owner, else the family name only."""
    if by.kind == "resident" and by.owner != owner:
        return masked_name(name)
    return name


def _measure(told: Mapping[str, Any]) -> Measure:
    return Measure(
        told["name"], told["have"], told["base"], Fraction(told["threshold"]), told["strict"]
    )


def _elsewhere(row: RollFlat, lang: Lang) -> str:
    names = [
        say(f"places.names.{kind}", lang, name=name) if name[-1:].isascii() else name
        for kind, name in (("building", row.building), ("stairwell", row.stairwell))
    ]
    return ("" if lang == "zh" else ", ").join([*names, row.number])
