"""Small random rounds with every rule on and off, and the optimum by trying everything."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

from tests.cast import USCC_BING, USCC_JIA, USCC_YI
from tuanti.rules.award.problem import Award, Problem, evaluate

_CODES = (USCC_JIA, USCC_YI, USCC_BING)


def random_round(seed: int) -> dict[str, Any]:
    """A round of two to four lots and two or three suppliers; not canonical yet."""
    r = random.Random(seed)
    firms, lots, districts = r.randint(2, 3), r.randint(2, 4), r.randint(1, 2)
    data: dict[str, Any] = {"format": "tuanti-round/1", "id": f"random-{seed}", "title": str(seed)}
    data |= {"fictional": True, "rules": _rules(r)}
    if districts == 2 and r.random() < 0.3:
        data["rules"]["groups"] = {"d0": "all", "d1": "all"}
    data |= {"lots": [], "parcels": [], "bill": [], "suppliers": [], "books": [], "tiers": []}
    for lot in range(lots):
        _add_lot(
            r, data, f"l{lot}", f"d{r.randrange(districts)}", r.randint(1, 3) if not lot else 1
        )
    zones = sorted({lot["district"] for lot in data["lots"]})
    for s in range(firms):
        _add_supplier(r, data, s, zones)
    data["packages"] = [] if data["rules"]["objective"] == "points" else _packages(r, data)
    data["pairs"] = [
        {"lot": lot["id"], "supplier": _anyone(r, data), "kind": r.choice(["fixed", "forbidden"])}
        for lot in data["lots"]
        if r.random() < 0.1
    ]
    return data


def awards(problem: Problem) -> Iterator[Award]:
    """Every way to give units to suppliers, with every set of packages; most are unlawful."""
    packages = range(len(problem.packages))
    sets = [x for n in range(len(packages) + 1) for x in itertools.combinations(packages, n)]
    for winners in itertools.product(range(len(problem.suppliers)), repeat=len(problem.units)):
        for taken in sets:
            yield Award(winners, taken)


def optimum(problem: Problem) -> int | None:
    """The least cost of a lawful award; None if there is none."""
    found = (evaluate(problem, award) for award in awards(problem))
    return min((x.cost for x in found if not x.broken), default=None)


def _rules(r: random.Random) -> dict[str, Any]:
    goal = r.choice(["cost", "cost", "life_cycle", "cost_quality", "points"])
    rules: dict[str, Any] = {
        "objective": goal,
        "price_basis": ["equipment"],
        "seed": str(r.random()),
    }
    if goal == "points":
        rules |= {"price_points": r.randint(10, 100), "quality_points": r.randint(0, 50)}
    if goal == "cost_quality":
        rules |= {"fen_per_point": r.randint(1, 50)}
    if goal == "life_cycle":
        rules |= {"maintenance_years": r.randint(1, 5), "discount_rate_bp": r.randint(0, 900)}
    if r.random() < 0.3:
        rules["price_basis"] = ["equipment", "maintenance", "shaft"]
        rules.setdefault("maintenance_years", 1)
    ranges = {
        "winners_min": (0.2, 1, 2),
        "winners_max": (0.3, 1, 3),
        "lots_max": (0.2, 1, 3),
        "lots_max_district": (0.2, 1, 2),
        "share_max_bp": (0.2, 4000, 10000),
        "share_max_district_bp": (0.2, 4000, 10000),
        "share_min_bp": (0.2, 0, 3000),
        "small_share_min_bp": (0.3, 0, 5000),
        "group_suppliers_min": (0.3, 1, 2),
    }
    rules |= {x: r.randint(low, high) for x, (p, low, high) in ranges.items() if r.random() < p}
    if rules.get("winners_min", 0) > rules.get("winners_max", 3):
        del rules["winners_min"]
    return rules


def _add_lot(r: random.Random, data: dict[str, Any], lot: str, district: str, parts: int) -> None:
    share = r.randint(1, parts)
    data["lots"].append({"id": lot, "name": lot, "district": district, "suppliers_max": share})
    if share == 1 and r.random() < 0.3:
        data["lots"][-1]["ceiling_fen"] = r.randint(300, 3000)
    for part in range(parts):
        parcel = f"{lot}-p{part}"
        data["parcels"].append({"id": parcel, "name": parcel, "lot": lot})
        for profile in r.sample(["a", "b"], r.randint(1, 2)):
            line = {"parcel": parcel, "profile": profile, "stops": r.randint(2, 9)}
            line |= {"entry": r.choice(["flat", "half"]), "lifts": r.randint(1, 6)}
            data["bill"].append(line)
            if r.random() < 0.1:
                line["ceiling_fen"] = r.randint(80, 300)


def _add_supplier(r: random.Random, data: dict[str, Any], s: int, zones: list[str]) -> None:
    firm: dict[str, Any] = {
        "id": f"s{s}",
        "name": f"s{s}",
        "uscc": _CODES[s],
        "small": r.random() < 0.5,
    }
    firm |= {"capacity_lifts": r.randint(8, 60), "quality": r.randint(5000, 10000)}
    data["suppliers"].append(firm | {"entry_fen": r.choice([0, r.randint(0, 300)])})
    for zone, profile in itertools.product(zones if r.random() < 0.5 else ["*"], "ab"):
        if r.random() < 0.97:
            book = {"supplier": f"s{s}", "zone": zone, "profile": profile, "flat_fen": 0}
            book |= {"base_fen": r.randint(50, 150), "stop_fen": r.randint(0, 9)}
            book |= {"shaft_stop_fen": r.randint(0, 5), "maintenance_year_fen": r.randint(0, 20)}
            data["books"].append(book | {"half_fen": r.choice([0, 7, None])})
    if r.random() < 0.8:
        _add_ladder(r, data, f"s{s}", firm["capacity_lifts"])


def _add_ladder(r: random.Random, data: dict[str, Any], firm: str, capacity: int) -> None:
    cuts = sorted(r.sample(range(3, capacity + 1), r.randint(0, 2)))
    starts = [r.choice([1, 1, 2]), *cuts]
    for low, after in zip(starts, [*starts[1:], None], strict=True):
        rung = {"supplier": firm, "from_lifts": low, "to_lifts": after and after - 1}
        rung |= {"discount_bp": r.choice([0, r.randint(0, 3000)])}
        rung |= {"off_fen": r.choice([0, r.randint(0, 10)])}
        data["tiers"].append(rung | {"fixed_fen": r.choice([0, 0, r.randint(-50, 100)])})


def _packages(r: random.Random, data: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"k{k}",
            "supplier": _anyone(r, data),
            "lots": sorted(r.sample([lot["id"] for lot in data["lots"]], r.randint(1, 2))),
            "total_fen": r.randint(300, 3000),
            "maintenance_year_fen": r.randint(0, 40),
        }
        for k in range(r.choice([0, 0, 1, 2]))
    ]


def _anyone(r: random.Random, data: dict[str, Any]) -> str:
    return str(r.choice(data["suppliers"])["id"])
