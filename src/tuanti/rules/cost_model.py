"""A cost model, ``tuanti-cost-model/1``: what each part of a lift costs, and who says so.

Prices are data: every line says where its figure comes from and how good that source is. One model
ships with Tuanti; a city hands in the text of its own.

>>> model = packaged()
>>> model.id, [line.id for line in model.lines if line.verified_by]
('cn-published', [])
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

from tuanti.rules.errors import Fact, Fault, Path, RuleBroken
from tuanti.rules.law.reading import parsed
from tuanti.rules.law.rule import GRADES, Grade
from tuanti.rules.law.values import (
    Reader,
    both_languages,
    day,
    flag,
    fraction,
    kind_of,
    listed,
    shown,
    table,
    text,
    whole,
    word,
)

Entry: TypeAlias = Literal["flat", "half"]
Per: TypeAlias = Literal["lift", "stop", "door", "storey", "whole"]
Shares: TypeAlias = tuple[Fraction, Fraction, Fraction]

FORMAT = "tuanti-cost-model/1"
ENTRIES: tuple[Entry, ...] = get_args(Entry)

_MOST_FEN = 10**11


class ModelRefused(RuleBroken):
    """A cost model has faults; ``faults`` holds every one."""

    code = "estimate.model_refused"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Span:
    """A sum in whole fen: at the least, most likely, at the most."""

    low: int
    likely: int
    high: int

    def __add__(self, other: "Span") -> "Span":
        return Span(self.low + other.low, self.likely + other.likely, self.high + other.high)

    def __mul__(self, count: int) -> "Span":
        return Span(self.low * count, self.likely * count, self.high * count)


@dataclass(frozen=True, slots=True)
class Line:
    """A line: fen for each lift, stop, door or storey, or (low, likely, high) shares of the whole.

    It counts for the named ``profiles`` and ``entry`` only, if any are named, and, when ``asked``,
    only for a lift that asks for it.
    """

    id: str
    title: Mapping[str, str]
    per: Per
    fen: Span | None
    share: Shares | None
    profiles: tuple[str, ...]
    entry: Entry | None
    asked: bool
    source: str
    grade: Grade
    verified_by: str
    note: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Model:
    """Prices of one day: the title of each profile there is, and the lines."""

    id: str
    title: Mapping[str, str]
    priced_on: date
    profiles: Mapping[str, Mapping[str, str]]
    lines: tuple[Line, ...]


@cache
def packaged() -> Model:
    """The model that ships with Tuanti: published prices, checked by nobody yet."""
    return read((files(__package__) / "cost_model.toml").read_text(encoding="utf-8"))


def read(written: str) -> Model:
    """Read the text of a model.

    :raises ModelRefused: it has faults.
    """
    faults: list[Fault] = []
    found: Any = parsed(written, "estimate.not_toml", faults)
    if not faults:
        found = _MODEL(found, (), faults)
    if not faults:
        faults += _disagreements(found)
    if faults:
        raise ModelRefused(tuple(faults))
    return _model(found)


def check(written: str) -> tuple[Fault, ...]:
    """Every fault of the text of a model at once; paths lead into its TOML.

    >>> [fault.path for fault in check('format = "tuanti-cost-model/1"')]
    [('id',), ('title',), ('priced_on',), ('profiles',), ('lines',)]
    """
    try:
        read(written)
    except ModelRefused as refused:
        return refused.faults
    return ()


def _model(data: Mapping[str, Any]) -> Model:
    profiles = {row["id"]: row["title"] for row in data["profiles"]}
    lines = tuple(map(_line, data["lines"]))
    return Model(data["id"], data["title"], data["priced_on"], profiles, lines)


def _line(row: Mapping[str, Any]) -> Line:
    fen, share = row["fen"], row["share"]
    sums = {
        "fen": None if fen is None else Span(**fen),
        "share": None if share is None else (share["low"], share["likely"], share["high"]),
    }
    return Line(**{**row, **sums})


def _disagreements(data: Mapping[str, Any]) -> Iterator[Fault]:
    """What is well-formed but cannot all be meant."""
    yield from _twice(data, "profiles")
    yield from _twice(data, "lines")
    yield from _spans(data["lines"])
    yield from _profiles(data)
    parts = [row["share"]["high"] for row in data["lines"] if row["share"]]
    if sum(parts) >= 1:
        facts: dict[str, Fact] = {"value": str(sum(parts))}
        yield Fault("estimate.nothing_left", ("lines",), facts)


def _twice(data: Mapping[str, Any], name: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, row in enumerate(data[name]):
        if row["id"] in seen:
            yield Fault("estimate.id_twice", (name, at, "id"), {"value": row["id"]})
        seen.add(row["id"])


def _spans(lines: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for at, row in enumerate(lines):
        name = "share" if row["share"] else "fen"
        span = row[name]
        if not span["low"] <= span["likely"] <= span["high"]:
            facts: dict[str, Fact] = {key: str(value) for key, value in span.items()}
            yield Fault("estimate.span_reversed", ("lines", at, name), facts)


def _profiles(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Lines name profiles there are; and once some are named, none is left without a price."""
    known = {row["id"] for row in data["profiles"]}
    named = {profile for row in data["lines"] for profile in row["profiles"]}
    for at, row in enumerate(data["lines"]):
        for place, profile in enumerate(row["profiles"]):
            if profile not in known:
                facts: dict[str, Fact] = {"value": profile, "choices": " ".join(sorted(known))}
                path = ("lines", at, "profiles", place)
                yield Fault("estimate.unknown_profile", path, facts)
    for at, row in enumerate(data["profiles"]):
        if named and row["id"] not in named:
            facts = {"value": row["id"]}
            yield Fault("estimate.profile_without_price", ("profiles", at, "id"), facts)


def _one_of(choices: Sequence[str]) -> Reader:
    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if value not in choices:
            facts: dict[str, Fact] = {"value": shown(value), "choices": " ".join(choices)}
            faults.append(Fault("estimate.unknown_choice", path, facts))
        return value

    return read


_FEN = table(dict.fromkeys(("low", "likely", "high"), whole(0, _MOST_FEN)))
_SHARE = table(dict.fromkeys(("low", "likely", "high"), fraction()))
_LINE = kind_of(
    "per",
    {
        "lift": {"fen": _FEN},
        "stop": {"fen": _FEN},
        "door": {"fen": _FEN},
        "storey": {"fen": _FEN},
        "whole": {"share": _SHARE},
    },
    (
        {
            "id": word(),
            "title": both_languages,
            "profiles": listed(word()),
            "entry": _one_of(ENTRIES),
            "asked": flag,
            "source": text,
            "grade": _one_of(GRADES),
            "verified_by": text,
            "note": both_languages,
        },
        {"profiles": (), "entry": None, "asked": False, "verified_by": "", "note": None},
    ),
)
_MODEL = table(
    {
        "format": _one_of((FORMAT,)),
        "id": word(),
        "title": both_languages,
        "priced_on": day,
        "profiles": listed(table({"id": word(), "title": both_languages})),
        "lines": listed(_LINE),
    }
)
