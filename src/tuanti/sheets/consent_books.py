"""The workbooks of a vote: the roll and the ballots in, and every fault at its cell."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path as FilePath
from typing import Any

from tuanti.rules.consent import (
    Ballot,
    Flat,
    Mandate,
    Objection,
    Outcome,
    Owner,
    Roll,
    Vote,
)
from tuanti.rules.errors import Fault, Path
from tuanti.sheets import tables
from tuanti.sheets.consent_example import example_ballots, example_roll
from tuanti.sheets.tables import Filled, Layout
from tuanti.texts import Lang

_ANSWERS: Mapping[str, Any] = {"agree": "yes", "refuse": "no", "abstain": "abstain"}
_OF_THE_FLAT = ("building", "stairwell", "area_dm2", "tenure", "state", "occupied", "served",
                "tenants")  # fmt: skip
_BETWEEN = re.compile("[、,，;；]")
_IN_CHINESE = re.compile(r"(?<=[一-鿿·]) +(?=[一-鿿·])")


@dataclass(frozen=True, slots=True)
class Case:
    """A vote as two workbooks hold it; what they hold is empty while they have faults."""

    roll_file: Filled
    ballots_file: Filled
    title: str = ""
    fictional: bool = False
    stairwell: str = ""
    roll: Roll = field(default_factory=lambda: Roll(()))
    ballots: tuple[Ballot, ...] = ()
    objections: tuple[Objection, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()  # of each flat, its entries on the roll
    names: tuple[tuple[str, str], ...] = ()  # of each owner's id, his name

    def named(self, outcome: Outcome) -> Outcome:
        """Call owners by their names alone: nobody's ID belongs in a result."""
        names = dict(self.names)
        return Outcome(
            tuple(
                replace(tally, votes=tuple(_named(vote, names) for vote in tally.votes))
                for tally in outcome.tallies
            )
        )

    @property
    def faults(self) -> int:
        """How many faults there are."""
        return len(self.roll_file.faults) + len(self.ballots_file.faults)

    def blamed(self, faults: Iterable[Fault]) -> "Case":
        """Add what ``rules.consent`` found, each at its cell of the workbook it is in."""
        placed = [(_in_ballots(fault.path), self._placed(fault)) for fault in faults]
        return replace(
            self,
            roll_file=self.roll_file.blamed(f for there, f in placed if not there),
            ballots_file=self.ballots_file.blamed(f for there, f in placed if there),
        )

    def _placed(self, fault: Fault) -> Fault:
        path = fault.path
        if path[:1] == ("flats",):
            path = self._on_roll(path)
        elif path == ("stairwell",):
            path = ("head", "stairwell")
        elif path[-1] == "until_on":
            path = (*path[:-1], "last_on")
        return replace(fault, path=path)

    def _on_roll(self, path: Path) -> Path:
        """``("flats", 3, "owners", 1, "share")`` is the share on the second row of the flat."""
        if len(path) == 1:
            return ("roll",)
        rows, name = self.rows[int(path[1])], str(path[-1])
        owner = "owners" in path
        row = rows[int(path[3])] if len(path) > 4 else rows[0]  # noqa: PLR2004 (an owner's field)
        if name in ("id", "owners"):
            name = "owner" if owner else "flat"
        return ("roll", row, name)


def roll_layout() -> Layout:
    """Lay out the roll's workbook."""
    return tables.declared("consent_roll.toml")


def ballots_layout() -> Layout:
    """Lay out the ballots' workbook."""
    return tables.declared("consent_ballots.toml")


def read_case(roll: FilePath, ballots: FilePath) -> Case:
    """Read a vote; whatever the files are, the answer tells what is wrong with both."""
    case = Case(tables.read(roll_layout(), roll), tables.read(ballots_layout(), ballots))
    if case.faults:
        return case
    rows, said = case.roll_file.data["roll"], case.ballots_file.data
    by_flat = _grouped(rows)
    case = replace(case, roll_file=case.roll_file.blamed(_unclear(rows, by_flat)))
    names = _Names(rows)
    case = replace(case, ballots_file=case.ballots_file.blamed(names.faults(said)))
    if case.faults:
        return case
    head = case.roll_file.data["head"]
    return replace(
        case,
        title=head.get("title", ""),
        fictional=head.get("fictional", False),
        stairwell=head.get("stairwell", ""),
        roll=Roll(
            tuple(_flat(name, [rows[at] for at in here]) for name, here in by_flat.items()),
            tuple(_mandate(row, names) for row in said["mandates"]),
        ),
        ballots=tuple(_ballot(row, names) for row in said["ballots"]),
        objections=tuple(Objection(**row) for row in said["objections"]),
        rows=tuple(by_flat.values()),
        names=tuple((_ident(row), _name(row["owner"])) for row in rows),
    )


def write_roll(path: FilePath, lang: Lang, *, example: bool) -> None:
    """Write the roll's workbook, empty or with an invented example."""
    data = example_roll(lang) if example else None
    tables.write(roll_layout(), path, lang, data, made_up=example)


