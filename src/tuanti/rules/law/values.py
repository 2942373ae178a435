"""What a value may be: every unit with its test, and the readers they are built from.

A reader takes a raw TOML value and its path, notes every fault, and returns the value as findings
use it: fractions exact, dates as dates, tables frozen and with every key present.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from tuanti.rules.errors import Fact, Fault, Path

Reader: TypeAlias = Callable[[object, Path, list[Fault]], object]

_BIGGEST = 2**53 - 1  # the largest whole number every JSON reader keeps exactly
_LONGEST_SHOWN = 40
_LANGS = ("zh", "en")
_NOTHING: Mapping[str, object] = MappingProxyType({})
_is_storeys = re.compile("[1-9][0-9]?").fullmatch
_is_word = re.compile("[a-z0-9-]{1,40}").fullmatch
_is_fraction = re.compile("[0-9]{1,9}(/[1-9][0-9]{0,8})?").fullmatch


def whole(low: int = 0, high: int = _BIGGEST) -> Reader:
    """Read a whole number from ``low`` to ``high``."""

    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if type(value) is not int:
            return _wrong("not_a_number", value, path, faults)
        if not low <= value <= high:
            return _wrong("out_of_range", value, path, faults, low=low, high=high)
        return value

    return read


def fraction(most: int | None = 1) -> Reader:
    """Read an exact fraction, written ``"2/3"``, from 0 to ``most``."""

    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if not isinstance(value, str) or not _is_fraction(value):
            return _wrong("not_a_fraction", value, path, faults)
        found = Fraction(value)
        if most is not None and found > most:
            return _wrong("above_whole", value, path, faults)
        return found

    return read


def word(choices: tuple[str, ...] = ()) -> Reader:
    """Read a word of small letters, digits and hyphens; one of ``choices`` if there are any."""

    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if choices and value not in choices:
            return _wrong("unknown_choice", value, path, faults, choices=" ".join(choices))
        if not isinstance(value, str) or not _is_word(value):
            return _wrong("not_a_word", value, path, faults)
        return value

    return read


def listed(one: Reader) -> Reader:
    """Read a list, each entry by ``one``, as a tuple."""

    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if not isinstance(value, list):
            return _wrong("not_a_list", value, path, faults)
        return tuple(one(item, (*path, at), faults) for at, item in enumerate(value))

    return read


def table(keys: Mapping[str, Reader], left_out: Mapping[str, object] = _NOTHING) -> Reader:
    """Read a table; a key not in ``left_out`` is required, any other than ``keys`` is a fault."""

    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if not isinstance(value, dict):
            return _wrong("not_a_table", value, path, faults)
        return MappingProxyType(_parts(value, keys, left_out, path, faults))

    return read


def text(value: object, path: Path, faults: list[Fault]) -> object:
    """Read a line of text that says something."""
    if not isinstance(value, str):
        return _wrong("not_a_text", value, path, faults)
    if not value.strip():
        return _note("field_missing", path, faults)
    return value


def flag(value: object, path: Path, faults: list[Fault]) -> object:
    """Read true or false."""
    return value if isinstance(value, bool) else _wrong("not_a_flag", value, path, faults)


def day(value: object, path: Path, faults: list[Fault]) -> object:
    """Read a date without a time."""
    if not isinstance(value, date) or isinstance(value, datetime):
        return _wrong("not_a_date", value, path, faults)
    return value


both_languages = table(dict.fromkeys(_LANGS, text))


def kind_of(
    name: str,
    kinds: Mapping[str, Mapping[str, Reader]],
    rest: tuple[Mapping[str, Reader], Mapping[str, object]],
    optional: frozenset[str] = frozenset(),
) -> Reader:
    """Read a table whose key ``name`` says which further keys it must have.

    ``rest`` has the keys all kinds share, and what they are when left out. Keys of other kinds,
    and ``optional`` ones left out, become None.
    """
    others = dict.fromkeys(key for keys in kinds.values() for key in keys)
    pick = word(tuple(kinds))

    def read(value: object, path: Path, faults: list[Fault]) -> object:
        if not isinstance(value, dict):
            return _wrong("not_a_table", value, path, faults)
        if name not in value:
            return _note("field_missing", (*path, name), faults)
        kind = pick(value[name], (*path, name), faults)
        if not isinstance(kind, str):
            return None
        own = {key: value[key] for key in kinds[kind] if key in value}
        shared = {key: value[key] for key in value if key not in own and key != name}
        missing = dict.fromkeys(optional & kinds[kind].keys())
        found = {name: kind, **others, **_parts(own, kinds[kind], missing, path, faults)}
        return MappingProxyType({**found, **_parts(shared, *rest, path, faults)})

    return read


def by_storeys(value: object, path: Path, faults: list[Fault]) -> object:
    """Read fen by number of storeys: ``{"7" = 22000000}``."""
    if not isinstance(value, dict) or not value:
        return _wrong("not_a_table", value, path, faults)
    found = {}
    for key, fen in value.items():
        if not _is_storeys(key):
            _wrong("not_a_number", key, (*path, key), faults)
        else:
            found[int(key)] = _FEN(fen, (*path, key), faults)
    return MappingProxyType(found)


def path_of(value: object, path: Path, faults: list[Fault], parts: int) -> tuple[str, ...] | None:
    """Read ``place/topic/name`` (three parts) or ``topic/name`` (two) as a tuple of words."""
    found = tuple(value.split("/")) if isinstance(value, str) else ()
    if len(found) != parts or not all(map(_is_word, found)):
        shape = "/".join(("place", "topic", "name")[-parts:])
        _wrong("not_a_path", value, path, faults, shape=shape)
        return None
    return found


def _other_vote(value: object, path: Path, faults: list[Fault]) -> object:
    found = path_of(value, path, faults, 2)
    return found and "/".join(found)


_FEN = whole()
_TERM = whole(1, 36_500)
_THRESHOLDS = table({"area": fraction(), "persons": fraction()})

CONSENT = table(
    {
        "scope": word(("stairwell", "building", "estate")),
        "participation": _THRESHOLDS,
        "approval": _THRESHOLDS,
        "approval_of": word(("participating", "all")),
        "strict": flag,
        "silence": word(("absent", "abstain")),
        "abstention": word(("participates", "absent")),
        "extra": listed(word(("no-written-objection", "occupied-owner-consents"))),
        "also": listed(_other_vote),
        "unanimous": flag,
        "split": word(("participates", "absent")),
        "signing": word(("one", "all")),
    },
    {
        "approval_of": "participating",
        "strict": False,
        "silence": "absent",
        "abstention": "participates",
        "extra": (),
        "also": (),
        "unanimous": False,
        "split": "participates",
        "signing": "one",
    },
)

SUBSIDY = kind_of(
    "kind",
    {
        "fixed": {"fen": _FEN},
        "percentage": {"percentage": fraction(), "cap_fen": _FEN},
        "by-storeys": {"by_storeys": by_storeys},
    },
    (
        {
            "up_to": flag,
            "min_storeys": whole(1, 200),
            "pipeline_fen": _FEN,
            "bonus": listed(table({"name": both_languages, "fen": _FEN})),
            "trigger": word(),
            "apply_within_days": _TERM,
            "city_share": fraction(),
            "expires_on": day,
            "payee": word(),
        },
        {
            "up_to": False,
            "min_storeys": None,
            "pipeline_fen": None,
            "bonus": (),
            "trigger": "use-registration",
            "apply_within_days": None,
            "city_share": None,
            "expires_on": None,
            "payee": None,
        },
    ),
    optional=frozenset({"cap_fen"}),
)

_MONTHS: Mapping[str, Reader] = {"at_most_months": _TERM}

UPKEEP = kind_of(
    "layer",
    {
        "half-monthly": {"at_most_days": _TERM},
        "quarterly": _MONTHS,
        "half-yearly": _MONTHS,
        "yearly": _MONTHS,
    },
    ({"contains": listed(word())}, {"contains": ()}),
)

UNITS: Mapping[str, Reader] = {
    "days": _TERM,
    "working-days": _TERM,
    "months": _TERM,
    "years": _TERM,
    "hours": _TERM,
    "minutes": _TERM,
    "years-of-use": listed(_TERM),  # 1, 4, 7 …: in which years after acceptance
    "count": whole(),
    "fen": _FEN,
    "bp": whole(0, 10_000),
    "fraction": fraction(),
    "factor": fraction(None),
    "flag": flag,
    "word": word(),
    "words": listed(word()),
    "consent": CONSENT,
    "subsidy": SUBSIDY,
    "upkeep": UPKEEP,
    "committee": table({"least": whole(1, 99), "odd": flag, "experts": fraction()}),
    "breaker": table(
        {"factor": fraction(None), "mean_share": fraction(), "binds": word(("published", "always"))}
    ),
}


def field_of(path: Path) -> str:
    """Name the end of ``path`` for people: the key, and in a list the number, counted from 1."""
    *before, last = path
    return f"{before[-1]} {last + 1}" if isinstance(last, int) else last


def shown(value: object) -> str:
    """Write ``value`` short enough for a sentence."""
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    said = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    return said if len(said) <= _LONGEST_SHOWN else said[: _LONGEST_SHOWN - 1] + "…"


def _parts(
    value: Mapping[str, object],
    keys: Mapping[str, Reader],
    left_out: Mapping[str, object],
    path: Path,
    faults: list[Fault],
) -> dict[str, object]:
    """Read the parts of a table, in the order of ``keys``."""
    found: dict[str, object] = {}
    for key, one in keys.items():
        if key in value:
            found[key] = one(value[key], (*path, key), faults)
        elif key in left_out:
            found[key] = left_out[key]
        else:
            _note("field_missing", (*path, key), faults)
    for key in value:
        if key not in keys:
            _note("field_unknown", (*path, key), faults)
    return found


def _wrong(code: str, value: object, path: Path, faults: list[Fault], **facts: Fact) -> object:
    return _note(code, path, faults, value=shown(value), **facts)


def _note(code: str, path: Path, faults: list[Fault], **facts: Fact) -> object:
    """Note a fault; what was to be read is then None."""
    faults.append(Fault(f"law.{code}", path, {"field": field_of(path), **facts}))
    return None
