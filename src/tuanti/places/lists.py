"""The file of an import: kept by its digest, opened as a person settled it, shown masked."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TypeAlias

from django.conf import settings

from tuanti.people.vault import masked, masked_name
from tuanti.places.models import Import
from tuanti.places.placing import Misplaced, Places
from tuanti.rules.errors import Fact, RuleBroken
from tuanti.rules.housing import Line
from tuanti.sheets import housing
from tuanti.sheets.housing import HousingList, Row
from tuanti.sheets.reading import Located
from tuanti.sheets.scan import ref

MOST_MB = 256  # a million flats with owners are about 200 as a text
TOP = 20  # lines of the preview
SHEET = "flats"
_NAMES = frozenset({"owner"})
_NUMBERS = frozenset({"phone", "id_number"})
_DIGITS = re.compile(r"\d[\d\s-]{5,}[\dXx]")

Held: TypeAlias = tuple[str, str | None, Line]


class ListTooLarge(RuleBroken):
    """The file is larger than we take."""

    code = "imports.too_large"


class ListGone(RuleBroken):
    """The file was deleted, as it is some weeks after its import."""

    code = "imports.list_gone"


@dataclass(frozen=True, slots=True)
class Settled:
    """How a list is to be read, as far as a person said so.

    ``chosen`` maps columns, from 1, to fields ("" leaves one out); ``street`` is the one all lines
    without a street belong to.
    """

    chosen: Mapping[int, str] = field(default_factory=dict)
    sheet: str = ""
    heading_row: int = 0
    fill_down: bool = False
    derive: bool = False
    street: str = ""

    @property
    def kept(self) -> dict[str, Any]:
        """As it is kept."""
        chosen = {str(column): name for column, name in self.chosen.items()}
        return {**asdict(self), "chosen": chosen}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Settled":
        """Read what was kept."""
        chosen = {int(column): name for column, name in kept.get("chosen", {}).items()}
        return cls(**{**kept, "chosen": chosen})


def keep(content: Iterable[bytes]) -> tuple[str, str]:
    """Write a file under its digest, once; give the digest and the path within the files' folder.

    :raises ListTooLarge: it is larger than 256 MB.
    """
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=folder, suffix=".half") as half:
        for piece in content:
            size += len(piece)
            if size > MOST_MB * 2**20:
                raise ListTooLarge(megabytes=MOST_MB)
            digest.update(piece)
            half.write(piece)
        half.flush()
        name = digest.hexdigest()
        path = folder / name[:2] / name
        path.parent.mkdir(exist_ok=True, mode=0o700)
        if not path.exists():
            path.hardlink_to(half.name)
    return name, f"imports/{name[:2]}/{name}"


def forget(path: str) -> None:
    """Delete a kept file, unless another import needs it."""
    if path and not Import.objects.filter(path=path).exists():
        whole(path).unlink(missing_ok=True)


def whole(path: str) -> Path:
    """Say where a kept file lies."""
    return Path(settings.MEDIA_ROOT) / path


def opened(row: Import, places: Places, year: int, settled: Settled | None = None) -> HousingList:
    """Open an import's list as it was settled; ``year`` is this one.

    :raises ListGone: the file is not kept any more.
    :raises FileRefused: it is not safe to read, or no list.
    :raises UnknownField, UnknownColumn, ChosenTwice: the settled columns do not fit.
    """
    how = settled or Settled.of(row.settled)
    if not row.path or not whole(row.path).exists():
        raise ListGone
    return housing.read(
        whole(row.path),
        row.name,
        this_year=year,
        chosen=how.chosen,
        streets=places.street_names,
        districts=places.district_names,
        sheet=how.sheet,
        heading_row=how.heading_row,
        fill_down=how.fill_down,
        derive=how.derive,
    )


def placed(found: HousingList, places: Places) -> Iterator[tuple[Row, Held | None, list[Located]]]:
    """Go through a list: each row, its line with its place unless faults forbid, all its faults."""
    for row in found:
        faults = [*row.faults]
        if row.line is None:
            yield row, None, faults
            continue
        there = places.find(row.line)
        if isinstance(there, Misplaced):
            yield row, None, [located(there, row.number, found)]
        else:
            yield row, (*there, row.line), faults


def located(wrong: Misplaced, number: int, found: HousingList) -> Located:
    """Give a fault of placing the cell it is about: the estate's where its column is missing."""
    return cell(wrong.code, wrong.facts, wrong.about, number, found)


def cell(
    code: str, facts: Mapping[str, Fact], name: str, number: int, found: HousingList
) -> Located:
    """Give a fault or note its cell."""
    at = found.matching.at.get(name) or found.matching.at["estate"]
    return Located(code, facts, found.sheet, ref(number, at), (SHEET, number, name))


# --- What a page may show ---------------------------------------------------------------------


def described(found: HousingList) -> dict[str, Any]:
    """Describe an opened list for its page: sheets, headings, columns, the first rows."""
    columns = [asdict(one) for one in found.matching.columns]
    fields = {one.column: one.field or one.means for one in found.matching.columns}
    return {
        "sheets": list(found.sheets),
        "sheet": found.sheet,
        "heading_row": found.heading_row,
        "columns": columns,
        "absent": list(found.matching.absent),
        "top": [
            [number, _row_hidden(cells, fields if number > found.heading_row else {})]
            for number, cells in found.top[: TOP + found.heading_row]
        ],
    }


def told(found: Sequence[Located]) -> list[dict[str, Any]]:
    """Write faults or notes down for a page, what may be personal masked."""
    return [_told(one) for one in found]


def told_back(kept: Sequence[Mapping[str, Any]]) -> list[Located]:
    """Read what :func:`told` wrote."""
    return [Located(**{**one, "path": tuple(one["path"])}) for one in kept]


def _row_hidden(cells: Sequence[str], fields: Mapping[int, str]) -> list[str]:
    return [_hidden(text, fields.get(at, "")) for at, text in enumerate(cells, 1)]


def _told(one: Located) -> dict[str, Any]:
    name = str(one.path[-1]) if one.path else ""
    facts = {
        key: _hidden(fact, name if key == "value" else "") if isinstance(fact, str) else fact
        for key, fact in one.facts.items()
    }
    return {**asdict(one), "facts": facts, "path": list(one.path)}


def _hidden(text: str, name: str) -> str:
    """Mask a cell of names or numbers, and what looks like a number anywhere."""
    if name in _NAMES:
        return "、".join(map(masked_name, re.split(r"[、,，;；/\s]+", text.strip())))
    if name in _NUMBERS:
        return masked(text)
    return _DIGITS.sub(lambda hit: masked(hit.group()), text)
