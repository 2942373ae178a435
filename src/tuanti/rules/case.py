"""A case, ``tuanti-case/1``: one stairwell's lift, the days things happened, and what stood still.

``docs/en/reference/case-file.md`` is the definition; this is the code of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, TypeAlias

from tuanti.rules.award.round_fields import Field, fits
from tuanti.rules.award.round_shape import shown
from tuanti.rules.clocks import BY_RULE, CLOCKS, EVENTS
from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.law import Shelf
from tuanti.rules.regimes import REGIMES, Regime
from tuanti.rules.subsidy import Lift

FORMAT = "tuanti-case/1"

# What finds the faults of a value at a place.
Test: TypeAlias = Callable[[Any, Path], Iterator[Fault]]

_FIRST_DAY, _LAST_DAY = "1990-01-01", "2100-12-31"
_is_day = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_CODES = {
    "id": "bad_id",
    "text": "bad_text",
    "flag": "not_yes_no",
    "choice": "unknown_choice",
    "count": "bad_count",
}


@dataclass(frozen=True, slots=True)
class Standstill:
    """A pause of the clock under ``clock``; ``until_on`` is None while it lasts."""

    clock: str
    reason: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case without a fault. ``subsidies`` are the law rules of the schemes it counts on."""

    id: str
    title: str
    fictional: bool
    place: str
    regime: Regime | None
    events: Mapping[str, date]
    standstills: tuple[Standstill, ...]
    lift: Lift | None
    subsidies: tuple[str, ...]


def check(data: object, shelf: Shelf) -> list[Fault]:
    """Find every fault of a case; places and schemes are those on ``shelf``.

    >>> from tuanti.rules import law
    >>> [fault.path for fault in check({"format": FORMAT, "id": "a", "title": "A"}, law.packaged())]
    [('place',), ('events',)]
    """
    schemes = {rule.key: rule.value["trigger"] for rule in shelf.rules if rule.unit == "subsidy"}
    events = frozenset(EVENTS) | frozenset(schemes.values())
    parts: Mapping[str, Test] = {
        "format": _format,
        "id": _plain(Field("id", "id")),
        "title": _plain(Field("title", "text")),
        "fictional": _plain(Field("fictional", "flag")),
        "place": _named("unknown_place", frozenset(shelf.places)),
        "regime": _plain(Field("regime", "choice", choices=REGIMES)),
        "events": _events(events),
        "pauses": _listed(_pause),
        "lift": _table(_LIFT, ("storeys", "cost_fen")),
        "subsidies": _listed(_named("unknown_scheme", frozenset(schemes))),
    }
    faults = list(_table(parts, ("format", "id", "title", "place", "events"))(data, ()))
    if isinstance(data, dict):
        faults += _regime_missing(data)
        if data.get("subsidies") and data.get("lift") is None:
            faults.append(_fault("lift_missing", ("lift",)))
    return faults


def read(data: Mapping[str, Any]) -> Case:
    """Take a faultless case as what it means."""
    events = {name: date.fromisoformat(day) for name, day in data["events"].items()}
    lift = data.get("lift")
    return Case(
        id=data["id"],
        title=data["title"],
        fictional=bool(data.get("fictional")),
        place=data["place"],
        regime=data.get("regime"),
        events=MappingProxyType(events),
        standstills=tuple(map(_standstill, data.get("pauses") or ())),
        lift=None if lift is None else _lift(lift),
        subsidies=tuple(data.get("subsidies") or ()),
    )


def _standstill(row: Mapping[str, Any]) -> Standstill:
    until = row.get("until_on")
    return Standstill(
        row["clock"],
        row["reason"],
        date.fromisoformat(row["from_on"]),
        None if until is None else date.fromisoformat(until),
    )


def _lift(row: Mapping[str, Any]) -> Lift:
    bonuses = tuple(row.get("bonuses") or ())
    return Lift(row["storeys"], row["cost_fen"], row.get("pipeline_fen") or 0, bonuses)


