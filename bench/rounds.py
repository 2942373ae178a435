"""Invented rounds of every size, as canonical ``tuanti-round/1``, and the library instances.

``city`` follows the generator of the trial: regions, specifications, supplier levels, logistics and
noise; every lot is a zone of its own, so prices differ from estate to estate.
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tuanti.solve.changed import DROPPABLE

_Ints = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]

_RULES: dict[str, Any] = {
    "objective": "cost",
    "price_basis": ["equipment"],
    "maintenance_years": 0,
    "discount_rate_bp": 0,
    "fen_per_point": 0,
    "price_points": 0,
    "quality_points": 0,
    **DROPPABLE,
    "groups": {},
    "seed": "bench",
}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LIST_PRICES = 42_000_000 * (1 + 0.25 * np.arange(3))


def credit_code(number: int) -> str:
    """An invented unified social credit code with its check character (GB 32100-2015)."""
    body = f"91500000MA{number:07d}"
    total = sum(_LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _LETTERS[-total % 31]


def supplier(
    s: int, capacity: int, *, entry: int = 0, quality: int = 8000, small: bool = False
) -> dict[str, Any]:
    """One supplier row."""
    return {"id": f"s{s:03d}", "name": f"s{s:03d}", "uscc": credit_code(s),
            "capacity_lifts": capacity, "quality": quality, "small": small, "entry_fen": entry,
            "ladder": "all_units"}  # fmt: skip


def book(s: str, zone: str, profile: str, base: int) -> dict[str, Any]:
    """One price book row that prices only the lift itself."""
    return {"supplier": s, "zone": zone, "profile": profile, "base_fen": base, "stop_fen": 0,
            "flat_fen": 0, "half_fen": 0, "shaft_stop_fen": 0, "foundation_fen": 0, "design_fen": 0,
            "installation_fen": 0, "maintenance_year_fen": 0}  # fmt: skip


def tier(s: str, low: int, high: int, discount_bp: int = 0) -> dict[str, Any]:
    """One rung of a ladder."""
    return {"supplier": s, "from_lifts": low, "to_lifts": high, "discount_bp": discount_bp,
            "off_fen": 0, "fixed_fen": 0}  # fmt: skip


def frame(name: str, rules: dict[str, Any]) -> dict[str, Any]:
    """A round with nothing in it."""
    lists = ("lots", "parcels", "bill", "suppliers", "books", "tiers", "packages", "pairs")
    return {"format": "tuanti-round/1", "id": name, "title": name, "fictional": True,
            "rules": _RULES | rules} | {key: [] for key in lists}  # fmt: skip


def add_lot(
    data: dict[str, Any], lot: str, district: str, zone: str, lines: list[tuple[str, int]]
) -> None:
    """A lot of one parcel; ``lines`` are (profile, lifts)."""
    data["lots"].append({"id": lot, "name": lot, "district": district, "zone": zone,
                         "suppliers_max": 1, "ceiling_fen": None})  # fmt: skip
    data["parcels"].append({"id": lot, "name": lot, "lot": lot})
    for profile, lifts in lines:
        data["bill"].append({"parcel": lot, "profile": profile, "stops": 7, "entry": "flat",
                             "lifts": lifts, "ceiling_fen": None})  # fmt: skip


def city(n: int, firms: int, tiers: int, seed: int, *, rules: dict[str, Any] | None = None,
         regions: int = 20, per_lot_prices: bool = True, max_share: float = 0.25,
         min_share: float = 0.005, cover: float = 0.75, small: float = 0.4,
         packages: int = 0) -> dict[str, Any]:  # fmt: skip
    """A city's (or a nation's) round.

    Total capacity is about 1.6 times the lifts; more where there are so many suppliers that the
    least capacity of one (1 % of the lifts) adds up.
    """
    r = np.random.default_rng(seed)
    lifts = np.clip(np.rint(r.lognormal(np.log(20) - 0.32, 0.8, n)), 1, 600).astype(np.int64)
    whole = int(lifts.sum())
    region, spec = r.integers(0, regions, n), r.integers(0, 3, n)
    level = 1 + 0.06 * r.standard_normal(firms)
    reach = 1 + 0.03 * r.random((regions, firms))
    skill = 1 + 0.03 * r.standard_normal((3, firms))
    sells = _sells(r, regions, firms, cover)
    weight = r.lognormal(0, 0.7, firms)
    wanted = np.maximum(1.6 * whole * weight / weight.sum(), 0.01 * whole)
    capacity = np.minimum(wanted, max_share * whole)
    data = frame(f"city-{n}-{firms}-{tiers}-{seed}", rules or {})
    for i in range(n):
        zone = f"l{i:06d}" if per_lot_prices else f"r{region[i]:03d}"
        add_lot(data, f"l{i:06d}", f"r{region[i]:03d}", zone, [(f"p{spec[i]}", int(lifts[i]))])
    least = max(1, int(min_share * whole))
    _add_suppliers(data, r, capacity, small=small, tiers=tiers, least=least)
    for z in range(n if per_lot_prices else regions):
        g = int(region[z]) if per_lot_prices else z
        zone = f"l{z:06d}" if per_lot_prices else f"r{z:03d}"
        price = _prices(r, _LIST_PRICES[:, None] * level * reach[g] * skill)
        for p in [int(spec[z])] if per_lot_prices else range(3):
            sellers = np.flatnonzero(sells[g]).tolist()
            data["books"] += [book(f"s{s:03d}", zone, f"p{p}", int(price[p, s])) for s in sellers]
    if packages:
        _add_packages(data, r, packages, region=region, lifts=lifts, capacity=capacity)
    return data


def _sells(r: np.random.Generator, regions: int, firms: int, cover: float) -> npt.NDArray[np.bool_]:
    """Who bids where: each region has two who bid everywhere and one of its own, at the least."""
    sells = r.random((regions, firms)) < cover
    sells[:, r.integers(0, firms, 2)] = True
    sells[np.arange(regions), r.integers(0, firms, regions)] = True
    return sells


def _prices(r: np.random.Generator, fair: _Floats) -> _Ints:
    """Fair prices with noise, in steps of 100 yuan."""
    noise = 1 + 0.03 * r.standard_normal(fair.shape)
    return (np.rint(fair * noise / 10000) * 10000).astype(np.int64)


def _add_suppliers(
    data: dict[str, Any],
    r: np.random.Generator,
    capacity: _Floats,
    *,
    small: float,
    tiers: int,
    least: int,
) -> None:
    """Suppliers with ladders of ``tiers`` rungs from ``least`` lifts up."""
    is_small = r.random(len(capacity)) < small
    for s, room in enumerate(capacity.astype(np.int64).tolist()):
        quality = int(r.integers(7000, 9900))
        data["suppliers"].append(supplier(s, room, small=bool(is_small[s]), quality=quality))
        cut = np.rint(np.sort(r.uniform(0.10, 0.9, tiers - 1)) * room).astype(np.int64)
        starts = np.maximum.accumulate([least, *np.maximum(1, cut)]).tolist()
        steps = np.sort(np.rint(r.uniform(0.01, 0.12, tiers - 1) * 10000)).astype(np.int64)
        ends = [start - 1 for start in starts[1:]] + [room]
        for low, high, bp in zip(starts, ends, [0, *steps.tolist()], strict=True):
            if low <= high:
                data["tiers"].append(tier(f"s{s:03d}", low, high, bp))


def _add_packages(
    data: dict[str, Any],
    r: np.random.Generator,
    count: int,
    *,
    region: _Ints,
    lifts: _Ints,
    capacity: _Floats,
) -> None:
    """Packages of three lots of one region, 4 % under the supplier's list price."""
    prices = {(b["supplier"], b["zone"], b["profile"]): b["base_fen"] for b in data["books"]}
    profile = {line["parcel"]: line["profile"] for line in data["bill"]}
    while len(data["packages"]) < count:
        s = int(r.integers(len(capacity)))
        inside = np.flatnonzero(region == r.integers(region.max() + 1))
        at, firm = r.choice(inside, 3, replace=False), f"s{s:03d}"
        lots = [data["lots"][i] for i in at]
        keys = [(firm, lot["zone"], profile[lot["id"]]) for lot in lots]
        if all(key in prices for key in keys) and lifts[at].sum() <= capacity[s] // 4:
            total = sum(prices[key] * int(lifts[i]) for key, i in zip(keys, at, strict=True))
            data["packages"].append({
                "id": f"k{len(data['packages']):02d}", "supplier": firm,
                "lots": sorted(lot["id"] for lot in lots), "total_fen": total * 96 // 100,
                "maintenance_year_fen": None})  # fmt: skip


