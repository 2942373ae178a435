"""The facts of old housing, as registers and street offices' lists hold them.

One :class:`Line` tells of one flat and everything above it: estate (小区), building (栋), stairwell
(单元). A line that stops earlier tells only of its estate, building or stairwell. What a list does
not know is None or empty: real registers lack one completion date in eight.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from tuanti.rules.consent.roll import Standing, State, Tenure

Structure: TypeAlias = Literal[
    "brick-concrete", "brick-wood", "mixed", "frame", "reinforced-concrete", "steel"
]
Life: TypeAlias = Literal["living", "died", "unreachable"]

STRUCTURES: tuple[Structure, ...] = get_args(Structure)
LIVES: tuple[Life, ...] = get_args(Life)
TENURES: tuple[Tenure, ...] = get_args(Tenure)
STATES: tuple[State, ...] = get_args(State)
STANDINGS: tuple[Standing, ...] = get_args(Standing)

HIGHEST = 33  # storeys; the sharing schemes of the provinces end there
LOWEST = -9  # hillside houses are entered above their lowest flats


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner named for a flat. ``share`` is None where the owners hold it jointly.

    Two entries are one person when their ``id_number`` is the same.
    """

    name: str
    phone: str = ""
    id_number: str = ""
    share: Fraction | None = None
    standing: Standing = "registered"
    life: Life = "living"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a housing list. ``street`` and ``district`` are names as the list writes them.

    ``floor`` is the storey of the flat's door, counted from the lowest storey of the building;
    ``entries`` are the storeys one can enter the stairwell from the street (平街层), 1 unless told.
    ``households`` is the number of flats where a list gives only that. Areas are whole dm².
    """

    estate: str
    district: str = ""
    street: str = ""
    community: str = ""
    address: str = ""
    aliases: tuple[str, ...] = ()
    building: str = ""
    storeys: int | None = None
    built: int | None = None
    structure: Structure | None = None
    demolition: bool | None = None
    stairwell: str = ""
    entries: tuple[int, ...] = ()
    lift: bool | None = None
    households: int | None = None
    flat: str = ""
    floor: int | None = None
    area_dm2: int | None = None
    tenure: Tenure = "private"
    state: State = "free"
    owners: tuple[Owner, ...] = ()
