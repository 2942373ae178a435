"""From a canonical round to the problem: units, prices, bids, ladders, packages, rule rows."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from tuanti.rules.award.problem import GAP, Level, Package, Problem, Refused, Row, Tier, Unit


def read(data: Mapping[str, Any]) -> Problem:
    """The problem of a canonical ``tuanti-round/1`` (see ``round.canonical``) without faults."""
    units, lines, units_of, cells = _units(data)
    lifts = sum(unit.lifts for unit in units)
    discounted, rest, listed = _prices(data, cells)
    where = {s["id"]: at for at, s in enumerate(data["suppliers"])}
    closed = _closed(data)
    bids, refused = _bids(data, units, lines, listed, closed)
    return Problem(
        round=data,
        suppliers=tuple(data["suppliers"]),
        lots=tuple(data["lots"]),
        units=units,
        units_of=units_of,
        lines=tuple(tuple((cell, n) for cell, n, _ in of) for of in lines),
        cells=len(cells),
        discounted=discounted,
        rest=rest,
        listed=listed,
        bids=bids,
        tiers=_tiers(data, lifts, where),
        packages=_packages(data, units, lines, units_of, where, closed),
        rows=_rows(data, units),
        refused=refused,
    )


_Cell = tuple[str, str, int, str]
_Lines = list[list[tuple[int, int, int | None]]]


def _units(
    data: Mapping[str, Any],
) -> tuple[tuple[Unit, ...], _Lines, tuple[tuple[int, ...], ...], list[_Cell]]:
    lots, groups = data["lots"], data["rules"]["groups"]
    at = {lot["id"]: place for place, lot in enumerate(lots)}
    home = {parcel["id"]: at[parcel["lot"]] for parcel in data["parcels"]}
    cells: dict[_Cell, int] = {}
    bill: dict[str, list[tuple[int, int, int | None]]] = {parcel: [] for parcel in home}
    for x in data["bill"]:
        cell = (lots[home[x["parcel"]]]["zone"], x["profile"], x["stops"], x["entry"])
        number = cells.setdefault(cell, len(cells))
        bill[x["parcel"]].append((number, x["lifts"], x["ceiling_fen"]))
    parts: dict[tuple[int, str], list[str]] = {}
    for parcel, lot in home.items():
        parts.setdefault((lot, parcel if lots[lot]["suppliers_max"] > 1 else ""), []).append(parcel)
    units: list[Unit] = []
    lines: _Lines = []
    units_of: list[list[int]] = [[] for _ in lots]
    for (lot, _), parcels in parts.items():
        units_of[lot].append(len(units))
        lines.append([line for parcel in parcels for line in bill[parcel]])
        district = lots[lot]["district"]
        group = "group " + groups.get(district, district)
        lifts = sum(n for _, n, _ in lines[-1])
        units.append(Unit(tuple(parcels), lot, lifts, "in " + district, group))
    return tuple(units), lines, tuple(tuple(of) for of in units_of), list(cells)


def _prices(
    data: Mapping[str, Any], cells: list[_Cell]
) -> tuple[tuple["array[int]", ...], tuple["array[int]", ...], tuple["array[int]", ...]]:
    rules = data["rules"]
    books = {(b["supplier"], b["zone"], b["profile"]): b for b in data["books"]}
    annuity = _annuity(rules)
    discounted, rest, listed = [], [], []
    for supplier in data["suppliers"]:
        s, extra = supplier["id"], shortfall(rules, supplier)
        found = [
            _price(rules, cell, books.get((s, cell[0], cell[1])) or books.get((s, "*", cell[1])))
            for cell in cells
        ]
        discounted.append(array("q", [GAP if p is None else p[0] for p in found]))
        later = [0 if p is None else _later(rules, p[1], annuity) + extra for p in found]
        rest.append(array("q", later))
        years = rules["maintenance_years"] if "maintenance" in rules["price_basis"] else 0
        listed.append(array("q", [GAP if p is None else p[0] + years * p[1] for p in found]))
    if rules["objective"] == "points":
        _turn_into_points(data, discounted, rest, listed)
    return tuple(discounted), tuple(rest), tuple(listed)


def _price(
    rules: Mapping[str, Any], cell: _Cell, book: Mapping[str, Any] | None
) -> tuple[int, int] | None:
    """List purchase price and yearly maintenance of a lift; None where the book has a gap."""
    if book is None:
        return None
    _, _, stops, entry = cell
    basis = rules["price_basis"]
    flat = ["base_fen", entry + "_fen"]
    flat += [x + "_fen" for x in ("foundation", "design", "installation") if x in basis]
    by_stop = ["stop_fen"] + (["shaft_stop_fen"] if "shaft" in basis else [])
    upkeep = "maintenance" in basis or rules["objective"] == "life_cycle"
    needed = [*flat, *by_stop] + (["maintenance_year_fen"] if upkeep else [])
    if any(book[name] is None for name in needed):
        return None
    purchase = sum(book[name] for name in flat) + stops * sum(book[name] for name in by_stop)
    return purchase, book["maintenance_year_fen"] if upkeep else 0


def _annuity(rules: Mapping[str, Any]) -> Fraction:
    """The present value of 1 a year for ``maintenance_years`` years, paid at each year's end."""
    if rules["objective"] != "life_cycle":
        return Fraction(rules["maintenance_years"])
    factor = Fraction(10000, 10000 + rules["discount_rate_bp"])
    return sum((factor**y for y in range(1, rules["maintenance_years"] + 1)), Fraction(0))


