"""What a form about a thing begins with. One about an owner begins empty: nothing is unmasked."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tuanti.places.forms import KNOWN
from tuanti.places.models import Building, Estate, Flat, Project, Stairwell

_PART = Decimal(100)


def _said(known: bool | None) -> str:  # noqa: FBT001 (a value, not a switch)
    return next(said for said, value in KNOWN.items() if value is known)


def _whole(dm2: int | None) -> Decimal | None:
    return None if dm2 is None else Decimal(dm2) / _PART


def _of_estate(estate: Estate) -> dict[str, Any]:
    return {
        "name": estate.name,
        "community": estate.community_id,
        "address": estate.address,
        "aliases": "，".join(estate.aliases),
        "property_firm": estate.property_firm,
    }


def _of_building(building: Building) -> dict[str, Any]:
    fields = ("name", "storeys", "built", "structure", "households")
    told = {field: getattr(building, field) for field in fields}
    return told | {"demolition": _said(building.demolition)}


def _of_stairwell(stairwell: Stairwell) -> dict[str, Any]:
    entries = "，".join(map(str, stairwell.entries))
    return {"name": stairwell.name, "entries": entries, "lift": _said(stairwell.lift)}


def _of_flat(flat: Flat) -> dict[str, Any]:
    told = {field: getattr(flat, field) for field in ("number", "floor", "tenure", "state")}
    return told | {"area": _whole(flat.area_dm2)}


def _of_project(project: Project) -> dict[str, Any]:
    fields = ("name", "year", "built_until", "buildings", "households", "started_on", "finished_on")
    told = {field: getattr(project, field) for field in fields}
    return told | {"area": _whole(project.area_dm2)}


_FILLED: dict[type[Any], Callable[[Any], dict[str, Any]]] = {
    Estate: _of_estate,
    Building: _of_building,
    Stairwell: _of_stairwell,
    Flat: _of_flat,
    Project: _of_project,
}


def filled_from(row: Any) -> dict[str, Any]:  # noqa: ANN401 (any of the rows here)
    """Give what a form about ``row`` begins with."""
    return _FILLED[type(row)](row)
