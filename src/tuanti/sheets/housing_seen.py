"""What was seen before, for a million flats in a few megabytes; and what was missing where."""

from array import array
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from tuanti.sheets.reading import Located

_EMPTY = 0
_START = 2**12
_MOST_RUNS = 500
_MASK = 2**64 - 1


class FirstSeen:
    """Remembers on which row each key came first, by a hash of 64 bits in an open table."""

    def __init__(self) -> None:
        self._keys, self._rows = _table(_START)
        self._count = 0

    def first(self, key: Hashable, row: int) -> int:
        """The row on which ``key`` came first; ``row`` itself if it is new."""
        if self._count * 2 > len(self._keys):
            self._grow()
        code = hash(key) & _MASK or 1
        at = self._slot(code)
        if self._keys[at] == code:
            return self._rows[at]
        self._keys[at], self._rows[at] = code, row
        self._count += 1
        return row

    def _slot(self, code: int) -> int:
        keys, last = self._keys, len(self._keys) - 1
        at = code & last
        while keys[at] not in (_EMPTY, code):
            at = (at + 1) & last
        return at

    def _grow(self) -> None:
        keys, rows = self._keys, self._rows
        self._keys, self._rows = _table(len(keys) * 2)
        for code, row in zip(keys, rows, strict=True):
            if code:
                at = self._slot(code)
                self._keys[at], self._rows[at] = code, row


@dataclass(slots=True)
class Gap:
    """How often something was missing in a column, and the first 500 runs of rows it was on."""

    count: int = 0
    runs: list[list[int]] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Count it on ``row``."""
        self.count += 1
        if self.runs and row - self.runs[-1][1] in (0, 1):
            self.runs[-1][1] = row
        elif len(self.runs) < _MOST_RUNS:
            self.runs.append([row, row])

    def said(self, most: int = 10) -> str:
        """Name the rows: ``5–9, 12 …``."""
        parts = [str(a) if a == b else f"{a}–{b}" for a, b in self.runs[:most]]
        return ", ".join(parts) + (" …" if len(self.runs) > most else "")


@dataclass(slots=True)
class Summary:
    """What came of reading a list.

    ``rows`` of data were read, ``flats`` of them (several rows may be one) and ``places`` above
    flats taken, ``refused`` not. ``faults`` counts by code, ``gaps`` by field and code.
    """

    rows: int = 0
    flats: int = 0
    places: int = 0
    refused: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    notes: list[Located] = field(default_factory=list)

    def count(self, faults: Iterable[Located], gaps: Iterable[Located]) -> None:
        """Count the faults and gaps of a row."""
        for one in faults:
            self.faults[one.code] += 1
        for one in gaps:
            _, row, name = one.path
            key = (str(name), one.code)
            found = self.gaps.get(key)
            if found is None:
                found = self.gaps[key] = Gap()
            found.add(int(row))


def _table(size: int) -> "tuple[array[int], array[int]]":
    return array("Q", bytes(8 * size)), array("I", bytes(4 * size))
