"""Rows of a housing list made into lines: one flat, or one place above a flat, each.

Rows of one flat that stand together name its owners, one each. A line is only made where nothing
is wrong; what is missing but tolerated goes with it as gaps.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tuanti.rules.housing import HIGHEST, Line, Owner
from tuanti.sheets.cells import Wrong
from tuanti.sheets.housing_cells import Cells
from tuanti.sheets.housing_columns import SHEET, WANTED, Matching
from tuanti.sheets.housing_owners import owners, sound_shares
from tuanti.sheets.housing_seen import FirstSeen
from tuanti.sheets.housing_source import Raw
from tuanti.sheets.reading import Located
from tuanti.sheets.scan import ref

MOST_ESTATES = 200_000  # beyond it, names are no longer compared

_OWNER_FIELDS = ("owner", "phone", "id_number", "share", "standing", "life")
_OF_A_FLAT = ("floor", "area_dm2", "owner")
_MISSING = "housing.missing"
_PLACES = ("district", "street", "community", "estate", "building", "stairwell")
_ROOM = re.compile(r"(\d{1,2})\d\d[A-Z]?", re.ASCII).fullmatch
_WHOLE_CODE = re.compile(r"(?:([0-9A-Z]{1,4})-)?([0-9A-Z]{1,3})-(\d{3,4}[A-Z]?)").fullmatch
_LINE_FIELDS = frozenset(Line.__slots__) - {"owners"}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: its number, the line made of it unless faults forbid, what it lacks.

    ``also`` are the further rows that name owners of the same flat.
    """

    number: int
    line: Line | None
    faults: tuple[Located, ...] = ()
    gaps: tuple[Located, ...] = ()
    also: tuple[int, ...] = ()


@dataclass(slots=True)
class _Draft:
    number: int
    values: dict[str, Any]
    faults: list[Located]
    gaps: list[Located]
    owners: list[Owner] = field(default_factory=list)
    key: tuple[str, ...] | None = None
    also: list[int] = field(default_factory=list)

    def welcomes(self, other: "_Draft") -> bool:
        """Whether ``other``, of the same flat, names further owners of it."""
        return bool(
            self.owners
            and other.owners
            and not any(_same(mine, his) for mine in self.owners for his in other.owners)
        )