def _later(rules: Mapping[str, Any], yearly: int, annuity: Fraction) -> int:
    """Maintenance in the objective, a lift: nominal, or its present value rounded half-up."""
    if rules["objective"] != "life_cycle" and "maintenance" not in rules["price_basis"]:
        return 0
    return half_up(yearly * annuity)


def half_up(value: Fraction) -> int:
    """The nearest whole number; halves go up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def shortfall(rules: Mapping[str, Any], supplier: Mapping[str, Any]) -> int:
    """``cost_quality``: fen added to each lift for the points short of 100; else 0."""
    if rules["objective"] != "cost_quality":
        return 0
    missing = (10000 - supplier["quality"]) * rules["fen_per_point"]
    return int((missing + 50) // 100)


def _turn_into_points(
    data: Mapping[str, Any],
    discounted: list["array[int]"],
    rest: list["array[int]"],
    listed: list["array[int]"],
) -> None:
    """Replace prices by minus the points they earn; list prices stay for ceilings and reserves."""
    rules = data["rules"]
    for cell in range(len(listed[0]) if listed else 0):
        offers = {s: max(1, mine[cell]) for s, mine in enumerate(listed) if mine[cell] != GAP}
        for s, own in offers.items():
            lowest = min(offers.values())
            earned = (2 * rules["price_points"] * lowest + own) // (2 * own)
            quality = data["suppliers"][s]["quality"]
            earned += (rules["quality_points"] * quality + 5000) // 10000
            discounted[s][cell], rest[s][cell] = 0, -earned


def _closed(data: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Lot-supplier pairs that a forbidden pair, or another supplier's fixed pair, rules out."""
    kinds = {(p["lot"], p["supplier"]): p["kind"] for p in data["pairs"]}
    fixed = {lot: s for (lot, s), kind in kinds.items() if kind == "fixed"}
    closed = {pair for pair, kind in kinds.items() if kind == "forbidden"}
    others = {(lot, x["id"]) for lot, s in fixed.items() for x in data["suppliers"] if x["id"] != s}
    return closed | others


def _bids(
    data: Mapping[str, Any],
    units: Sequence[Unit],
    lines: _Lines,
    listed: Sequence["array[int]"],
    closed: set[tuple[str, str]],
) -> tuple[tuple[bytes, ...], tuple[Refused, ...]]:
    """Where bids stand, and those over a ceiling.

    A nation has thirty million pairs of a unit and a supplier, but few asks that differ: each ask
    is judged once a supplier.
    """
    asks: dict[_Ask, int] = {}
    lots = [data["lots"][unit.lot] for unit in units]
    tops = [lot["ceiling_fen"] for lot in lots]
    ask = [asks.setdefault(_ask(*x), len(asks)) for x in zip(lines, tops, strict=True)]
    shut = _shut(lots, closed)
    refused, bids = list[Refused](), list[bytes]()
    for supplier, mine in zip(data["suppliers"], listed, strict=True):
        s, (open_, over) = supplier["id"], _judged(asks, mine)
        stands = bytearray(map(open_.__getitem__, ask))
        for i, at in enumerate(ask) if over else ():
            if at in over:
                refused.append(Refused(s, lots[i]["id"], " ".join(units[i].parcels), *over[at]))
        for i in shut.get(s, ()):
            stands[i] = 0
        bids.append(bytes(stands))
    return tuple(bids), tuple(refused)


_Ask = tuple[tuple[tuple[int, int, int | None], ...], int | None]


def _shut(lots: Sequence[Mapping[str, Any]], closed: set[tuple[str, str]]) -> dict[str, list[int]]:
    """The units, whose ``lots`` these are, that are closed to each supplier any is closed to."""
    inside: dict[str, list[int]] = {}
    for i, home in enumerate(lots) if closed else ():
        inside.setdefault(home["id"], []).append(i)
    found: dict[str, list[int]] = {}
    for lot, s in closed:
        found.setdefault(s, []).extend(inside.get(lot, ()))
    return found


def _ask(of: list[tuple[int, int, int | None]], ceiling: int | None) -> _Ask:
    """What a bid on a unit is judged by; without a ceiling for the lot, not by how many lifts."""
    return tuple((cell, 0 if ceiling is None else n, top) for cell, n, top in of), ceiling


