"""Ladders of a round: what is wrong with them, and each turned into all-units tiers."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from tuanti.rules.award.round_fields import BIGGEST, ENTRIES, EVERY_ZONE, Row
from tuanti.rules.award.round_shape import Sound
from tuanti.rules.errors import Fact, Fault

# The least number of stops by (zone, profile, entry): where a book's price is lowest.
_Stops = Mapping[tuple[str, str], Mapping[str, int]]
_Tier = tuple[int, Row]

_PER_STOP = {"shaft": "shaft_stop_fen"}
_PER_LIFT = {
    "foundation": "foundation_fen",
    "design": "design_fen",
    "installation": "installation_fen",
}


def ladder_faults(sound: Sound) -> Iterator[Fault]:
    """Find what is wrong with the ladders of the suppliers that are well-formed."""
    ladders = _ladders(sound)
    for _, supplier in sound.whole("suppliers"):
        tiers = ladders.get(supplier["id"])
        if tiers:
            yield from _order(tiers)
            yield from _reach(tiers, supplier)
            if supplier.get("ladder") == "incremental":
                yield from _incremental(tiers)
    if ladders and not sound.rules_broken:
        yield from _below_zero(sound, ladders)


def all_units(supplier: Row, tiers: Sequence[Row]) -> list[dict[str, int | str]]:
    """Write a supplier's ladder as all-units tiers from its first lift to its capacity.

    An incremental reduction is given only within its tier; the lifts before it keep their own.
    The fixed sum puts that right, so that totals are the same to the fen.
    """
    capacity, lost = supplier["capacity_lifts"], 0
    ladder: list[dict[str, int | str]] = []
    for tier in _in_order(tiers) or [{"from_lifts": 1}]:
        start, off = tier["from_lifts"], tier.get("off_fen") or 0
        if start > capacity:
            break
        end = min(tier.get("to_lifts") or capacity, capacity)
        fixed = tier.get("fixed_fen") or 0
        if supplier.get("ladder") == "incremental":
            fixed = off * (start - 1) - lost
        lost += off * (end - start + 1)
        ladder.append(
            {
                "supplier": supplier["id"],
                "from_lifts": start,
                "to_lifts": end,
                "discount_bp": tier.get("discount_bp") or 0,
                "off_fen": off,
                "fixed_fen": fixed,
            }
        )
    return ladder


def _in_order(tiers: Sequence[Row]) -> list[Row]:
    return sorted(tiers, key=lambda tier: tier["from_lifts"])


def _ladders(sound: Sound) -> dict[str, list[_Tier]]:
    """Each supplier's tiers in order; a ladder with a broken row is left for the next reading."""
    ladders: dict[str, list[_Tier]] = {}
    for at, row in enumerate(sound.lists["tiers"]):
        if row.get("supplier") is not None:
            ladders.setdefault(row["supplier"], []).append((at, row))
    broken = sound.broken["tiers"]
    whole = {
        supplier: tiers
        for supplier, tiers in ladders.items()
        if not any(at in broken for at, _ in tiers)
    }
    return {name: sorted(tiers, key=lambda t: t[1]["from_lifts"]) for name, tiers in whole.items()}


def _order(tiers: Sequence[_Tier]) -> Iterator[Fault]:
    for at, tier in tiers:
        end = tier.get("to_lifts")
        if end is not None and end < tier["from_lifts"]:
            facts: dict[str, Fact] = {"from_lifts": tier["from_lifts"], "to_lifts": end}
            yield Fault("round.tier_reversed", ("tiers", at, "to_lifts"), facts)
    for before, after in pairwise(tiers):
        yield from _joint(before, after)


def _joint(before: _Tier, after: _Tier) -> Iterator[Fault]:
    start, end = after[1]["from_lifts"], before[1].get("to_lifts")
    if end is None:
        path = ("tiers", before[0], "to_lifts")
        yield Fault("round.tier_open_not_last", path, {"next_from": start})
        return
    facts: dict[str, Fact] = {"to_lifts": end, "next_from": start, "expected": end + 1}
    if start <= end:
        yield Fault("round.tier_overlap", ("tiers", after[0], "from_lifts"), facts)
    elif start > end + 1:
        yield Fault("round.tier_gap", ("tiers", after[0], "from_lifts"), facts)