class Lines:
    """Makes lines of rows; ``tab`` is the sheet's title, for the places of faults.

    ``fill_down``: a blank estate, building and the like is that of the row above.
    ``derive``: take a floor from the flat's number (602: 6) where there is none; else it is only
    proposed, as a gap.
    """

    def __init__(
        self, matching: Matching, tab: str, cells: Cells, *, fill_down: bool, derive: bool
    ) -> None:
        self._tab, self._cells, self._derive = tab, cells, derive
        self._at = [(name, at - 1, name in WANTED) for name, at in matching.at.items()]
        self._letters = {name: ref(0, at)[:-1] for name, at in matching.at.items()}
        self._filled = [name for name in _PLACES if name in matching.at] if fill_down else []
        self._columns = matching.at
        self._above: dict[str, Raw] = {}
        self._missing: Mapping[str, dict[str, Any]] = {n: {"field": n} for n in WANTED}
        self._open: _Draft | None = None
        self._flats = FirstSeen()
        self._estates: dict[str, tuple[str, int]] = {}
        self._aliases: dict[str, tuple[str, int]] = {}

    def feed(self, number: int, cells: Sequence[Raw]) -> Row | None:
        """Take a row; gives the one before it, once that is known to be complete."""
        draft, before = self._drafted(number, cells), self._open
        if before and draft.key and draft.key == before.key and before.welcomes(draft):
            self._join(before, draft)
            return None
        self._open = draft
        return self._finished(before) if before else None

    def close(self) -> Row | None:
        """Give the last row."""
        before, self._open = self._open, None
        return self._finished(before) if before else None

    def _drafted(self, number: int, cells: Sequence[Raw]) -> _Draft:
        if self._filled:
            cells = self._fill(cells)
        values: dict[str, Any] = {}
        draft = _Draft(number, values, [], [])
        width, read = len(cells), self._cells.read
        for name, at, wanted in self._at:
            raw = cells[at] if at < width else ""
            value = fault = gap = None
            if raw != "":
                value, fault, gap = read(name, raw)
                if fault is not None:
                    draft.faults.append(self._located(draft, name, fault))
                elif gap is not None:
                    draft.gaps.append(self._located(draft, name, gap))
            if value is not None:
                values[name] = value
            elif wanted and fault is None and gap is None:
                draft.gaps.append(self._lacking(number, name))
        self._settle(draft)
        return draft

    def _settle(self, draft: _Draft) -> None:
        values = draft.values
        if "flat" in values:
            self._split(draft)
            found, faults, gaps = owners(values)
            draft.owners = [*found]
            draft.faults += [self._located(draft, name, wrong) for name, wrong in faults]
            draft.gaps += [self._located(draft, name, wrong) for name, wrong in gaps]
        else:
            self._without_flat(draft)
        self._name_estate(draft)
        if "flat" in values and "estate" in values:
            draft.key = tuple(
                values.get(name, "")
                for name in ("district", "street", "estate", "building", "stairwell", "flat")
            )

    def _fill(self, cells: Sequence[Raw]) -> Sequence[Raw]:
        row = [*cells, *[""] * (max(self._columns.values()) - len(cells))]
        told = False
        for name in self._filled:
            at = self._columns[name] - 1
            told = told or (row[at] != "" and row[at] != self._above.get(name))
            if not told and row[at] == "":
                row[at] = self._above.get(name, "")
            self._above[name] = row[at]
        return row

    def _split(self, draft: _Draft) -> None:
        """Part ``3-1-602`` into building, stairwell and flat where these have no column."""
        values = draft.values
        found = _WHOLE_CODE(values["flat"])
        if not found or "stairwell" in values or bool(found[1]) == ("building" in values):
            return
        parts = {"building": found[1], "stairwell": found[2], "flat": found[3]}
        for name in ("building", "stairwell"):
            if parts[name]:
                self._derived(draft, name, parts[name], "flat")
        if self._derive:
            values["flat"] = found[3]

    def _propose_floor(self, draft: _Draft) -> None:
        found = _ROOM(draft.values["flat"])
        floor = int(found[1]) if found else 0
        if 1 <= floor <= draft.values.get("storeys", HIGHEST):
            self._derived(draft, "floor", floor, "flat")

    def _derived(self, draft: _Draft, name: str, value: str | int, source: str) -> None:
        if any(fault.path[-1] == name for fault in draft.faults):
            return
        draft.gaps = [gap for gap in draft.gaps if gap.path[-1] != name or gap.code != _MISSING]
        code = "housing.derived" if self._derive else "housing.proposed"
        facts = {"field": name, "value": value, "source": draft.values[source]}
        at = name if name in self._letters else source
        draft.gaps.append(self._located(draft, name, Wrong(code, facts), at))
        if self._derive:
            draft.values[name] = value

    def _without_flat(self, draft: _Draft) -> None:
        for name in _OF_A_FLAT:
            if draft.values.pop(name, None) is not None:
                wrong = Wrong("housing.needs_flat", {"field": name})
                draft.gaps.append(self._located(draft, name, wrong))
            elif name in self._columns:
                draft.gaps = [g for g in draft.gaps if g.path[-1] != name or g.code != _MISSING]

    def _name_estate(self, draft: _Draft) -> None:
        """Keep to one name for an estate: as first written; another known one is a fault."""
        name = draft.values.get("estate")
        if name is None:
            if not any(fault.path[-1] == "estate" for fault in draft.faults):
                draft.faults.append(self._located(draft, "estate", Wrong("housing.no_estate", {})))
            return
        place = draft.values.get("district", ""), draft.values.get("street", "")
        key = _key(*place, name)
        first, row = self._estates.get(key, (name, 0))
        if not row and len(self._estates) < MOST_ESTATES:
            self._estates[key] = (name, draft.number)
        if first != name:
            facts = {"value": name, "kept": first, "row": row}
            self._note(draft, "estate", Wrong("housing.name_unified", facts))
            draft.values["estate"] = first
        self._check_aliases(draft, place, key)

    def _check_aliases(self, draft: _Draft, place: tuple[str, str], key: str) -> None:
        name = draft.values["estate"]
        other, row = self._aliases.get(key, (name, 0))
        if other != name:
            facts = {"value": name, "other": other, "row": row}
            draft.faults.append(self._located(draft, "estate", Wrong("housing.two_names", facts)))
        for alias in draft.values.get("aliases", ()):
            if len(self._aliases) < MOST_ESTATES:
                self._aliases.setdefault(_key(*place, alias), (name, draft.number))

    def _join(self, first: _Draft, more: _Draft) -> None:
        first.also.append(more.number)
        first.owners += more.owners
        for name, value in more.values.items():
            if name in _OWNER_FIELDS:
                continue
            if first.values.setdefault(name, value) != value:
                wrong = Wrong("housing.conflict", {"field": name, "row": first.number})
                more.faults.append(self._located(more, name, wrong))
        first.faults += more.faults
        first.gaps = [g for g in first.gaps if g.path[-1] not in first.values or g.code != _MISSING]
        first.gaps += [g for g in more.gaps if g.code != _MISSING or g.path[-1] in _OWNER_FIELDS]

    def _finished(self, draft: _Draft) -> Row:
        if "flat" in draft.values and "floor" not in draft.values:
            self._propose_floor(draft)
        self._check(draft)
        line = None
        if not draft.faults:
            facts = {name: draft.values[name] for name in draft.values.keys() & _LINE_FIELDS}
            line = Line(owners=tuple(draft.owners), **facts)
        gaps, also = tuple(draft.gaps), tuple(draft.also)
        return Row(draft.number, line, tuple(draft.faults), gaps, also)

    def _check(self, draft: _Draft) -> None:
        values = draft.values
        storeys = values.get("storeys", HIGHEST)
        for name, highest in (
            ("floor", values.get("floor", 0)),
            ("entries", max(values.get("entries", (0,)))),
        ):
            if highest > storeys:
                wrong = Wrong(
                    "housing.above_storeys", {"field": name, "value": highest, "storeys": storeys}
                )
                draft.faults.append(self._located(draft, name, wrong))
        shares = sound_shares(draft.owners)
        if shares:
            draft.faults.append(self._located(draft, "share", shares))
        if draft.key:
            row = self._flats.first(draft.key, draft.number)
            if row != draft.number:
                wrong = Wrong("housing.flat_twice", {"value": values["flat"], "row": row})
                draft.faults.append(self._located(draft, "flat", wrong))

    def _note(self, draft: _Draft, name: str, wrong: Wrong) -> None:
        draft.gaps.append(self._located(draft, name, wrong))

    def _lacking(self, number: int, name: str) -> Located:
        cell = f"{self._letters[name]}{number}"
        return Located(_MISSING, self._missing[name], self._tab, cell, (SHEET, number, name))

    def _located(self, draft: _Draft, name: str, wrong: Wrong, at: str = "") -> Located:
        letters = self._letters.get(at or name, "A")
        path = (SHEET, draft.number, name)
        return Located(wrong.code, wrong.facts, self._tab, f"{letters}{draft.number}", path)


def made(lines: Lines, rows: Iterable[tuple[int, Sequence[Raw]]]) -> Iterator[Row]:
    """Make lines of all rows."""
    for number, cells in rows:
        row = lines.feed(number, cells)
        if row is not None:
            yield row
    row = lines.close()
    if row is not None:
        yield row


def _key(*names: str) -> str:
    """What is left of a name without width, case and blanks."""
    text = "|".join(names)
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _same(one: Owner, other: Owner) -> bool:
    if one.id_number and other.id_number:
        return one.id_number == other.id_number
    return one.name == other.name
