"""A pack of law, ``tuanti-law/1``: from its text to places and rules, or to every fault at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from tuanti.rules.errors import Fault, Path
from tuanti.rules.law.rule import GRADES, Place, Rule, Shelf
from tuanti.rules.law.values import (
    UNITS,
    Reader,
    both_languages,
    day,
    field_of,
    listed,
    path_of,
    shown,
    table,
    text,
    word,
)

FORMAT = "tuanti-law/1"
EMPTY = Shelf(MappingProxyType({}), ())


@dataclass(frozen=True, slots=True)
class Pack:
    """What is sound in a pack, each with its number in the file; ``declared``: every id in it."""

    places: tuple[tuple[int, Place], ...]
    rules: tuple[tuple[int, Rule], ...]
    declared: frozenset[str] = frozenset()


def read(written: str) -> tuple[Pack, tuple[Fault, ...]]:
    """Read a pack by itself: what is sound in it, and every fault of form."""
    faults: list[Fault] = []
    data = parsed(written, "law.not_toml", faults)
    if data is None:
        return Pack((), ()), tuple(faults)
    _FILE(data, (), faults)
    places = [
        (at, Place(row["id"], row["name"], row["parent"]))
        for at, row in _sound(data, "places", _PLACE)
    ]
    rules = [(at, _rule(row)) for at, row in _sound(data, "rules", _rule_row)]
    declared = frozenset([*_ids(data, "places"), *_ids(data, "rules")])
    return Pack(tuple(places), tuple(rules), declared), tuple(faults)


def joined(packs: Sequence[Pack]) -> Pack:
    """All packs as one, counted through."""
    places = [place for pack in packs for _, place in pack.places]
    rules = [rule for pack in packs for _, rule in pack.rules]
    return Pack(tuple(enumerate(places)), tuple(enumerate(rules)))


def faults_between(pack: Pack, beside: Shelf = EMPTY) -> Iterator[Fault]:
    """Every fault of ``pack`` among its own entries and those of ``beside``."""
    places = {place.id: place for _, place in reversed(pack.places)} | dict(beside.places)
    known = {*places, *pack.declared}
    yield from _lost_places(pack, places, known, beside)
    yield from _clashes(pack, beside)
    votes = {rule.path for rule in beside.rules if rule.unit == "consent"}
    votes |= {rule.path for _, rule in pack.rules if rule.unit == "consent"}
    votes |= pack.declared - {rule.path for _, rule in pack.rules}  # told of already
    for at, rule in pack.rules:
        if rule.place not in known:
            yield _fault("unknown_place", ("rules", at, "id"), rule.place)
        yield from _lost_votes(at, rule, votes, places)


def shelf_of(pack: Pack, beside: Shelf = EMPTY) -> Shelf:
    """The shelf with ``pack`` on it, without the rules it replaces; ``pack`` has no faults."""
    gone = {rule.replaces for _, rule in pack.rules}
    rules = [rule for rule in beside.rules if rule.id not in gone]
    rules += [rule for _, rule in pack.rules]
    places = {**beside.places, **{place.id: place for _, place in pack.places}}
    return Shelf(MappingProxyType(places), tuple(rules))


def _lost_places(
    pack: Pack, places: Mapping[str, Place], known: set[str], beside: Shelf
) -> Iterator[Fault]:
    """Places that stand twice, or whose parents do not lead to a nation."""
    seen = set(beside.places)
    for at, place in pack.places:
        if place.id in seen:
            yield _fault("place_twice", ("places", at, "id"), place.id)
        seen.add(place.id)
        if place.parent and place.parent not in known:
            yield _fault("unknown_parent", ("places", at, "parent"), place.parent)
        if place.id in _above(place.id, places):
            yield _fault("parent_circle", ("places", at, "parent"), place.parent)


def _clashes(pack: Pack, beside: Shelf) -> Iterator[Fault]:
    """Rules that stand twice, overlap, or replace what is not there."""
    gone = {rule.replaces for _, rule in pack.rules}
    known = {rule.id: rule.path for rule in beside.rules}
    same: dict[str, list[Rule]] = {}
    for rule in beside.rules:
        if rule.id not in gone:
            same.setdefault(rule.path, []).append(rule)
    for at, rule in pack.rules:
        if rule.replaces and known.get(rule.replaces) != rule.path:
            yield _fault("nothing_to_replace", ("rules", at, "replaces"), rule.replaces)
        others = same.setdefault(rule.path, [])
        for other in others:
            if other.id == rule.id:
                yield _fault("rule_twice", ("rules", at, "id"), rule.id)
            elif _overlap(rule, other):
                yield _fault("period_overlap", ("rules", at, "in_force_from"), other.id)
        others.append(rule)


def _overlap(one: Rule, other: Rule) -> bool:
    return one.in_force_from < (other.in_force_until or date.max) and other.in_force_from < (
        one.in_force_until or date.max
    )


def _lost_votes(
    at: int, rule: Rule, votes: set[str], places: Mapping[str, Place]
) -> Iterator[Fault]:
    for number, key in enumerate(rule.value["also"] if rule.unit == "consent" else ()):
        here = (rule.place, *_above(rule.place, places))
        if key == rule.key or not any(f"{place}/{key}" in votes for place in here):
            yield _fault("unknown_vote", ("rules", at, "value", "also", number), key)


def _above(place: str, places: Mapping[str, Place]) -> list[str]:
    """The places above one, as far as they are known, each once."""
    found: list[str] = []
    while place in places and (place := places[place].parent) and place not in found:
        found.append(place)
    return found


def _fault(code: str, path: Path, value: str) -> Fault:
    return Fault(f"law.{code}", path, {"field": field_of(path), "value": value})


def parsed(written: str, code: str, faults: list[Fault]) -> dict[str, Any] | None:
    """Read TOML; None, with a fault of ``code`` at its line, if it is none."""
    try:
        return tomllib.loads(written)
    except tomllib.TOMLDecodeError as wrong:
        where = re.search(r"line (\d+)", str(wrong))
        line = int(where[1]) if where else written.count("\n") + 1
        faults.append(Fault(code, (), {"line": line}))
    except RecursionError:
        faults.append(Fault(code, (), {"line": 1}))
    return None


def _sound(data: Mapping[str, Any], name: str, one: Reader) -> Iterator[tuple[int, Any]]:
    """The entries of a list that have no fault, with their numbers."""
    rows = data.get(name)
    for at, row in enumerate(rows if isinstance(rows, list) else ()):
        faults: list[Fault] = []
        found: Any = one(row, (name, at), faults)
        if not faults:
            yield at, found


def _ids(data: Mapping[str, Any], name: str) -> Iterator[str]:
    """Every id of a list, sound or not."""
    rows = data.get(name)
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            yield row["id"]


def _rule(row: Mapping[str, Any]) -> Rule:
    place, topic, name = row["id"]
    rest = {key: value for key, value in row.items() if key != "id"}
    return Rule(place=place, topic=topic, name=name, **rest)


def _id(value: object, path: Path, faults: list[Fault]) -> object:
    return path_of(value, path, faults, 3)


def _format(value: object, path: Path, faults: list[Fault]) -> None:
    if value != FORMAT:
        facts = {"field": "format", "value": shown(value), "format": FORMAT}
        faults.append(Fault("law.unknown_format", path, facts))


def _one_of(known: Sequence[str], code: str) -> Reader:
    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if value in known:
            return value
        facts = {"field": field_of(path), "value": shown(value), "choices": " ".join(known)}
        faults.append(Fault(code, path, facts))
        return None

    return read


def _said(value: object, path: Path, faults: list[Fault]) -> object:
    """Read text that may be empty."""
    return value if value == "" else text(value, path, faults)


def _parent(value: object, path: Path, faults: list[Fault]) -> object:
    return value if value == "" else word()(value, path, faults)


def _anything(value: object, _path: Path, _faults: list[Fault]) -> object:
    return value


def _rule_row(value: object, path: Path, faults: list[Fault]) -> object:
    row: Any = _RULE(value, path, faults)
    if row is None:
        return None
    found = dict(row)
    if found.get("unit") is not None and "value" in found:
        found["value"] = UNITS[found["unit"]](found["value"], (*path, "value"), faults)
    start, end = found.get("in_force_from"), found.get("in_force_until")
    if start is not None and end is not None and end <= start:
        facts = {"field": "in_force_until", "start": str(start), "end": str(end)}
        faults.append(Fault("law.period_reversed", (*path, "in_force_until"), facts))
    return found


_PLACE = table({"id": word(), "name": both_languages, "parent": _parent})
_RULE = table(
    {
        "id": _id,
        "title": both_languages,
        "unit": _one_of(tuple(UNITS), "law.unknown_unit"),
        "value": _anything,
        "article": both_languages,
        "source": text,
        "grade": _one_of(GRADES, "law.unknown_grade"),
        "in_force_from": day,
        "in_force_until": day,
        "verified_by": _said,
        "note": both_languages,
        "replaces": _said,
    },
    {"in_force_until": None, "verified_by": "", "note": None, "replaces": ""},
)
_FILE = table(
    {"format": _format, "places": listed(_PLACE), "rules": listed(_rule_row)},
    {"places": (), "rules": ()},
)
