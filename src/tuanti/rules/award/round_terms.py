"""What a round's rules ask of its rows: each objective's needs, ceilings, winners, fixed lots.

A round that names its regime is also asked what that regime forbids. It has no day of its own, so
the newest text of the law is asked.
"""

from collections.abc import Iterator
from datetime import date

from tuanti.rules import law
from tuanti.rules.award.round_shape import Sound
from tuanti.rules.errors import Fact, Fault
from tuanti.rules.law.rule import Rule
from tuanti.rules.regimes import Regime, forbidding

_ALL_BP = 10_000


def term_faults(sound: Sound) -> Iterator[Fault]:
    """Find what does not agree with the rules of the round."""
    yield from _basis(sound)
    yield from _objective(sound)
    yield from _winners(sound)
    yield from _shared_ceilings(sound)
    yield from _fixed(sound)
    if sound.rules.get("regime") is not None:
        yield from _regime(sound, sound.rules["regime"])


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


def _regime(sound: Sound, regime: Regime) -> Iterator[Fault]:
    """Refuse what the regime forbids: named suppliers, unequal measures, too little price."""
    newest, points = law.on(date.max), sound.rules.get("objective") == "points"
    named = forbidding("pair", regime, newest)
    if named is not None:
        for at, row in sound.whole("pairs"):
            facts: dict[str, Fact] = {"lot": row["lot"], "supplier": row["supplier"]}
            path = ("pairs", at, "kind")
            yield Fault(f"round.pair_{row['kind']}_unlawful", path, facts | {"law": named.id})
    unequal = forbidding("unequal-review", regime, newest)
    if unequal is not None and not points:  # points leave entry costs out
        yield from _unequal(sound, unequal)
    weight = newest.get(f"{regime}/price-weight-goods-least")
    if weight is not None and points:
        yield from _weight(sound, weight)


def _unequal(sound: Sound, rule: Rule) -> Iterator[Fault]:
    """An entry cost only some suppliers carry is a handicap, be it for distance or for size."""
    costs = [(at, row.get("entry_fen") or 0) for at, row in sound.whole("suppliers")]
    least = min((fen for _, fen in costs), default=0)
    for at, fen in costs:
        if fen > least:
            facts: dict[str, Fact] = {"value": fen, "least": least, "law": rule.id}
            yield Fault("round.entry_cost_unequal", ("suppliers", at, "entry_fen"), facts)


def _weight(sound: Sound, rule: Rule) -> Iterator[Fault]:
    """Lifts are goods: under points, price must weigh what the law wants it to."""
    price = sound.rules.get("price_points") or 0
    whole = price + (sound.rules.get("quality_points") or 0)
    if not sound.rules_broken and price * _ALL_BP < rule.value * whole:
        facts: dict[str, Fact] = {"value": price * _ALL_BP // whole, "least": rule.value}
        yield Fault(
            "round.price_weight_unlawful", ("rules", "price_points"), facts | {"law": rule.id}
        )
