"""Where the lines of a list lie: names of a list made into streets and communities of ours.

A list may write a district under its former name, and streets without 街道. One without streets
belongs to the street its importer names, else to the only street there is to choose, else an
estate is put where its name is known. What stays open is a fault with its cell, and what is not
known but not needed a note.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tuanti.places.models import Belonging, Division, Estate
from tuanti.places.queries.tree import (
    children_on,
    divisions_on,
    parent_on,
    parents_of,
    streets_within,
)
from tuanti.rules.errors import Fact, RuleBroken
from tuanti.rules.housing import Line
from tuanti.sheets.housing_names import Names
from tuanti.sheets.layout import plain

Found: TypeAlias = tuple[str, str | None]  # street id, community id
Key: TypeAlias = tuple[str, str]

_SHEET = "flats"
_BETWEEN = "、"
_MOST_NAMED = 6  # choices in a sentence


class StreetUnknown(RuleBroken):
    """A line lies in no street of the city."""

    code = "imports.street_unknown"


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Why a line cannot be placed: a code, the field it is ``about``, and the facts."""

    code: str
    about: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Street:
    """A street within the scope: the names of the districts it lies in, or once lay in."""

    id: str
    name: str
    districts: frozenset[str]
    district: str  # the id of the one it lies in today


class Places:
    """The streets and communities within the scope today.

    ``settled`` is the street of all lines that name none.
    """

    def __init__(self, scope: Division, settled: str = "") -> None:
        self.scope = scope
        self._own = scope.pk if scope.level == Division.Level.COMMUNITY else None
        self._streets = {one.id: one for one in _streets(scope)}
        self._named: dict[str, list[Street]] = {}
        for one in self._streets.values():
            self._named.setdefault(one.name, []).append(one)
        self._settled = settled if settled in self._streets else self._only()
        self._communities = _communities(self._streets)
        self._estates, self._elsewhere = self._known_estates()
        self._seen: dict[tuple[str, ...], Found | Misplaced] = {}

    @property
    def streets(self) -> Mapping[str, Street]:
        """Streets by id."""
        return self._streets

    @property
    def street_names(self) -> tuple[str, ...]:
        """The names of all streets of today, so that one outside the scope is told as such."""
        streets = divisions_on().filter(level=Division.Level.STREET)
        return tuple(dict.fromkeys(streets.values_list("name", flat=True)))

    @property
    def district_names(self) -> tuple[str, ...]:
        """The names of all districts, former ones too."""
        districts = Division.objects.filter(level=Division.Level.DISTRICT)
        return tuple(dict.fromkeys(districts.values_list("name", flat=True)))

    def district(self, street: str) -> str:
        """Tell in which district a street lies today; "" if in none."""
        return self._streets[street].district if street in self._streets else ""

    def find(self, line: Line) -> Found | Misplaced:
        """Find a line's street and community, or tell what is wrong with it."""
        key = (line.district, line.street, line.community, line.estate, *line.aliases)
        if key not in self._seen:
            if len(self._seen) > 200_000:  # noqa: PLR2004 (no list names so many estates)
                self._seen.clear()
            self._seen[key] = self._placed(line)
        return self._seen[key]

    def _placed(self, line: Line) -> Found | Misplaced:
        street = self._street(line)
        if isinstance(street, Misplaced):
            return street
        for name in (line.estate, *line.aliases) if self._elsewhere else ():
            if (plain(name), street.id) in self._elsewhere:
                facts: dict[str, Fact] = {"value": name, "street": street.name}
                return Misplaced("imports.estate_elsewhere", "estate", facts)
        return self._community(line, street)

    def _street(self, line: Line) -> Street | Misplaced:
        if line.street:
            there = self._named.get(line.street, [])
        elif self._settled:
            there = [self._streets[self._settled]]
        else:
            there = [self._streets[one] for one in self._estates.get(plain(line.estate), ())]
        within = [one for one in there if not line.district or line.district in one.districts]
        if len(within) == 1:
            return within[0]
        return self._misplaced(line, there, within)

    def _misplaced(self, line: Line, there: list[Street], within: list[Street]) -> Misplaced:
        name = "street" if line.street else "estate"
        if within:
            between = _BETWEEN.join(_described(one) for one in within[:_MOST_NAMED])
            code = "street_ambiguous" if line.street else "estate_ambiguous"
            value = line.street or line.estate
            return Misplaced(f"imports.{code}", name, {"value": value, "between": between})
        if there:
            facts: dict[str, Fact] = {"street": there[0].name, "value": line.district}
            return Misplaced("imports.not_in_district", "district", facts)
        if line.street:
            facts = {"value": line.street, "scope": self.scope.name}
            return Misplaced("imports.street_outside", "street", facts)
        return Misplaced("imports.no_street", "street", {"value": line.estate})

    def _community(self, line: Line, street: Street) -> Found | Misplaced:
        names = self._communities.get(street.id)
        known = names[0].known(line.community) if names and line.community else None
        found = names[1][known] if names and known else None
        if self._own and line.community and found != self._own:
            facts: dict[str, Fact] = {"value": line.community, "scope": self.scope.name}
            return Misplaced("imports.community_outside", "community", facts)
        return street.id, found or self._own

    def _only(self) -> str:
        return next(iter(self._streets)) if len(self._streets) == 1 else ""

    def _known_estates(self) -> tuple[dict[str, list[str]], set[Key]]:
        """Map names to the streets of estates called so; and, for a community, those not its."""
        by_name: dict[str, list[str]] = {}
        elsewhere: set[Key] = set()
        rows = Estate.objects.filter(street__in=self._streets).order_by("pk")
        if self._settled and not self._own:
            return by_name, elsewhere  # nothing to look up
        told = rows.values_list("name", "aliases", "street_id", "community_id")
        for name, aliases, street, community in told.iterator():
            for one in {plain(name), *map(plain, aliases)}:
                if street not in by_name.setdefault(one, []):
                    by_name[one].append(street)
                if community != self._own:
                    elsewhere.add((one, street))
        return by_name, elsewhere if self._own else set()


