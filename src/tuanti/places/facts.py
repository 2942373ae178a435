"""What a worker tells of an estate, a building, a stairwell, a flat or an owner, checked.

``checked`` returns the facts in the form they are kept in, or refuses.
"""

import re
from dataclasses import asdict, dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tuanti.places.refusals import (
    BadIdNumber,
    BadPhone,
    BadShare,
    DaysReversed,
    NameMissing,
    OutOfRange,
    UnknownValue,
)
from tuanti.rules import housing

OLDEST, LATEST = 1840, 2100
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class EstateFacts:
    """An estate: ``property_firm`` is an organisation's id, ``community`` a division's or ""."""

    name: str
    address: str = ""
    aliases: tuple[str, ...] = ()
    property_firm: str = ""
    community: str = ""

    def checked(self) -> "EstateFacts":
        """Return the facts without stray spaces.

        :raises NameMissing: there is no name.
        """
        aliases = tuple(dict.fromkeys(alias.strip() for alias in self.aliases if alias.strip()))
        name = named(self.name, "estate")
        return replace(self, name=name, address=self.address.strip(), aliases=aliases)


@dataclass(frozen=True, slots=True)
class BuildingFacts:
    """A building; what is not known is None or empty."""

    name: str
    storeys: int | None = None
    built: int | None = None
    structure: str = ""
    demolition: bool | None = None
    households: int | None = None

    def checked(self) -> "BuildingFacts":
        """Return the facts.

        :raises NameMissing: there is no name.
        :raises OutOfRange: storeys, year or households cannot be.
        :raises UnknownValue: there is no such structure.
        """
        ranged("storeys", self.storeys, 1, housing.HIGHEST)
        ranged("built", self.built, OLDEST, LATEST)
        ranged("households", self.households, 0, 10_000)
        if self.structure:
            one_of("structure", self.structure, housing.STRUCTURES)
        return replace(self, name=named(self.name, "building"))


@dataclass(frozen=True, slots=True)
class StairwellFacts:
    """A stairwell; ``entries`` are the storeys entered from a street, 1 unless told."""

    name: str
    entries: tuple[int, ...] = ()
    lift: bool | None = None

    def checked(self) -> "StairwellFacts":
        """Return the facts.

        :raises NameMissing: there is no name.
        :raises OutOfRange: a storey cannot be.
        """
        for storey in self.entries:
            ranged("entries", storey, housing.LOWEST, housing.HIGHEST)
        entries = tuple(sorted(set(self.entries)))
        return replace(self, name=named(self.name, "stairwell"), entries=entries)


@dataclass(frozen=True, slots=True)
class FlatFacts:
    """A flat; its area in whole dm²."""

    number: str
    floor: int | None = None
    area_dm2: int | None = None
    tenure: str = "private"
    state: str = "free"

    def checked(self) -> "FlatFacts":
        """Return the facts.

        :raises NameMissing: there is no number.
        :raises OutOfRange: floor or area cannot be.
        :raises UnknownValue: there is no such tenure or state.
        """
        ranged("floor", self.floor, housing.LOWEST, housing.HIGHEST)
        ranged("area_dm2", self.area_dm2, 1, 10_000_000)
        one_of("tenure", self.tenure, housing.TENURES)
        one_of("state", self.state, housing.STATES)
        return replace(self, number=named(self.number, "flat"))


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """An owner. Two of an estate are one person when their ID numbers are the same.

    Without ID numbers they are when name and phone are; without either, only within a flat.
    """

    name: str
    phone: str = ""
    id_number: str = ""
    life: str = "living"

    def checked(self) -> "OwnerFacts":
        """Return the facts, numbers without spaces.

        :raises NameMissing: there is no name.
        :raises BadPhone: the phone cannot be one.
        :raises BadIdNumber: the length or the check digit of an ID number is wrong.
        :raises UnknownValue: there is no such state of life.
        """
        one_of("life", self.life, housing.LIVES)
        phone = "".join(self.phone.split()).replace("-", "")
        if phone and not _PHONE.fullmatch(phone):
            raise BadPhone
        number = "".join(self.id_number.split()).upper()
        if number and not plausible_id(number):
            raise BadIdNumber
        return replace(self, name=named(self.name, "owner"), phone=phone, id_number=number)


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project of the renovation programme; ``built_until`` is its scope by build year."""

    name: str
    year: int
    built_until: int = 2000
    area_dm2: int | None = None
    buildings: int | None = None
    households: int | None = None
    started_on: date | None = None
    finished_on: date | None = None

    def checked(self) -> "ProjectFacts":
        """Return the facts.

        :raises NameMissing: there is no name.
        :raises OutOfRange: a figure cannot be.
        :raises DaysReversed: it ends before it starts.
        """
        ranged("year", self.year, 2000, LATEST)
        ranged("built_until", self.built_until, OLDEST, LATEST)
        for field in ("area_dm2", "buildings", "households"):
            ranged(field, getattr(self, field), 0, 10**12)
        if self.started_on and self.finished_on and self.finished_on < self.started_on:
            start, end = self.started_on.isoformat(), self.finished_on.isoformat()
            raise DaysReversed(start=start, end=end)
        return replace(self, name=named(self.name, "project"))


def columns(facts: Any) -> dict[str, Any]:  # noqa: ANN401 (any of the dataclasses here)
    """Give facts as columns of a row: lists where they hold tuples."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(facts).items()}


def named(name: str, what: str) -> str:
    """Return a name with single spaces only.

    :raises NameMissing: nothing is left of it.
    """
    plain = " ".join(name.split())
    if not plain:
        raise NameMissing(what=what)
    return plain


def ranged(field: str, value: int | None, lowest: int, highest: int) -> None:
    """Let a figure pass that can be.

    :raises OutOfRange: it cannot.
    """
    if value is not None and not lowest <= value <= highest:
        raise OutOfRange(field=field, value=value, lowest=lowest, highest=highest)


def one_of(field: str, value: str, known: tuple[str, ...]) -> None:
    """Let a value pass that is known.

    :raises UnknownValue: it is not.
    """
    if value not in known:
        raise UnknownValue(field=field, value=value, known=", ".join(known))


def share_of(text: str) -> str:
    """Return a share as "1/2"; "" (joint) stays empty.

    :raises BadShare: it is no fraction above 0 and up to 1.
    """
    if not text.strip():
        return ""
    try:
        share = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise BadShare(value=text.strip()) from None
    if not 0 < share <= 1:
        raise BadShare(value=text.strip())
    return str(share)


def plausible_id(number: str) -> bool:
    """Whether an ID number has 18 figures and a right check digit, or the shape of another paper.

    Passports and permits of residents from Hong Kong, Macao and Taiwan have letters and figures, 6
    to 12; a firm has a unified code of 18.
    """
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        weighed = sum(w * int(n) for w, n in zip(_WEIGHTS, number, strict=False))
        return _CHECKS[weighed % 11] == number[17]
    return bool(re.fullmatch(r"[A-Z0-9]{6,12}|[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{10}", number))
