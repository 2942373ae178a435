"""The fields of a round: one table for every list, and the test each kind of field must pass."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from tuanti.rules.regimes import REGIMES

Kind: TypeAlias = Literal[
    "format", "id", "zone", "text", "uscc", "count", "flag", "choice", "ids", "choices", "groups"
]
Row: TypeAlias = Mapping[str, Any]
Test: TypeAlias = Callable[[Any], bool]

FORMAT = "tuanti-round/1"
BIGGEST = 2**53 - 1  # the largest whole number every JSON reader keeps exactly
ALL_BP = 10_000
EVERY_ZONE = "*"

OBJECTIVES = ("cost", "life_cycle", "cost_quality", "points")
PARTS = ("equipment", "shaft", "foundation", "design", "installation", "maintenance")
ENTRIES = ("flat", "half")
LADDERS = ("all_units", "incremental")
PAIR_KINDS = ("fixed", "forbidden")

ID_PATTERN = "[a-z0-9-]{1,40}"
USCC_PATTERN = "[0-9A-HJ-NP-RTUW-Y]{18}"
# Nothing XML cannot hold, no line breaks; no blank at either end, so that what a workbook
# cell gives back is what was written.
_NO_TEXT = r"\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufffe\uffff"
TEXT_PATTERN = rf"(?!\s)[^{_NO_TEXT}]{{1,200}}(?<!\s)"

_id = re.compile(ID_PATTERN).fullmatch
is_uscc_form = re.compile(USCC_PATTERN).fullmatch
_text = re.compile(TEXT_PATTERN).fullmatch

_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {sign: value for value, sign in enumerate(_USCC_SIGNS)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its kind, its bounds, and what an empty cell means (``optional``: ``default``).

    A ``silent`` one that is empty stands nowhere in the canonical round: rounds from before there
    was such a field keep their digest.
    """

    name: str
    kind: Kind
    low: int = 0
    high: int = BIGGEST
    optional: bool = False
    default: str | int | None = None
    choices: tuple[str, ...] = ()
    silent: bool = False


def _maybe(name: str, low: int = 0, high: int = BIGGEST, default: int | None = None) -> Field:
    return Field(name, "count", low, high, optional=True, default=default)


HEAD = (
    Field("format", "format"),
    Field("id", "id"),
    Field("title", "text"),
    Field("fictional", "flag", optional=True, default=False),
)

RULES = (
    Field("regime", "choice", optional=True, choices=REGIMES, silent=True),
    Field("objective", "choice", choices=OBJECTIVES),
    Field("price_basis", "choices", choices=PARTS),
    _maybe("maintenance_years", high=50, default=0),
    _maybe("discount_rate_bp", high=5000, default=0),
    _maybe("fen_per_point", default=0),
    _maybe("price_points", default=0),
    _maybe("quality_points", default=0),
    _maybe("winners_min", low=1),
    _maybe("winners_max", low=1),
    _maybe("lots_max", low=1),
    _maybe("lots_max_district", low=1),
    _maybe("share_max_bp", low=1, high=ALL_BP),
    _maybe("share_max_district_bp", low=1, high=ALL_BP),
    _maybe("share_min_bp", high=ALL_BP),
    _maybe("small_share_min_bp", high=ALL_BP),
    _maybe("group_suppliers_min", low=1),
    Field("groups", "groups", optional=True),
    Field("seed", "text"),
)

LISTS: Mapping[str, tuple[Field, ...]] = MappingProxyType(
    {
        "lots": (
            Field("id", "id"),
            Field("name", "text"),
            Field("district", "id"),
            Field("zone", "id", optional=True),
            _maybe("suppliers_max", low=1, default=1),
            _maybe("ceiling_fen"),
        ),
        "parcels": (Field("id", "id"), Field("name", "text"), Field("lot", "id")),
        "bill": (
            Field("parcel", "id"),
            Field("profile", "id"),
            Field("stops", "count", 2, 40),
            Field("entry", "choice", choices=ENTRIES),
            Field("lifts", "count", 1),
            _maybe("ceiling_fen"),
        ),
        "suppliers": (
            Field("id", "id"),
            Field("name", "text"),
            Field("uscc", "uscc"),
            Field("capacity_lifts", "count", 1),
            Field("quality", "count", 0, ALL_BP),
            Field("small", "flag", optional=True, default=False),
            _maybe("entry_fen", default=0),
            Field("ladder", "choice", optional=True, default="all_units", choices=LADDERS),
        ),
        "books": (
            Field("supplier", "id"),
            Field("zone", "zone"),
            Field("profile", "id"),
            Field("base_fen", "count"),
            Field("stop_fen", "count"),
            _maybe("flat_fen"),
            _maybe("half_fen"),
            _maybe("shaft_stop_fen"),
            _maybe("foundation_fen"),
            _maybe("design_fen"),
            _maybe("installation_fen"),
            _maybe("maintenance_year_fen"),
        ),
        "tiers": (
            Field("supplier", "id"),
            Field("from_lifts", "count", 1),
            _maybe("to_lifts", low=1),
            _maybe("discount_bp", high=ALL_BP, default=0),
            _maybe("off_fen", default=0),
            _maybe("fixed_fen", low=-BIGGEST, default=0),
        ),
        "packages": (
            Field("id", "id"),
            Field("supplier", "id"),
            Field("lots", "ids"),
            Field("total_fen", "count"),
            _maybe("maintenance_year_fen"),
        ),
        "pairs": (
            Field("lot", "id"),
            Field("supplier", "id"),
            Field("kind", "choice", choices=PAIR_KINDS),
        ),
    }
)

# A round without these buys nothing from nobody. The other lists may be empty or missing.
NEVER_EMPTY = ("lots", "parcels", "bill", "suppliers")


def uscc_check(code: str) -> str:
    """Compute the check character of a social credit code (GB 32100-2015) from its first 17."""
    total = sum(map(int.__mul__, (_USCC_VALUES[sign] for sign in code[:17]), _USCC_WEIGHTS))
    return _USCC_SIGNS[-total % 31]


def fits(field: Field) -> Test:
    """Choose the test a value of ``field`` must pass, to be run down a whole column."""
    low, high, choices = field.low, field.high, frozenset(field.choices)
    tests: Mapping[Kind, Test] = {
        "format": lambda value: value == FORMAT,
        "id": is_id,
        "zone": lambda value: value == EVERY_ZONE or is_id(value),
        "text": lambda value: type(value) is str and _text(value) is not None,
        "uscc": _is_uscc,
        "count": lambda value: type(value) is int and low <= value <= high,
        "flag": lambda value: type(value) is bool,
        "choice": lambda value: type(value) is str and value in choices,
        "ids": lambda value: type(value) is list and _all_differ(value, is_id),
        "choices": lambda value: type(value) is list and _all_differ(value, choices.__contains__),
        "groups": _are_groups,
    }
    return tests[field.kind]


def is_id(value: object) -> bool:
    """Say whether ``value`` is written as an id."""
    return type(value) is str and _id(value) is not None


def _is_uscc(value: object) -> bool:
    return type(value) is str and is_uscc_form(value) is not None and uscc_check(value) == value[17]


def _all_differ(values: Sequence[object], fits: Test) -> bool:
    texts = all(type(value) is str and fits(value) for value in values)
    return texts and 0 < len(values) == len(set(values))


def _are_groups(value: object) -> bool:
    return type(value) is dict and all(is_id(key) and is_id(value[key]) for key in value)
