"""Maintenance visits: four layers, each containing the shallower; when they are due, what is late.

TSG T5002-2017 art. 6: every half month, quarter, half year and year. The longest time between two
visits of a layer is law data (unit ``upkeep``); a deeper visit counts for the shallower layers too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tuanti.rules.deadlines import add_months
from tuanti.rules.errors import RuleBroken
from tuanti.rules.law import Rule

# From the shallowest to the deepest.
LAYERS = ("half-monthly", "quarterly", "half-yearly", "yearly")


class LayersAmiss(RuleBroken):
    """The rules do not give each of the four layers once."""

    code = "upkeep.layers_amiss"


class NotContained(RuleBroken):
    """A layer does not contain a shallower one."""

    code = "upkeep.not_contained"


class UnknownLayer(RuleBroken):
    """A visit is of a layer there is not."""

    code = "upkeep.unknown_layer"


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer, and the longest time between two visits of it: so many months, or days."""

    name: str
    months: int
    days: int
    law_id: str

    def due_on(self, last_on: date) -> date:
        """Find the last day for the visit that follows one on ``last_on``."""
        return add_months(last_on, self.months) + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit, and the deepest layer done at it.

    :raises UnknownLayer: there is no such layer.
    """

    on: date
    layer: str

    def __post_init__(self) -> None:
        if self.layer not in LAYERS:
            raise UnknownLayer(value=self.layer, known=", ".join(LAYERS))


@dataclass(frozen=True, slots=True)
class Interval:
    """The time from one visit of a layer to the next; ``done_on`` is None while it runs."""

    layer: str
    due_on: date
    done_on: date | None
    law_id: str

    def days_late(self, on: date) -> int:
        """Count the days the visit came late, or is late on ``on``; 0 if it is in time."""
        return max(0, ((self.done_on or on) - self.due_on).days)


def layers(rules: Iterable[Rule]) -> tuple[Layer, ...]:
    """Take the four layers from the rules of unit ``upkeep``, the shallowest first.

    :raises LayersAmiss: one is missing, or there twice.
    :raises NotContained: one does not contain those shallower than itself.
    """
    found = [rule for rule in rules if rule.unit == "upkeep"]
    found.sort(key=lambda rule: LAYERS.index(rule.value["layer"]))
    names = tuple(rule.value["layer"] for rule in found)
    if names != LAYERS:
        raise LayersAmiss(found=", ".join(names) or None, needed=", ".join(LAYERS))
    for depth, rule in enumerate(found):
        for name in LAYERS[:depth]:
            if name not in rule.value["contains"]:
                raise NotContained(layer=LAYERS[depth], missing=name)
    return tuple(_layer(rule) for rule in found)


def plan(layers: Sequence[Layer], start_on: date, until_on: date) -> tuple[Visit, ...]:
    """Plan the visits after ``start_on`` and before ``until_on``, as few as the layers allow.

    Every visit comes on the last day its shallowest layer allows. A deeper layer is done at the
    visit after which it would be late. ``start_on`` counts as a visit of every layer: the day the
    lift was put into use, or its last yearly visit.

    >>> month = [Layer("half-monthly", 0, 15, "a"), Layer("quarterly", 3, 0, "b")]
    >>> [str(visit.on) for visit in plan(month, date(2026, 1, 1), date(2026, 2, 15))]
    ['2026-01-16', '2026-01-31']
    >>> [visit.layer for visit in plan(month, date(2026, 1, 1), date(2026, 4, 2))][-2:]
    ['half-monthly', 'quarterly']
    """
    last = [start_on] * len(layers)
    visits = []
    on = layers[0].due_on(start_on)
    while on < until_on:
        following = layers[0].due_on(on)
        cannot_wait = [at for at, layer in enumerate(layers) if layer.due_on(last[at]) < following]
        deepest = cannot_wait[-1]
        last[: deepest + 1] = [on] * (deepest + 1)
        visits.append(Visit(on, layers[deepest].name))
        on = following
    return tuple(visits)


def intervals(
    layers: Sequence[Layer], start_on: date, done: Iterable[Visit], on: date
) -> tuple[Interval, ...]:
    """Find, layer by layer, every interval between the visits ``done`` by ``on``, the last running.

    Visits outside ``start_on < visit <= on`` are left aside.
    """
    known = sorted(
        (visit for visit in done if start_on < visit.on <= on), key=lambda visit: visit.on
    )
    return tuple(found for layer in layers for found in _intervals(layer, start_on, known))


def late(intervals: Iterable[Interval], on: date) -> tuple[Interval, ...]:
    """Collect the intervals whose visit came late, or is late on ``on``, by the day it was due."""
    found = [interval for interval in intervals if interval.days_late(on)]
    return tuple(sorted(found, key=lambda interval: (interval.due_on, interval.layer)))


def _layer(rule: Rule) -> Layer:
    value = rule.value
    return Layer(value["layer"], value["at_most_months"] or 0, value["at_most_days"] or 0, rule.id)


def _intervals(layer: Layer, start_on: date, known: Iterable[Visit]) -> Iterator[Interval]:
    due_on = layer.due_on(start_on)
    for visit in known:
        if LAYERS.index(visit.layer) >= LAYERS.index(layer.name):
            yield Interval(layer.name, due_on, visit.on, layer.law_id)
            due_on = layer.due_on(visit.on)
    yield Interval(layer.name, due_on, None, layer.law_id)
