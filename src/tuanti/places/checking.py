"""Looking a list through before anything is written: what is wrong, missing, new and known."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from tuanti.places import lists
from tuanti.places.lists import Held
from tuanti.places.loading import BATCH, on_file
from tuanti.places.placing import Places
from tuanti.sheets.housing import HousingList, Row
from tuanti.sheets.housing_seen import FirstSeen
from tuanti.sheets.reading import Located

MOST_FAULTS = 50  # shown in words; the marked workbook has them all
MOST_NOTES = 50
_OF_A_KIND = 10
_KINDS = ("estate", "building", "stairwell", "flat")
# What rows of one place should not say differently.
_MOST_COMPARED = 200_000  # buildings; beyond it, new ones are no longer compared
_AGREED = ("storeys", "built", "structure")


class Check:
    """What came of reading a list once, in the form an import keeps it."""

    def __init__(self, found: HousingList, places: Places) -> None:
        self._found, self._places = found, places
        self._faults: Counter[str] = Counter()
        self._first: list[Located] = []
        self._notes: list[Located] = []
        self._noted: set[tuple[str, ...]] = set()
        self._seen, self._met = {kind: FirstSeen() for kind in _KINDS}, 0
        self._new: Counter[str] = Counter()
        self._known: Counter[str] = Counter()
        self._said: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self.lines = self.left = self.owners = 0

    def run(self, told: Callable[[int], None]) -> dict[str, Any]:
        """Read the list to its end; ``told`` hears how many rows are read after each batch."""
        ahead, done = self._read(), 0
        while batch := list(islice(ahead, BATCH)):
            self._count_places([held for _, held in batch if held])
            done += sum(1 + len(row.also) for row, _ in batch)
            told(done)
        return self.result

    @property
    def result(self) -> dict[str, Any]:
        """Everything found, masked, as JSON."""
        summary = self._found.summary
        gaps = [
            {"field": name, "code": code, "count": gap.count, "rows": gap.said()}
            for (name, code), gap in sorted(summary.gaps.items(), key=lambda one: -one[1].count)
        ]
        return {
            "rows": summary.rows,
            "flats": summary.flats,
            "lines": self.lines,
            "left": self.left,
            "owners": self.owners,
            "faults": dict(self._faults.most_common()),
            "first": lists.told(self._first),
            "gaps": gaps,
            "notes": lists.told([*summary.notes, *self._notes][:MOST_NOTES]),
            "new": dict(self._new),
            "known": dict(self._known),
        }

    def _read(self) -> Iterator[tuple[Row, Held | None]]:
        for row, held, faults in lists.placed(self._found, self._places):
            self._fault(faults)
            if held is None:
                self.left += 1
            else:
                self.lines += 1
                self.owners += len(held[2].owners)
                self._note(row, held)
            yield row, held

    def _fault(self, faults: Sequence[Located]) -> None:
        for one in faults:
            self._faults[one.code] += 1
            if self._faults[one.code] <= _OF_A_KIND and len(self._first) < MOST_FAULTS:
                self._first.append(one)

    def _note(self, row: Row, held: Held) -> None:
        street, community, line = held
        if line.community and community is None:
            facts = {"value": line.community}
            self._say("imports.unknown_community", facts, "community", row, street)
        if not line.building:
            return
        key = (street, line.estate, line.building)
        says = tuple(getattr(line, name) for name in _AGREED)
        room = len(self._said) < _MOST_COMPARED
        first = self._said.setdefault(key, says) if room else self._said.get(key, says)
        for name, told, other in zip(_AGREED, says, first, strict=True):
            if told is not None and other is not None and told != other:
                facts = {"value": line.building, "field": name}
                self._say("imports.disagreement", facts, name, row, *key)

    def _say(self, code: str, facts: dict[str, Any], name: str, row: Row, *of: str) -> None:
        """Note something once for each place it is about."""
        about = (code, *map(str, facts.values()), *of)
        if about not in self._noted and len(self._noted) < MOST_NOTES:
            self._noted.add(about)
            self._notes.append(lists.cell(code, facts, name, row.number, self._found))

    def _count_places(self, batch: Sequence[Held]) -> None:
        """Count the places of a batch not met before: those on file, and those that are new."""
        for kind, known in zip(_KINDS, on_file(batch), strict=True):
            seen = self._seen[kind]
            for key, there in known.items():
                self._met += 1
                if seen.first(key, self._met) == self._met:
                    (self._known if there else self._new)[kind] += 1
