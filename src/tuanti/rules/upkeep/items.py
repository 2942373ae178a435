"""The official items of each layer, from a file of the user's: read, checked, never invented.

TSG T5002-2017 lists them in its annex A; no list that claims to be complete is shipped. The file
is CSV with the headings ``layer``, ``item`` and, if wanted, ``requirement`` (层级、项目、要求), or
TOML with ``[[items]]`` of the same keys. Layers are named in either language; other columns are
left aside.
"""

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tuanti.rules.errors import Fact, Fault, Path
from tuanti.rules.upkeep.visits import LAYERS

Form: TypeAlias = Literal["csv", "toml"]
Row: TypeAlias = Mapping[str, Any]

_FIELDS = ("layer", "item", "requirement")
_HEADINGS = {"层级": "layer", "项目": "item", "要求": "requirement"} | {f: f for f in _FIELDS}
_LAYERS = dict(zip(("半月", "季度", "半年", "年度"), LAYERS, strict=True)) | {n: n for n in LAYERS}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be done at visits of ``layer`` and every deeper one."""

    layer: str
    item: str
    requirement: str


def read_items(text: str, form: Form) -> tuple[tuple[Item, ...], tuple[Fault, ...]]:
    r"""Read a list of items: all of them and no fault, or none and every fault.

    Paths of faults lead to ``items``, the row counted from 0 and blank ones too, and the field.

    >>> read_items("层级,项目\n年度,钢丝绳\n", "csv")
    ((Item(layer='yearly', item='钢丝绳', requirement=''),), ())
    """
    faults: list[Fault] = []
    rows = _csv_rows(text, faults) if form == "csv" else _toml_rows(text, faults)
    items = _items(rows, faults)
    if not rows and not faults:
        faults.append(Fault("upkeep.no_items", ("items",)))
    return ((), tuple(faults)) if faults else (items, ())


def items_of(items: Sequence[Item], layer: str) -> tuple[Item, ...]:
    """Collect what is done at a visit of ``layer``: its own items and those of shallower layers.

    >>> oil, doors = Item("yearly", "oil", ""), Item("half-monthly", "doors", "")
    >>> items_of([oil, doors], "yearly") == (oil, doors), items_of([oil, doors], "quarterly")
    (True, (Item(layer='half-monthly', item='doors', requirement=''),))
    """
    contained = LAYERS[: LAYERS.index(layer) + 1]
    return tuple(item for item in items if item.layer in contained)


def _csv_rows(text: str, faults: list[Fault]) -> dict[int, Row]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        lines = [[cell.strip() for cell in line] for line in reader]
    except csv.Error:
        faults.append(Fault("upkeep.csv_broken", (), {"line": reader.line_num}))
        return {}
    head = [_HEADINGS.get(heading) for heading in lines[0]] if lines else []
    wrong = [field for field in ("layer", "item") if head.count(field) != 1]
    if wrong:
        faults += [Fault("upkeep.heading_missing", (), {"field": field}) for field in wrong]
        return {}
    rows = ({n: cell for n, cell in zip(head, line, strict=False) if n} for line in lines[1:])
    return {at: row for at, row in enumerate(rows) if any(row.values())}


def _toml_rows(text: str, faults: list[Fault]) -> dict[int, Row]:
    try:
        rows = tomllib.loads(text.removeprefix("\ufeff")).get("items", [])
    except (tomllib.TOMLDecodeError, RecursionError):
        faults.append(Fault("upkeep.toml_broken"))
        return {}
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        faults.append(Fault("upkeep.not_rows", ("items",)))
        return {}
    return dict(enumerate(rows))


def _items(rows: Mapping[int, Row], faults: list[Fault]) -> tuple[Item, ...]:
    found: dict[Item, int] = {}
    for at, row in rows.items():
        texts = {name: _text(row.get(name), ("items", at, name), faults) for name in _FIELDS}
        layer = _LAYERS.get(texts["layer"], "")
        if texts["layer"] and not layer:
            facts: dict[str, Fact] = {"value": texts["layer"], "known": ", ".join(_LAYERS)}
            faults.append(Fault("upkeep.unknown_layer", ("items", at, "layer"), facts))
        first = found.setdefault(Item(layer, texts["item"], texts["requirement"]), at)
        if first != at and layer and texts["item"]:
            facts = {"value": texts["item"], "first": first + 1}
            faults.append(Fault("upkeep.item_twice", ("items", at, "item"), facts))
    return tuple(found)


def _text(value: object, path: Path, faults: list[Fault]) -> str:
    """Take a cell; the requirement may be left out."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if path[-1] != "requirement" or not (value is None or isinstance(value, str)):
        faults.append(Fault("upkeep.field_missing", path, {"field": str(path[-1])}))
    return ""