def ruled(n: int, firms: int, tiers: int, seed: int) -> dict[str, Any]:
    """A city with every common rule: fewest suppliers a district, small firms, packages, winners.

    The winner limit leaves room for the largest firms that together could build 1.25 times all.
    """
    rules = {"group_suppliers_min": 2, "small_share_min_bp": 3000}
    data = city(n, firms, tiers, seed, rules=rules, packages=20)
    room = np.cumsum(sorted((x["capacity_lifts"] for x in data["suppliers"]), reverse=True))
    wanted = 1.25 * sum(line["lifts"] for line in data["bill"])
    data["rules"]["winners_max"] = int(np.searchsorted(room, wanted)) + 1
    return data


def starved(data: dict[str, Any]) -> dict[str, Any]:
    """The same round with a total capacity one lift short: nobody can win it all."""
    lifts = sum(line["lifts"] for line in data["bill"])
    rooms = [x["capacity_lifts"] for x in data["suppliers"]]
    edges = [total * (lifts - 1) // sum(rooms) for total in np.cumsum([0, *rooms]).tolist()]
    for at, firm in enumerate(data["suppliers"]):
        firm["capacity_lifts"] = edges[at + 1] - edges[at]
    room = {x["id"]: x["capacity_lifts"] for x in data["suppliers"]}
    tiers = [t for t in data["tiers"] if t["from_lifts"] <= room[t["supplier"]]]
    for t in tiers:
        t["to_lifts"] = min(t["to_lifts"], room[t["supplier"]])
    return data | {"tiers": tiers}


def library(path: Path) -> dict[str, Any]:
    """An OR-Library or Holmberg instance (one tier, entry cost), costs scaled by 10^4.

    A customer's whole cost is the price of one lift of its own profile; its others cost nothing.
    Files are read by count: some go on after their last number.
    """
    numbers = path.read_text(encoding="ascii").replace("\0", " ").split()
    m, n = int(numbers[0]), int(numbers[1])
    values = [round(float(x) * 10000) for x in numbers[2 : 2 + 2 * m + n + m * n]]
    sites = [(values[2 * j] // 10000, values[2 * j + 1]) for j in range(m)]
    rest = values[2 * m :]
    if path.name.startswith("cap"):
        rows = [rest[i * (m + 1) : (i + 1) * (m + 1)] for i in range(n)]
        demand, cost = [row[0] // 10000 for row in rows], [row[1:] for row in rows]
    else:
        demand = [x // 10000 for x in rest[:n]]
        cost = [[rest[n + j * n + i] for j in range(m)] for i in range(n)]
    data = frame(path.stem, {})
    for i in range(n):
        lines = [("cost", 1), ("free", demand[i] - 1)] if demand[i] > 1 else [("cost", 1)]
        add_lot(data, f"l{i:03d}", "all", f"l{i:03d}", lines)
    for j, (capacity, entry) in enumerate(sites):
        data["suppliers"].append(supplier(j, capacity, entry=entry))
        data["tiers"].append(tier(f"s{j:03d}", 1, capacity))
        data["books"] += [book(f"s{j:03d}", f"l{i:03d}", "cost", cost[i][j]) for i in range(n)]
        data["books"].append(book(f"s{j:03d}", "*", "free", 0))
    return data