def _reach(tiers: Sequence[_Tier], supplier: Row) -> Iterator[Fault]:
    """A ladder that begins above the capacity could never be used."""
    at, first = tiers[0]
    if first["from_lifts"] > supplier["capacity_lifts"]:
        facts: dict[str, Fact] = {
            "from_lifts": first["from_lifts"],
            "capacity_lifts": supplier["capacity_lifts"],
        }
        yield Fault("round.ladder_above_capacity", ("tiers", at, "from_lifts"), facts)


def _incremental(tiers: Sequence[_Tier]) -> Iterator[Fault]:
    for at, tier in tiers:
        for field in ("discount_bp", "fixed_fen"):
            if tier.get(field):
                facts: dict[str, Fact] = {"field": field}
                yield Fault("round.incremental_discount", ("tiers", at, field), facts)
    at, first = tiers[0]
    if first["from_lifts"] != 1:
        path = ("tiers", at, "from_lifts")
        yield Fault("round.incremental_start", path, {"from_lifts": first["from_lifts"]})
    yield from _sums(tiers)


def _sums(tiers: Sequence[_Tier]) -> Iterator[Fault]:
    """The fixed sums an incremental ladder is turned into must stay exact in every JSON reader."""
    lost = 0
    for at, tier in tiers:
        start, off = tier["from_lifts"], tier.get("off_fen") or 0
        if abs(off * (start - 1) - lost) > BIGGEST:
            yield Fault("round.sum_too_large", ("tiers", at, "off_fen"))
            return
        lost += off * ((tier.get("to_lifts") or start) - start + 1)


def _below_zero(sound: Sound, ladders: Mapping[str, Sequence[_Tier]]) -> Iterator[Fault]:
    lowest = _lowest_prices(sound)
    for supplier, tiers in ladders.items():
        if supplier not in lowest:
            continue
        price, book = lowest[supplier]
        for at, tier in tiers:
            facts: dict[str, Fact] = {"price_fen": price, "book": book + 1}
            cut = (price * (10_000 - (tier.get("discount_bp") or 0)) + 5_000) // 10_000
            facts["left_fen"] = cut - (tier.get("off_fen") or 0)
            if cut < (tier.get("off_fen") or 0):
                yield Fault("round.price_below_zero", ("tiers", at, "off_fen"), facts)


def _lowest_prices(sound: Sound) -> dict[str, tuple[int, int]]:
    """Each supplier's lowest list purchase price on a line of the bill, and the book it is in."""
    stops, basis = _least_stops(sound), sound.rules["price_basis"]
    zones = {zone for zone, _ in stops}
    own = {(r.get("supplier"), r.get("zone"), r.get("profile")) for r in sound.lists["books"]}
    lowest: dict[str, tuple[int, int]] = {}
    for at, book in sound.whole("books"):
        supplier, profile = book["supplier"], book["profile"]
        served = [book["zone"]] if book["zone"] != EVERY_ZONE else zones
        for zone in served:
            if book["zone"] == EVERY_ZONE and (supplier, zone, profile) in own:
                continue
            for price in _prices(book, stops.get((zone, profile), {}), basis):
                lowest[supplier] = min(lowest.get(supplier, (price, at)), (price, at))
    return lowest


def _least_stops(sound: Sound) -> _Stops:
    zones = {r["id"]: r.get("zone") or r.get("district") for r in sound.lists["lots"] if "id" in r}
    lots = {r["id"]: r.get("lot") for r in sound.lists["parcels"] if "id" in r}
    least: dict[tuple[str, str], dict[str, int]] = {}
    for _, line in sound.whole("bill"):
        zone = zones.get(lots.get(line["parcel"]))
        if zone is not None:
            entries = least.setdefault((zone, line["profile"]), {})
            stops, entry = line["stops"], line["entry"]
            entries[entry] = min(entries.get(entry, stops), stops)
    return least


def _prices(book: Row, stops: Mapping[str, int], basis: Sequence[str]) -> Iterator[int]:
    """List purchase prices of a lift with the fewest stops; none where the book has a gap."""
    per_stop = ["stop_fen", *(_PER_STOP[part] for part in basis if part in _PER_STOP)]
    per_lift = ["base_fen", *(_PER_LIFT[part] for part in basis if part in _PER_LIFT)]
    for entry in ENTRIES:
        needed = (*per_stop, *per_lift, f"{entry}_fen")
        if entry in stops and not any(book.get(field) is None for field in needed):
            each_stop = sum(book[field] for field in per_stop)
            once = sum(book[field] for field in per_lift) + book[f"{entry}_fen"]
            yield once + stops[entry] * each_stop
