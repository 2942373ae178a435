"""By what a place of a list is known, and what a line tells of it.

Keys are made of names from the street down; values are columns.
"""

from typing import Any, TypeAlias

from tuanti.places.changes import Values, merged
from tuanti.rules.housing import Line, Owner

Key: TypeAlias = tuple[Any, ...]
Placed: TypeAlias = tuple[str, str | None, Line]  # street id, community id, line


def estate(at: Placed) -> Key:
    """Name an estate: its street and name."""
    return (at[0], at[2].estate)


def facts(at: Placed) -> Values:
    """Tell of an estate."""
    _, community, line = at
    return {"community_id": community, "address": line.address, "aliases": list(line.aliases)}


def house(at: Placed) -> Key:
    """Name a building."""
    return (at[0], at[2].estate, at[2].building)


def well(at: Placed) -> Key:
    """Name a stairwell."""
    return (at[0], at[2].estate, at[2].building, at[2].stairwell)


def building(line: Line) -> tuple[str, Values]:
    """Give a building's own name, and tell of it."""
    return line.building, {
        "storeys": line.storeys,
        "built": line.built,
        "structure": line.structure or "",
        "demolition": line.demolition,
        "households": line.households,
    }


def stairwell(line: Line) -> tuple[str, Values]:
    """Give a stairwell's own name, and tell of it."""
    return line.stairwell, {"entries": list(line.entries), "lift": line.lift}


def flat(line: Line) -> tuple[str, Values]:
    """Give a flat's number, and tell of it."""
    return line.flat, {
        "floor": line.floor,
        "area_dm2": line.area_dm2,
        "tenure": line.tenure,
        "state": line.state,
    }


def share(owner: Owner) -> Values:
    """Tell how a flat is held."""
    return {"share": "" if owner.share is None else str(owner.share), "standing": owner.standing}


def joined(known: Values | None, more: Values) -> Values:
    """Bring together what two lines tell of one place."""
    if known is None or known == more:
        return more
    both = merged(known, more)
    if "aliases" in more:
        both["aliases"] = list(dict.fromkeys([*known["aliases"], *more["aliases"]]))
    return both
