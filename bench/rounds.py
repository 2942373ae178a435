"""Invented rounds of every size, as canonical ``tuanti-round/1``, and the library instances.

``city`` follows the generator of the trial: regions, specifications, supplier levels, logistics and
noise; every lot is a zone of its own, so prices differ from estate to estate.
"""

from pathlib import Path
from typing import Any

import numpy as np

_RULES: dict[str, Any] = {
    "objective": "cost",
    "price_basis": ["equipment"],
    "maintenance_years": 0,
    "discount_rate_bp": 0,
    "fen_per_point": 0,
    "price_points": 0,
    "quality_points": 0,
    "winners_min": None,
    "winners_max": None,
    "lots_max": None,
    "lots_max_district": None,
    "share_max_bp": None,
    "share_max_district_bp": None,
    "share_min_bp": None,
    "small_share_min_bp": None,
    "group_suppliers_min": None,
    "groups": {},
    "seed": "bench",
}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int) -> str:
    """An invented unified social credit code with its check character (GB 32100-2015)."""
    body = f"91500000MA{number:07d}"
    total = sum(_LETTERS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _LETTERS[-total % 31]


def supplier(s: int, capacity: int, *, entry: int = 0, quality: int = 8000, small: bool = False) -> dict[str, Any]:
    """One supplier row."""
    return {"id": f"s{s:03d}", "name": f"s{s:03d}", "uscc": credit_code(s), "capacity_lifts": capacity,
            "quality": quality, "small": small, "entry_fen": entry, "ladder": "all_units"}  # fmt: skip


def book(s: str, zone: str, profile: str, base: int) -> dict[str, Any]:
    """One price book row that prices only the lift itself."""
    return {"supplier": s, "zone": zone, "profile": profile, "base_fen": base, "stop_fen": 0,
            "flat_fen": 0, "half_fen": 0, "shaft_stop_fen": 0, "foundation_fen": 0, "design_fen": 0,
            "installation_fen": 0, "maintenance_year_fen": 0}  # fmt: skip


def frame(name: str, rules: dict[str, Any]) -> dict[str, Any]:
    """A round with nothing in it."""
    lists = ("lots", "parcels", "bill", "suppliers", "books", "tiers", "packages", "pairs")
    return {"format": "tuanti-round/1", "id": name, "title": name, "fictional": True,
            "rules": _RULES | rules} | {key: [] for key in lists}  # fmt: skip


def add_lot(data: dict[str, Any], lot: str, district: str, zone: str, lines: list[tuple[str, int]]) -> None:
    """A lot of one parcel; ``lines`` are (profile, lifts)."""
    data["lots"].append({"id": lot, "name": lot, "district": district, "zone": zone, "suppliers_max": 1, "ceiling_fen": None})
    data["parcels"].append({"id": lot, "name": lot, "lot": lot})
    for profile, lifts in lines:
        data["bill"].append({"parcel": lot, "profile": profile, "stops": 7, "entry": "flat", "lifts": lifts, "ceiling_fen": None})


def city(n: int, firms: int, tiers: int, seed: int, *, rules: dict[str, Any] | None = None, regions: int = 20,
         per_lot_prices: bool = True, max_share: float = 0.25, min_share: float = 0.005, cover: float = 0.75,
         small: float = 0.4, packages: int = 0) -> dict[str, Any]:  # fmt: skip
    """A city's (or a nation's) round; total capacity is about 1.6 times the lifts."""
    r = np.random.default_rng(seed)
    d = np.clip(np.rint(r.lognormal(np.log(20) - 0.32, 0.8, n)), 1, 600).astype(np.int64)
    whole = int(d.sum())
    region, spec = r.integers(0, regions, n), r.integers(0, 3, n)
    level = 1 + 0.06 * r.standard_normal(firms)
    reach = 1 + 0.03 * r.random((regions, firms))
    skill = 1 + 0.03 * r.standard_normal((3, firms))
    list_price = 42_000_000 * (1 + 0.25 * np.arange(3))
    sells = r.random((regions, firms)) < cover
    sells[:, r.integers(0, firms, 2)] = True
    sells[np.arange(regions), r.integers(0, firms, regions)] = True
    weight = r.lognormal(0, 0.7, firms)
    capacity = np.minimum(np.maximum(1.6 * whole * weight / weight.sum(), 0.01 * whole), max_share * whole)
    data = frame(f"city-{n}-{firms}-{tiers}-{seed}", rules or {})
    lot_names = [f"l{i:06d}" for i in range(n)]
    for i in range(n):
        zone = lot_names[i] if per_lot_prices else f"r{region[i]:03d}"
        add_lot(data, lot_names[i], f"r{region[i]:03d}", zone, [(f"p{spec[i]}", int(d[i]))])
    is_small = r.random(firms) < small
    for s in range(firms):
        cap = int(capacity[s])
        data["suppliers"].append(supplier(s, cap, small=bool(is_small[s]), quality=int(r.integers(7000, 9900))))
        cut = np.sort(r.uniform(0.10, 0.9, tiers - 1))
        starts = [max(1, int(min_share * whole)), *np.maximum(1, np.rint(cut * cap)).astype(int).tolist()]
        starts = np.maximum.accumulate(starts).tolist()
        discounts = [0, *np.sort(np.rint(r.uniform(0.01, 0.12, tiers - 1) * 10000)).astype(int).tolist()]
        ends = [start - 1 for start in starts[1:]] + [cap]
        for low, high, bp in zip(starts, ends, discounts, strict=True):
            if low <= high:
                data["tiers"].append({"supplier": f"s{s:03d}", "from_lifts": low, "to_lifts": high,
                                      "discount_bp": bp, "off_fen": 0, "fixed_fen": 0})  # fmt: skip
    zones = range(n) if per_lot_prices else range(regions)
    for z in zones:
        g = region[z] if per_lot_prices else z
        name = lot_names[z] if per_lot_prices else f"r{z:03d}"
        noise = 1 + 0.03 * r.standard_normal((3, firms))
        price = list_price[:, None] * level * reach[g] * skill * noise
        price = (np.rint(price / 10000) * 10000).astype(np.int64)
        for p in [spec[z]] if per_lot_prices else range(3):
            data["books"] += [book(f"s{s:03d}", name, f"p{p}", int(price[p, s])) for s in np.flatnonzero(sells[g])]
    _add_packages(data, packages, r, region, d, capacity)
    return data


def _add_packages(data: dict[str, Any], count: int, r: Any, region: Any, d: Any, capacity: Any) -> None:
    """Packages of three lots of one region, 4 % under the supplier's list price."""
    prices = {(b["supplier"], b["zone"], b["profile"]): b["base_fen"] for b in data["books"]}
    profile = {line["parcel"]: line["profile"] for line in data["bill"]}
    while len(data["packages"]) < count:
        s, lots = int(r.integers(len(capacity))), r.choice(np.flatnonzero(region == r.integers(region.max() + 1)), 3, replace=False)
        names, firm = [data["lots"][i]["id"] for i in lots], data["suppliers"][s]["id"]
        keys = [(firm, data["lots"][i]["zone"], profile[data["lots"][i]["id"]]) for i in lots]
        if all(key in prices for key in keys) and d[lots].sum() <= capacity[s] // 4:
            total = sum(prices[key] * int(d[i]) for key, i in zip(keys, lots, strict=True)) * 96 // 100
            data["packages"].append({"id": f"k{len(data['packages']):02d}", "supplier": firm, "lots": sorted(names),
                                     "total_fen": total, "maintenance_year_fen": None})  # fmt: skip


def library(path: Path) -> dict[str, Any]:
    """An OR-Library or Holmberg instance (one tier, entry cost), costs scaled by 10^4.

    A customer's whole cost is the price of one lift of its own profile; its other lifts cost nothing.
    """
    numbers = path.read_text(encoding="ascii").split()
    m, n = int(numbers[0]), int(numbers[1])
    values = [round(float(x) * 10000) for x in numbers[2:]]
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
        data["tiers"].append({"supplier": f"s{j:03d}", "from_lifts": 1, "to_lifts": capacity,
                              "discount_bp": 0, "off_fen": 0, "fixed_fen": 0})  # fmt: skip
        data["books"] += [book(f"s{j:03d}", f"l{i:03d}", "cost", cost[i][j]) for i in range(n)]
        data["books"].append(book(f"s{j:03d}", "*", "free", 0))
    return data
