"""A control: the plain program that peers are given means what the rules mean.

``python -m bench.check [ROUNDS]`` makes small random rounds with every kind of rule, shared lots
and packages, and compares the optimum of both forms with that of all awards there are.
"""

import sys
from collections.abc import Iterator
from itertools import chain, combinations, product
from random import Random
from typing import Any

import highspy

from bench.form import build
from bench.highs import load
from bench.rounds import book, frame, supplier, tier
from tuanti.rules.award.problem import Award, Problem, evaluate
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical, check

_RULES = {
    "winners_min": (2, 3), "winners_max": (1, 2), "lots_max": (2, 4), "lots_max_district": (1, 3),
    "share_max_bp": (5000, 10000), "share_max_district_bp": (4000, 10000),
    "share_min_bp": (0, 2000), "small_share_min_bp": (0, 6000), "group_suppliers_min": (1, 2),
}  # fmt: skip


def main() -> None:
    """Check so many rounds; says which are wrong."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    lawful, wrong = 0, list[str]()
    for seed in range(count):
        problem = small(seed)
        best = min(costs(problem), default=None)
        lawful += best is not None
        found = {form: optimum(problem, strong=form == "strong") for form in ("weak", "strong")}
        wrong += [f"{seed} {form}: {x}, not {best}" for form, x in found.items() if x != best]
    print(f"{count} rounds, {lawful} with a lawful award; wrong: {wrong or 'none'}")
    sys.exit(bool(wrong))


def small(seed: int) -> Problem:
    """A round of a few lifts with some of the rules."""
    r = Random(seed)
    rules = {rule: r.randint(*edges) for rule, edges in _RULES.items() if r.random() < 0.3}
    if "winners_max" in rules:
        rules.pop("winners_min", None)
    data = frame(f"small-{seed}", rules)
    _lots(data, r)
    _suppliers(data, r, sum(line["lifts"] for line in data["bill"]))
    if r.random() < 0.5:
        data["rules"]["groups"] = {lot["district"]: "g" for lot in data["lots"]}
    for k in range(r.randint(0, 3)):
        lots = r.sample([lot["id"] for lot in data["lots"]], r.randint(1, 2))
        data["packages"].append({
            "id": f"k{k}", "supplier": r.choice(data["suppliers"])["id"], "lots": lots,
            "total_fen": r.randint(1000, 9000), "maintenance_year_fen": None})  # fmt: skip
    assert not check(data)
    return read(canonical(data))


def costs(problem: Problem) -> Iterator[int]:
    """What every lawful award costs."""
    places = range(len(problem.packages))
    choices = [*chain.from_iterable(combinations(places, n) for n in range(len(places) + 1))]
    for winners in product(range(len(problem.suppliers)), repeat=len(problem.units)):
        for packages in choices:
            found = evaluate(problem, Award(winners, packages))
            if not found.broken:
                yield found.cost


def optimum(problem: Problem, *, strong: bool) -> int | str | None:
    """The exact cost of HiGHS' best award in the plain program; None if it says there is none."""
    form = build(problem, strong=strong)
    h = load(form)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.1 / form.scale)
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    winners, packages = form.award(h.getSolution().col_value)
    found = evaluate(problem, Award(tuple(winners), tuple(packages)))
    return str(found.broken) if found.broken else found.cost


def _lots(data: dict[str, Any], r: Random) -> None:
    for i in range(r.randint(3, 4)):
        parts, lot, district = r.choice([1, 1, 2]), f"l{i}", f"d{r.randint(0, 1)}"
        shared = {"suppliers_max": r.randint(1, parts), "ceiling_fen": None}
        place = {"id": lot, "name": lot, "district": district, "zone": district}
        data["lots"].append(place | shared)
        for j in range(parts):
            data["parcels"].append({"id": f"{lot}-{j}", "name": lot, "lot": lot})
            data["bill"].append({
                "parcel": f"{lot}-{j}", "profile": f"p{r.randint(0, 1)}", "stops": 7,
                "entry": "flat", "lifts": r.randint(1, 6), "ceiling_fen": None})  # fmt: skip


def _suppliers(data: dict[str, Any], r: Random, lifts: int) -> None:
    for s in range(r.choice([2, 3, 3])):
        name, room = f"s{s:03d}", r.randint(lifts // 2 + 1, lifts + 3)
        entry, is_small = r.choice([0, 500, 3000]), r.choice([True, False])
        data["suppliers"].append(supplier(s, room, entry=entry, small=is_small))
        least = r.choice([1, 1, 3])
        starts = sorted({least, *(r.randint(least, room) for _ in range(r.randint(0, 2)))})
        for low, high in zip(starts, [x - 1 for x in starts[1:]] + [room], strict=True):
            rung = tier(name, low, high, r.randint(0, 3000))
            extra = {"off_fen": r.randint(0, 20), "fixed_fen": r.randint(-200, 400)}
            data["tiers"].append(rung | extra)
        for zone, profile in product(("d0", "d1"), ("p0", "p1")):
            if r.random() < 0.9:
                data["books"].append(book(name, zone, profile, r.randint(500, 1500)))


if __name__ == "__main__":
    main()