def _table(parts: Mapping[str, Test], required: Sequence[str]) -> Test:
    def test(row: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
        if not isinstance(row, dict):
            yield _fault("not_an_object", path, value=shown(row))
            return
        for name in row:
            if name not in parts:
                yield _fault("field_unknown", (*path, name), field=shown(name))
        for name, part in parts.items():
            if row.get(name) is not None:
                yield from part(row[name], (*path, name))
            elif name in required:
                yield _fault("field_missing", (*path, name), field=name)

    return test


def _listed(one: Test) -> Test:
    def test(rows: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
        if not isinstance(rows, list):
            yield _fault("not_a_list", path, field=str(path[-1]), value=shown(rows))
            return
        for at, row in enumerate(rows):
            yield from one(row, (*path, at))

    return test


def _plain(field: Field) -> Test:
    fit = fits(field)
    facts: dict[str, Fact] = {"field": field.name}
    if field.kind == "choice":
        facts["choices"] = " ".join(field.choices)
    if field.kind == "count":
        facts |= {"low": field.low, "high": field.high}

    def test(value: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
        if not fit(value):
            yield Fault(f"case.{_CODES[field.kind]}", path, {**facts, "value": shown(value)})

    return test


def _named(code: str, known: frozenset[str]) -> Test:
    def test(value: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
        if not isinstance(value, str) or value not in known:
            yield _fault(code, path, value=shown(value))

    return test


def _events(known: frozenset[str]) -> Test:
    def test(events: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
        if not isinstance(events, dict):
            yield _fault("not_an_object", path, value=shown(events))
            return
        for name, day in events.items():
            if name not in known:
                yield _fault("unknown_event", (*path, name), value=shown(name))
            yield from _day(day, (*path, name))

    return test


def _day(value: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
    facts: dict[str, Fact] = {"field": str(path[-1]), "value": shown(value)}
    try:
        fit = isinstance(value, str) and _is_day(value) and date.fromisoformat(value)
    except ValueError:
        fit = False
    if not fit:
        yield Fault("case.bad_date", path, facts)
    elif not _FIRST_DAY <= value <= _LAST_DAY:
        limits = {"low": _FIRST_DAY, "high": _LAST_DAY}
        yield Fault("case.date_out_of_range", path, facts | limits)


def _pause(row: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
    faults = [*_table(_PAUSE, ("clock", "reason", "from_on"))(row, path)]
    yield from faults
    if faults:
        return
    stops = BY_RULE[row["clock"]].stops
    if row["reason"] not in stops:
        known = " ".join(sorted(stops)) or None
        yield _fault("reason_not_allowed", (*path, "reason"), value=row["reason"],
                     clock=row["clock"], known=known)  # fmt: skip
    if (row.get("until_on") or row["from_on"]) < row["from_on"]:
        days = {"from_on": row["from_on"], "until_on": row["until_on"]}
        yield _fault("pause_reversed", (*path, "until_on"), **days)


def _format(value: Any, path: Path) -> Iterator[Fault]:  # noqa: ANN401 (whatever the file holds)
    if value != FORMAT:
        yield _fault("unknown_format", path, value=shown(value), format=FORMAT)


def _regime_missing(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Without a regime nothing tells which clocks of a purchase run; the first event is named."""
    events = data.get("events")
    if data.get("regime") is not None or not isinstance(events, dict):
        return
    free = {clock.starts for clock in CLOCKS if not clock.regime}
    bound = [clock.starts for clock in CLOCKS if clock.starts in events]
    for name in [name for name in bound if name not in free][:1]:
        yield _fault("regime_missing", ("regime",), event=name, choices=" ".join(REGIMES))


def _fault(code: str, path: Path, **facts: Fact) -> Fault:
    return Fault(f"case.{code}", path, facts)


_LIFT: Mapping[str, Test] = {
    "storeys": _plain(Field("storeys", "count", 1, 200)),
    "cost_fen": _plain(Field("cost_fen", "count")),
    "pipeline_fen": _plain(Field("pipeline_fen", "count")),
    "bonuses": _listed(_plain(Field("bonuses", "text"))),
}
_PAUSE: Mapping[str, Test] = {
    "clock": _named("unknown_clock", frozenset(BY_RULE)),
    "reason": _plain(Field("reason", "id")),
    "from_on": _day,
    "until_on": _day,
}