def write_ballots(path: FilePath, lang: Lang, *, example: bool) -> None:
    """Write the ballots' workbook, empty or with an invented example."""
    data = example_ballots(lang) if example else None
    tables.write(ballots_layout(), path, lang, data, made_up=example)


class _Names:
    """Whom a name stands for: an owner of the flat, else an owner of any, else somebody else."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._known = defaultdict[tuple[str, str], set[str]](set)
        for row in rows:
            for name in (_key(row["owner"]), _key(_ident(row))):
                self._known[row["flat"], name].add(_ident(row))
                self._known["", name].add(_ident(row))

    def of(self, name: str, flat: str = "") -> str:
        """The owner who is called so, if only one is; anyone else keeps his name."""
        for where in (flat, ""):
            found = self._known.get((where, _key(name)), set())
            if len(found) == 1:
                return next(iter(found))
        return _name(name)

    def faults(self, said: Mapping[str, Any]) -> Iterator[Fault]:
        """Find the names that stand for several owners."""
        for at, row in enumerate(said["ballots"]):
            if "by" in row and len(self._known.get((row["flat"], _key(row["by"])), ())) > 1:
                yield _which_owner(("ballots", at, "by"), row["by"])
        for at, row in enumerate(said["mandates"]):
            if len(self._known.get(("", _key(row["owner"])), ())) > 1:
                yield _which_owner(("mandates", at, "owner"), row["owner"])


def _which_owner(path: Path, owner: str) -> Fault:
    return Fault("consent.which_owner", path, {"owner": owner})


def _named(vote: Vote, names: Mapping[str, str]) -> Vote:
    return replace(vote, owners=tuple(names[owner] for owner in vote.owners))


def _in_ballots(path: Path) -> bool:
    return path[:1] in (("ballots",), ("mandates",), ("objections",))


def _grouped(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, ...]]:
    found = defaultdict[str, tuple[int, ...]](tuple)
    for at, row in enumerate(rows):
        found[row["flat"]] += (at,)
    return dict(found)


def _unclear(
    rows: Sequence[Mapping[str, Any]], by_flat: Mapping[str, tuple[int, ...]]
) -> Iterator[Fault]:
    """Flats without an area or with two, and owners who may or may not be the same person."""
    for flat, here in by_flat.items():
        if "area_dm2" not in rows[here[0]]:
            yield Fault("tables.blank", ("roll", here[0], "area_dm2"), {"field": "area_dm2"})
        for at in here[1:]:
            for name in _OF_THE_FLAT:
                if name in rows[at] and rows[at][name] != rows[here[0]].get(name):
                    facts = {"flat": flat, "field": name}
                    yield Fault("consent.flat_differs", ("roll", at, name), facts)
    yield from _same_names(rows)


def _same_names(rows: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    """Find the persons in several flats of whom it is not known whether they are the same."""
    alike = defaultdict[str, list[int]](list)
    for at, row in enumerate(rows):
        if row.get("tenure", "private") == "private":
            alike[_key(row["owner"])].append(at)
    for here in alike.values():
        flats = dict.fromkeys(rows[at]["flat"] for at in here)
        for at in here:
            if len(flats) > 1 and "owner_code" not in rows[at]:
                others = " ".join(flat for flat in flats if flat != rows[at]["flat"])
                facts = {"owner": rows[at]["owner"], "flat": rows[at]["flat"], "others": others}
                yield Fault("consent.same_name", ("roll", at, "owner_code"), facts)


def _flat(name: str, rows: Sequence[Mapping[str, Any]]) -> Flat:
    facts = {key: rows[0][key] for key in _OF_THE_FLAT if key in rows[0]}
    owners = tuple(
        Owner(_ident(row), row.get("share"), row.get("standing", "registered")) for row in rows
    )
    tenants = tuple(_name(tenant) for tenant in _BETWEEN.split(facts.pop("tenants", "")) if tenant)
    return Flat(name, owners=owners, tenants=tenants, **facts)


def _mandate(row: Mapping[str, Any], names: _Names) -> Mandate:
    last = row.get("last_on")
    return Mandate(
        owner=names.of(row["owner"]),
        holder=names.of(row["holder"]),
        capacity=row["capacity"],
        document=row["document"],
        from_on=row.get("from_on"),
        until_on=last and last + timedelta(days=1),
        revoked_on=row.get("revoked_on"),
    )


def _ballot(row: Mapping[str, Any], names: _Names) -> Ballot:
    facts = {key: row[key] for key in ("matter", "cast_on") if key in row}
    by = names.of(row["by"], row["flat"]) if "by" in row else ""
    return Ballot(row["flat"], _ANSWERS[row["answer"]], by, **facts)


def _ident(row: Mapping[str, Any]) -> str:
    """An owner's id: his name, with the last digits of his ID if they are known."""
    return " ".join([_name(row["owner"]), *([row["owner_code"]] if "owner_code" in row else [])])


def _name(text: str) -> str:
    """A name in one way of writing: half-width, no blanks inside a Chinese one."""
    return _IN_CHINESE.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))


def _key(name: str) -> str:
    return _name(name).replace(" ", "").casefold()