def located(line: Line, places: Places) -> tuple[str, str | None, Line]:
    """Place a line of a list that needs no correction.

    :raises StreetUnknown: it lies in no street of the scope, or in more than one.
    """
    found = places.find(line)
    if isinstance(found, Misplaced):
        raise StreetUnknown(value=line.street or line.estate, district=line.district)
    return (*found, line)


def placed(lines: Iterable[Line], places: Places) -> Iterator[tuple[str, str | None, Line]]:
    """Place lines one by one, as :func:`located` does."""
    for line in lines:
        yield located(line, places)


def _described(street: Street) -> str:
    return f"{_BETWEEN.join(sorted(street.districts))}{street.name}"


def _streets(scope: Division) -> Iterator[Street]:
    """Go through the streets of a scope, or the one a community lies in."""
    rows: Any = streets_within([scope.pk]).order_by("code", "pk")
    if scope.level == Division.Level.COMMUNITY:
        above = parent_on(scope.pk)
        rows = [above] if above else []
    rows = [*rows]
    today = parents_of([row.pk for row in rows])
    names: dict[str, set[str]] = {row.pk: set() for row in rows}
    lay = Belonging.objects.filter(division__in=list(names)).select_related("parent")
    for one in lay:
        names[one.division_id].add(one.parent.name)
    for row in rows:
        yield Street(row.pk, row.name, frozenset(names[row.pk]), today.get(row.pk, ""))


def _communities(streets: Iterable[str]) -> dict[str, tuple[Names, dict[str, str]]]:
    """Map streets to the names and ids of their communities today."""
    streets = list(streets)
    found: dict[str, dict[str, str]] = {}
    if len(streets) == 1:
        rows: Any = children_on(streets[0])
        found[streets[0]] = {row.name: row.pk for row in rows}
    else:
        level = Division.Level.COMMUNITY
        ids = dict(Division.objects.filter(level=level).values_list("pk", "name"))
        for pk, street in parents_of(ids).items():
            found.setdefault(street, {})[ids[pk]] = pk
    return {street: (Names(names), names) for street, names in found.items()}
