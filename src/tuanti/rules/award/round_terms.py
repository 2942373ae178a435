"""What a round's rules ask of its rows: each objective's needs, ceilings, winners, fixed lots."""

from collections.abc import Iterator

from tuanti.rules.award.round_shape import Sound
from tuanti.rules.errors import Fact, Fault


def term_faults(sound: Sound) -> Iterator[Fault]:
    """Find what does not agree with the rules of the round."""
    yield from _basis(sound)
    yield from _objective(sound)
    yield from _winners(sound)
    yield from _shared_ceilings(sound)
    yield from _fixed(sound)


def _basis(sound: Sound) -> Iterator[Fault]:
    basis = sound.rules.get("price_basis")
    if basis is not None and "equipment" not in basis:
        yield Fault("round.equipment_missing", ("rules", "price_basis"))


def _objective(sound: Sound) -> Iterator[Fault]:
    objective = sound.rules.get("objective")
    if objective == "life_cycle":
        yield from _life_cycle(sound)
    elif objective == "cost_quality":
        yield from _needs(sound, "fen_per_point", "round.needs_fen_per_point")
    elif objective == "points":
        yield from _points(sound)


def _life_cycle(sound: Sound) -> Iterator[Fault]:
    yield from _needs(sound, "maintenance_years", "round.needs_years")
    for at, row in sound.whole("packages"):
        if row.get("maintenance_year_fen") is None:
            path = ("packages", at, "maintenance_year_fen")
            yield Fault("round.package_needs_maintenance", path, {"value": row["id"]})


def _points(sound: Sound) -> Iterator[Fault]:
    if not sound.rules.get("quality_points"):
        yield from _needs(sound, "price_points", "round.needs_points")
    for at, row in enumerate(sound.lists["packages"]):
        yield Fault("round.package_under_points", ("packages", at), {"value": row.get("id")})


def _needs(sound: Sound, field: str, code: str) -> Iterator[Fault]:
    if not sound.rules_broken and not sound.rules.get(field):
        yield Fault(code, ("rules", field))


def _winners(sound: Sound) -> Iterator[Fault]:
    fewest, most = sound.rules.get("winners_min"), sound.rules.get("winners_max")
    if fewest is not None and most is not None and fewest > most:
        facts: dict[str, Fact] = {"winners_min": fewest, "winners_max": most}
        yield Fault("round.winners_crossed", ("rules", "winners_max"), facts)


def _shared_ceilings(sound: Sound) -> Iterator[Fault]:
    for at, row in enumerate(sound.lists["lots"]):
        if (row.get("suppliers_max") or 1) > 1 and row.get("ceiling_fen") is not None:
            path = ("lots", at, "ceiling_fen")
            yield Fault("round.ceiling_on_shared_lot", path, {"value": row.get("id")})


def _fixed(sound: Sound) -> Iterator[Fault]:
    """One lot, one fixed supplier; and nobody is both fixed and forbidden."""
    rows = list(sound.whole("pairs"))
    forbidden = {(row["lot"], row["supplier"]) for _, row in rows if row["kind"] == "forbidden"}
    fixed: dict[str, str] = {}
    for at, row in rows:
        if row["kind"] != "fixed":
            continue
        lot, supplier = row["lot"], row["supplier"]
        facts: dict[str, Fact] = {"lot": lot, "supplier": supplier}
        if (lot, supplier) in forbidden:
            yield Fault("round.fixed_and_forbidden", ("pairs", at, "kind"), facts)
        if fixed.setdefault(lot, supplier) != supplier:
            facts["other"] = fixed[lot]
            yield Fault("round.fixed_twice", ("pairs", at, "supplier"), facts)
