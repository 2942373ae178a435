"""Rows of an invented round, and an invented but well-formed social credit code."""

from collections.abc import Mapping
from typing import Any

from tuanti.rules.award.round_fields import uscc_check

BASIS = ["equipment", "shaft", "foundation", "design", "installation", "maintenance"]


def credit_code(number: int) -> str:
    """An invented unified social credit code with a true check character."""
    body = f"91500000MA9XX{number:04d}"
    return body + uscc_check(body + "0")


def line(
    parcel: str, profile: str, stops: int, entry: str, *, lifts: int, ceiling_fen: int | None
) -> dict[str, Any]:
    """Make a line of the bill."""
    return {
        "parcel": parcel,
        "profile": profile,
        "stops": stops,
        "entry": entry,
        "lifts": lifts,
        "ceiling_fen": ceiling_fen,
    }


def book(supplier: str, zone: str, profile: str, level: float) -> dict[str, Any]:
    """Make a row of the price list; ``level`` 1.0 is an ordinary price. Whole hundreds of yuan.

    About 360,000 yuan a lift with seven stops, 420,000 with nine: equipment, steel shaft,
    foundation, design, installation and the maintenance of 15 years.
    """
    heavy = {"p450": -0.06, "p630": 0.0, "p800": 0.09}[profile]

    def fen(yuan: float) -> int:
        return 10_000 * round(yuan * level / 100)

    return {
        "supplier": supplier,
        "zone": zone,
        "profile": profile,
        "base_fen": fen(108_000 * (1 + heavy)),
        "stop_fen": fen(7_000 * (1 + heavy)),
        "flat_fen": fen(26_000),
        "half_fen": 0,
        "shaft_stop_fen": fen(14_200),
        "foundation_fen": fen(15_500),
        "design_fen": fen(6_200),
        "installation_fen": fen(37_500),
        "maintenance_year_fen": fen(3_100),
    }


def typical_fen(profile: str, stops: int, entry: str, years: int) -> int:
    """The ordinary price of a lift, which ceilings are set by."""
    row = book("", "", profile, 1.0)
    once = ("base_fen", f"{entry}_fen", "foundation_fen", "design_fen", "installation_fen")
    each = row["stop_fen"] + row["shaft_stop_fen"]
    total = sum(row[name] for name in once) + stops * each + years * row["maintenance_year_fen"]
    return int(total)


def round_of(
    ident: str, title: str, rules: Mapping[str, Any], lists: Mapping[str, Any]
) -> dict[str, Any]:
    """Put a round together."""
    head = {"format": "tuanti-round/1", "id": ident, "title": title, "fictional": True}
    return {**head, "rules": dict(rules), **lists}
