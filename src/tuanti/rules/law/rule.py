"""A dated rule of a place, and the shelf on which all rules stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from tuanti.rules.errors import RuleBroken

Grade: TypeAlias = Literal["A", "B", "C", "memory"]

# A: statute or official text read in full; B: official site or press; C: mirror or aggregator;
# memory: seen nowhere yet.
GRADES: tuple[Grade, ...] = ("A", "B", "C", "memory")
NATION = "cn"


class NoRule(RuleBroken):
    """No rule of this id is in force on the day, neither there nor in any place above."""

    code = "law.no_rule"


class UnknownPlace(RuleBroken):
    """No pack declares this place."""

    code = "law.unknown_place"


@dataclass(frozen=True, slots=True)
class Place:
    """A nation, city or district; ``parent`` is the place whose rules stand in for missing ones."""

    id: str
    name: Mapping[str, str]
    parent: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of law: its value, where it is written, and from when until when it binds.

    ``value`` is what ``unit`` says (see ``values.UNITS``); ``title``, ``article`` and ``note`` are
    given in ``zh`` and ``en``. The period is half-open: ``in_force_from <= day < in_force_until``.
    """

    place: str
    topic: str
    name: str
    title: Mapping[str, str]
    unit: str
    value: Any
    article: Mapping[str, str]
    source: str
    grade: Grade
    in_force_from: date
    in_force_until: date | None = None
    verified_by: str = ""
    note: Mapping[str, str] | None = None
    replaces: str = ""

    def __hash__(self) -> int:
        return hash(self.id)  # tables in a value have no hash

    @property
    def id(self) -> str:
        """The id findings keep: ``place/topic/name@in_force_from``."""
        return f"{self.path}@{self.in_force_from}"

    @property
    def path(self) -> str:
        """``place/topic/name``, shared by the same rule of other days."""
        return f"{self.place}/{self.key}"

    @property
    def key(self) -> str:
        """``topic/name``, shared by the same rule of other places."""
        return f"{self.topic}/{self.name}"

    @property
    def verified(self) -> bool:
        """Whether a person has checked it against its source."""
        return self.verified_by != ""

    def in_force(self, day: date) -> bool:
        """Whether it binds on ``day``."""
        return self.in_force_from <= day and (
            self.in_force_until is None or day < self.in_force_until
        )


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """The rules in force on a day in a place, its own before those of the places above it."""

    day: date
    place: str
    rules: Mapping[str, Rule]

    def rule(self, key: str) -> Rule:
        """The rule ``topic/name``.

        :raises NoRule: none is in force.
        """
        found = self.get(key)
        if found is None:
            raise NoRule(id=f"{self.place}/{key}", day=self.day.isoformat())
        return found

    def get(self, key: str) -> Rule | None:
        """The rule ``topic/name``, or None if none is in force."""
        return self.rules.get(key)

    def topic(self, topic: str) -> tuple[Rule, ...]:
        """All rules of a topic, in the order of the packs, the nation's first."""
        return tuple(rule for rule in self.rules.values() if rule.topic == topic)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """Every place and every rule of all days."""

    places: Mapping[str, Place]
    rules: tuple[Rule, ...]

    def upward(self, place: str) -> tuple[str, ...]:
        """The place, its city, the nation.

        :raises UnknownPlace: no pack declares it.
        """
        if place not in self.places:
            raise UnknownPlace(value=place)
        found = [place]
        while parent := self.places[found[-1]].parent:
            found.append(parent)
        return tuple(found)

    def on(self, day: date, place: str = NATION) -> Law:
        """The law of ``place`` on ``day``.

        :raises UnknownPlace: no pack declares ``place``.
        """
        return _on(self, day, place)

    def rule(self, rule_id: str) -> Rule:
        """The rule of an id ``place/topic/name@from``, in force or not.

        :raises NoRule: there is none.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise NoRule(id=rule_id, day=rule_id.partition("@")[2])


@lru_cache(maxsize=512)
def _on(shelf: Shelf, day: date, place: str) -> Law:
    rules: dict[str, Rule] = {}
    for here in reversed(shelf.upward(place)):
        rules |= {r.key: r for r in shelf.rules if r.place == here and r.in_force(day)}
    return Law(day, place, MappingProxyType(rules))
