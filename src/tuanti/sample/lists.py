"""Housing lists of the sample city, as a street's clerk would bring them: a workbook filled in."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tuanti.rules.housing import Line, Owner
from tuanti.sheets.housing_columns import SHEET, layout
from tuanti.sheets.template import write_filled

_FACTS = (
    "estate", "district", "street", "community", "address", "building", "storeys", "built",
    "structure", "demolition", "households", "stairwell", "lift",
)  # fmt: skip
_OF_A_FLAT = ("flat", "floor", "area_dm2", "tenure", "state")


def workbook(lines: Iterable[Line]) -> bytes:
    """Fill the template with lines: one row for each owner."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_filled(layout(), {SHEET: [*_rows(lines)]}, path, "zh", made_up=True)
        return path.read_bytes()


def _rows(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for line in lines:
        facts = {
            name: getattr(line, name) for name in (*_FACTS, *(_OF_A_FLAT if line.flat else ()))
        }
        facts |= {"aliases": list(line.aliases), "entries": [str(one) for one in line.entries]}
        told = {name: value for name, value in facts.items() if value not in (None, "", [])}
        yield from ({**told, **_owner(one)} for one in line.owners or (None,))


def _owner(owner: Owner | None) -> dict[str, Any]:
    if owner is None:
        return {}
    facts = {
        "owner": owner.name,
        "phone": owner.phone,
        "id_number": owner.id_number,
        "share": owner.share,
        "standing": owner.standing,
        "life": owner.life,
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}