def _judged(
    asks: Iterable[_Ask], mine: "array[int]"
) -> tuple[bytearray, dict[int, tuple[int, int]]]:
    """For each ask 1 where a supplier's bid would stand; of those over a ceiling, by how much."""
    open_, over = bytearray(), dict[int, tuple[int, int]]()
    for at, (of, ceiling) in enumerate(asks):
        priced = GAP not in [mine[cell] for cell, _, _ in of]
        if priced and (found := _over(ceiling, of, mine)):
            over[at] = found
        open_.append(priced and at not in over)
    return open_, over


def _over(
    ceiling: int | None, of: Sequence[tuple[int, int, int | None]], mine: "array[int]"
) -> tuple[int, int] | None:
    """The first list price above its ceiling, and that ceiling; None if all are within."""
    for cell, _, top in of:
        if top is not None and mine[cell] > top:
            return mine[cell], top
    if ceiling is None:
        return None
    whole = sum([n * mine[cell] for cell, n, _ in of])
    return (whole, ceiling) if whole > ceiling else None


def _tiers(
    data: Mapping[str, Any], lifts: int, where: Mapping[str, int]
) -> tuple[tuple[Tier, ...], ...]:
    rules, points = data["rules"], data["rules"]["objective"] == "points"
    most = lifts * (rules["share_max_bp"] or 10000) // 10000
    fewest = max(1, -(-lifts * (rules["share_min_bp"] or 0) // 10000))
    ladders: list[list[Tier]] = [[] for _ in where]
    for t in data["tiers"]:
        supplier = data["suppliers"][where[t["supplier"]]]
        low = max(t["from_lifts"], fewest)
        high = min(t["to_lifts"], supplier["capacity_lifts"], most)
        off, fixed = t["off_fen"], t["fixed_fen"] + supplier["entry_fen"]
        money = (0, 0) if points else (off, fixed)
        ladders[where[t["supplier"]]].append(Tier(low, high, t["discount_bp"], *money))
    return tuple(tuple(ladder) for ladder in ladders)


def _packages(
    data: Mapping[str, Any],
    units: Sequence[Unit],
    lines: _Lines,
    units_of: Sequence[Sequence[int]],
    where: Mapping[str, int],
    closed: set[tuple[str, str]],
) -> tuple[Package, ...]:
    """The packages that stand: within their ceilings, on lots open to their supplier."""
    lots = {lot["id"]: at for at, lot in enumerate(data["lots"])}
    rules, found = data["rules"], list[Package]()
    for p in () if rules["objective"] == "points" else data["packages"]:
        places = [lots[lot] for lot in p["lots"]]
        inside = tuple(i for at in places for i in units_of[at])
        ceiling = _package_ceiling(data, places, [line for i in inside for line in lines[i]])
        supplier, s = data["suppliers"][where[p["supplier"]]], where[p["supplier"]]
        if any((lot, supplier["id"]) in closed for lot in p["lots"]):
            continue
        if ceiling is not None and p["total_fen"] > ceiling:
            continue
        lifts = sum(units[i].lifts for i in inside)
        cost = p["total_fen"] + lifts * shortfall(rules, supplier)
        if rules["objective"] == "life_cycle":
            cost += half_up(p["maintenance_year_fen"] * _annuity(rules))
        found.append(Package(p["id"], s, inside, lifts, cost))
    return tuple(found)


def _package_ceiling(
    data: Mapping[str, Any], places: list[int], of: list[tuple[int, int, int | None]]
) -> int | None:
    tops = [data["lots"][at]["ceiling_fen"] for at in places]
    if None in tops:
        tops = [None if top is None else n * top for _, n, top in of]
    return None if None in tops else sum(tops)


def _rows(data: Mapping[str, Any], units: Sequence[Unit]) -> tuple[Row, ...]:
    """Every rule of the round that is not already in the bids, tiers and units."""
    rules, size, parts = data["rules"], Counter[str](), Counter[int]()
    for unit in units:
        size[unit.district] += unit.lifts
        parts[unit.lot] += 1
    found: list[tuple[Level, str, str, int, int | None]] = [
        ("used", "*", "*", 1, rules["winners_min"]),
        ("used", "*", "*", -1, rules["winners_max"]),
    ]
    lots = [(at, data["lots"][at]) for at in parts]
    found += [
        ("lot", "*", "lot " + lot["id"], -1, lot["suppliers_max"])
        for at, lot in lots
        if 1 < lot["suppliers_max"] < parts[at]
    ]
    groups = dict.fromkeys(unit.group for unit in units)
    found += [("group", "*", group, 1, rules["group_suppliers_min"]) for group in groups]
    for s in [supplier["id"] for supplier in data["suppliers"]]:
        found.append(("lot", s, "*", -1, rules["lots_max"]))
        found += [("lot", s, d, -1, rules["lots_max_district"]) for d in size]
        share = rules["share_max_district_bp"]
        found += [("lift", s, d, -1, share and n * share // 10000) for d, n in size.items()]
    least = -(-sum(size.values()) * (rules["small_share_min_bp"] or 0) // 10000)
    found.append(("lift", "*small", "*", 1, least or None))
    return tuple((*row, sign, sign * n) for *row, sign, n in found if n is not None)  # type: ignore[misc] # a starred row has no length to mypy
