"""Check an award without trusting anyone: ``python3 -I verify.py award.json [--expect SHA256]``.

Standard library only. From the bids in the file it recomputes, in whole numbers, every rule, the exact
cost and a lower bound that no lawful award can beat. Give every unit i (a lot for one supplier, or a
parcel of a shared lot) a price u, every rule a price q >= 0, every supplier's tier a price m a lift, and
charge an award for what it leaves unfulfilled: a lawful one leaves nothing. What remains is one small
question a supplier, answered by "take it only if it pays", for ANY such prices (weak duality):

    bound = sum u + sum q*least + sum over suppliers min(0, min over tiers [fixed - m*(to if m > 0 else
            from) + sum over groups min(0, -q + sum over lots min(0, -q + sum over units min(0, cost
            + (m - q)*lifts - u)))])            (a package: one more thing to take or leave)

A tree splits the awards by a yes-or-no fact at each branch; every leaf has a bound, and the least of
them holds for all. A leaf without a lawful award shows it: bound above 0 even where all costs are 0.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from math import inf
from typing import Any


def need(claim: object, sentence: str) -> None:
    """Refuse with ``sentence`` unless ``claim`` holds."""
    if not claim:
        raise ValueError(sentence)


def digest(value: object) -> str:
    """SHA-256 of canonical JSON: sorted keys, UTF-8, no insignificant space."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Facts:
    """The round, laid out for counting."""

    def __init__(self, data: Any) -> None:
        need(data["format"] == "tuanti-round/1", "the round is not a tuanti-round/1")
        self.rules, self.points = data["rules"], data["rules"]["objective"] == "points"
        self.lots = {lot["id"]: lot for lot in data["lots"]}
        self.firms = {firm["id"]: firm for firm in data["suppliers"]}
        self.kinds = {s: [s, "*", "*small"][: 3 if f["small"] else 2] for s, f in self.firms.items()}
        pairs = {(p["lot"], p["supplier"]): p["kind"] for p in data["pairs"]}
        sent = {lot for (lot, _), kind in pairs.items() if kind == "fixed"}
        self.closed = {  # lot-supplier pairs that a fixed or forbidden pair rules out
            (lot, s) for lot in self.lots for s in self.firms
            if pairs.get((lot, s), "fixed" if lot not in sent else "forbidden") == "forbidden"
        }
        keep = 10000 + self.rules["discount_rate_bp"]
        terms = [Fraction(10000, keep) ** (year + 1) for year in range(self.rules["maintenance_years"])]
        self.annuity = sum(terms, Fraction(0))
        self.lay_out_units(data)
        self.read_prices(data["books"])
        self.read_tiers(data["tiers"])
        self.read_rows()
        self.bids = {s: [i for i in range(len(self.units)) if self.stands(i, s)] for s in self.firms}
        self.packages = {p["id"]: self.package(p) for p in data["packages"]}

    def lay_out_units(self, data: Any) -> None:
        """A unit is a whole lot where one supplier must win it, else a parcel."""
        home, bill = {p["id"]: p["lot"] for p in data["parcels"]}, defaultdict(list)
        for x in data["bill"]:
            cell = (self.lots[home[x["parcel"]]]["zone"], x["profile"], x["stops"], x["entry"])
            bill[x["parcel"]].append((cell, x["lifts"], x["ceiling_fen"]))
        self.units: list[Any] = []
        self.units_of: dict[str, list[int]] = {lot: [] for lot in self.lots}
        for parcel, lot in home.items():
            if not self.units_of[lot] or self.lots[lot]["suppliers_max"] > 1:
                self.units_of[lot].append(len(self.units))
                d = self.lots[lot]["district"]
                places = {"district": "in " + d, "group": "group " + self.rules["groups"].get(d, d)}
                self.units.append({"lot": lot, "parcels": [], "lines": [], "lifts": 0, **places})
            unit = self.units[self.units_of[lot][-1]]
            unit["parcels"].append(parcel)
            unit["lines"] += bill[parcel]
            unit["lifts"] += sum(n for _, n, _ in bill[parcel])
        self.lifts = sum(unit["lifts"] for unit in self.units)

    def read_prices(self, books: Any) -> None:
        """``prices[supplier][cell]``: the part tiers discount, the rest, and the list price of a lift."""
        rows = {(b["supplier"], b["zone"], b["profile"]): b for b in books}
        cells = {cell for unit in self.units for cell, _, _ in unit["lines"]}
        self.prices: Any = {s: {} for s in self.firms}
        for s in self.firms:
            for cell in cells:
                book = rows.get((s, cell[0], cell[1])) or rows.get((s, "*", cell[1]))
                if book and (price := self.price(s, cell, book)):
                    self.prices[s][cell] = price
        for cell in cells if self.points else ():
            offers = {s: max(1, p[cell][2]) for s, p in self.prices.items() if cell in p}
            for s, own in offers.items():
                earned = (2 * self.rules["price_points"] * min(offers.values()) + own) // (2 * own)
                earned += (self.rules["quality_points"] * self.firms[s]["quality"] + 5000) // 10000
                self.prices[s][cell] = (0, -earned, self.prices[s][cell][2])

    def price(self, s: str, cell: Any, book: Any) -> tuple[int, int, int] | None:
        basis, life = self.rules["price_basis"], self.rules["objective"] == "life_cycle"
        once = ["base", cell[3], *({"foundation", "design", "installation"} & {*basis})]
        each_stop = ["stop", "shaft_stop"][: 2 if "shaft" in basis else 1]
        parts = [(book[x + "_fen"], 1) for x in once] + [(book[x + "_fen"], cell[2]) for x in each_stop]
        yearly = book["maintenance_year_fen"] if life or "maintenance" in basis else 0
        if yearly is None or any(fen is None for fen, _ in parts):
            return None  # a gap: no bid
        purchase = sum(fen * times for fen, times in parts)
        nominal = yearly * self.rules["maintenance_years"] if "maintenance" in basis else 0
        rest = self.present_value(yearly) if life else nominal
        return purchase, rest + self.shortfall(s), purchase + nominal

    def present_value(self, yearly: int) -> int:
        above, below = self.annuity.numerator, self.annuity.denominator
        return (2 * yearly * above + below) // (2 * below)

    def shortfall(self, s: str) -> int:
        a_point = self.rules["fen_per_point"] if self.rules["objective"] == "cost_quality" else 0
        return int(((10000 - self.firms[s]["quality"]) * a_point + 50) // 100)

    def read_tiers(self, tiers: Any) -> None:
        """``tiers[supplier]``: from, to, discount, off, fixed; cut to capacity and overall shares."""
        most = self.lifts * (self.rules["share_max_bp"] or 10000) // 10000
        fewest = max(1, -(-self.lifts * (self.rules["share_min_bp"] or 0) // 10000))
        self.tiers: Any = {s: [] for s in self.firms}
        for t in tiers:
            firm, on = self.firms[t["supplier"]], int(not self.points)
            reach = max(t["from_lifts"], fewest), min(t["to_lifts"], firm["capacity_lifts"], most)
            money = on * t["off_fen"], on * (t["fixed_fen"] + firm["entry_fen"])
            self.tiers[firm["id"]].append((*reach, t["discount_bp"], *money))

    def read_rows(self) -> None:
        """Rules as rows: (what is counted, whose, where) -> {sign: the least that sign * count may be}."""
        rules, size = self.rules, Counter[str]()
        for unit in self.units:
            size[unit["district"]] += unit["lifts"]
        some, share = [*self.firms], rules["share_max_district_bp"]
        rows = [("lot", "*", "lot " + name, -1, lot["suppliers_max"]) for name, lot in self.lots.items()]
        rows += [("lift", s, d, -1, share and n * share // 10000) for s in some for d, n in size.items()]
        rows += [("lot", s, d, -1, rules["lots_max_district"]) for s in some for d in size]
        rows += [("lot", s, "*", -1, rules["lots_max"]) for s in some]
        rows += [("group", "*", u["group"], 1, rules["group_suppliers_min"]) for u in self.units]
        rows += [("used", "*", "*", 1, rules["winners_min"]), ("used", "*", "*", -1, rules["winners_max"])]
        small = -(-self.lifts * (rules["small_share_min_bp"] or 0) // 10000)
        self.rows: Any = defaultdict(dict)
        for level, who, where, sign, limit in [*rows, ("lift", "*small", "*", 1, small)]:
            if limit is not None:
                self.rows[level, who, where][sign] = sign * limit

    def stands(self, i: int, s: str) -> bool:
        """A price for every line, no line and no lot above its ceiling, and the lot not closed to s."""
        unit, mine = self.units[i], self.prices[s]
        top = self.lots[unit["lot"]]["ceiling_fen"]
        if not all(c in mine and (t is None or mine[c][2] <= t) for c, _, t in unit["lines"]):
            return False
        return (top is None or self.list_price(i, s) <= top) and (unit["lot"], s) not in self.closed

    def list_price(self, i: int, s: str) -> int:
        return sum(n * self.prices[s][cell][2] for cell, n, _ in self.units[i]["lines"])

    def package(self, p: Any) -> Any:
        units, s = [i for lot in p["lots"] for i in self.units_of[lot]], p["supplier"]
        tops = [self.lots[lot]["ceiling_fen"] for lot in p["lots"]]
        if None in tops:
            tops = [t and n * t for i in units for _, n, t in self.units[i]["lines"]]
        stands = (None in tops or p["total_fen"] <= sum(tops)) and not self.points
        stands = stands and self.closed.isdisjoint((lot, s) for lot in p["lots"])
        cost = p["total_fen"] + sum(self.units[i]["lifts"] for i in units) * self.shortfall(s)
        if self.rules["objective"] == "life_cycle":
            cost += self.present_value(p["maintenance_year_fen"])
        return {"supplier": s, "units": units, "cost": cost, "stands": stands}

    def costs(self, s: str, k: int) -> dict[int, int]:
        """What each unit s bids on costs in its tier k: a lift's price to whole fen, times lifts."""
        _, _, bp, off, _ = self.tiers[s][k]
        mine = self.prices[s].items()
        lift = {cell: (p * (10000 - bp) + 5000) // 10000 - off + rest for cell, (p, rest, _) in mine}
        return {i: sum([n * lift[c] for c, n, _ in self.units[i]["lines"]]) for i in self.bids[s]}


def check_award(facts: Facts, award: Any) -> int:
    """The exact cost of the award; refuses one that breaks any rule of the round."""
    winner, packed, cost = award["parcels"], set[int](), 0
    need(set(winner) == {p for unit in facts.units for p in unit["parcels"]}, "not every parcel is won")
    need({*winner.values()} <= {*facts.firms}, "an unknown supplier wins")
    need(all(len({winner[p] for p in u["parcels"]}) == 1 for u in facts.units), "a lot is split")
    won = [winner[unit["parcels"][0]] for unit in facts.units]
    for p in (facts.packages[name] for name in award["packages"]):
        need(p["stands"] and packed.isdisjoint(p["units"]), "a package is not valid")
        need(all(won[i] == p["supplier"] for i in p["units"]), "a package is not whole")
        packed.update(p["units"])
        cost += p["cost"]
    count, seen = Counter[Any](), set[Any]()
    for unit, s in zip(facts.units, won, strict=True):
        lot, d, group = unit["lot"], unit["district"], unit["group"]
        once = {("used", s): ["*"], ("lot", s, lot): ["*", d, "lot " + lot], ("group", s, group): [group]}
        found = [(key[0], place) for key in once.keys() - seen for place in once[key]]
        seen.update(once)
        for kind in facts.kinds[s]:
            count.update((level, kind, place) for level, place in found)
            count.update({("lift", kind, place): unit["lifts"] for place in ("*", d)})
    for s in set(won):
        lifts = count["lift", s, "*"]
        k = [k for k, tier in enumerate(facts.tiers[s]) if tier[0] <= lifts <= tier[1]]
        need(len(k) == 1, f"{s} wins {lifts} lifts: outside its ladder, capacity or shares")
        costs, mine = facts.costs(s, k[0]), {i for i, name in enumerate(won) if name == s} - packed
        need(mine <= set(costs), f"{s} wins what it has no valid bid on")
        cost += facts.tiers[s][k[0]][4] + sum(costs[i] for i in mine)
    for row, sides in facts.rows.items():
        for sign, least in sides.items():
            need(sign * count[row] >= least, f"a rule is broken: {row}")
    return cost


def check_reserves(facts: Facts, award: Any) -> None:
    """A lot's reserve: cheapest at list price that wins no part of it; then quality, then the seed."""
    for lot, units in facts.units_of.items():
        out, ranked = {award["parcels"][p] for i in units for p in facts.units[i]["parcels"]}, []
        for s, firm in facts.firms.items():
            if s not in out and set(facts.bids[s]).issuperset(units):
                price, lottery = sum(facts.list_price(i, s) for i in units), [facts.rules["seed"], lot, s]
                ranked.append((price, -firm["quality"], digest(lottery), s))
        need(award["reserves"][lot] == min(ranked, default=[None])[-1], f"{lot}: not the reserve due")


class Leaf:
    """What the facts on the way to a leaf leave open."""

    def __init__(self, facts: Facts, path: list[Any]) -> None:
        self.facts, self.empty, self.used = facts, False, dict[str, bool]()
        self.tiers = {s: set(range(len(tiers))) for s, tiers in facts.tiers.items()}
        self.barred, self.must = defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
        self.off, self.packing = {n for n, p in facts.packages.items() if not p["stands"]}, set[str]()
        for (kind, s, *what), yes in path:
            if kind == "winner" or yes:
                self.empty |= self.used.setdefault(s, yes) is not yes
            if kind == "tier":
                self.tiers[s] = self.tiers[s] & {*what} if yes else self.tiers[s] - {*what}
            elif kind == "unit":
                (self.must if yes else self.barred)[s].update(what)
                self.close(what if yes else [], s, "")
            elif kind == "package":
                need(facts.packages[what[0]]["supplier"] == s, "a package of another supplier")
                (self.packing if yes else self.off).update(what)
                self.close(facts.packages[what[0]]["units"] if yes else [], "", what[0])
            else:
                need(kind == "winner", f"unknown fact {kind}")

    def close(self, units: list[int], s: str, package: str) -> None:
        """Nobody but the books of ``s``, or ``package``, can win ``units`` any more."""
        for other in set(self.facts.firms) - {s} if units else ():
            self.barred[other].update(units)
        for name, p in self.facts.packages.items():
            if name != package and not set(units).isdisjoint(p["units"]):
                self.off.add(name)


class Bound:
    """The lower bound of a certificate; its prices are whole numbers of 1/scale fen."""

    def __init__(self, facts: Facts, certificate: Any) -> None:
        self.facts, self.given, self.scale = facts, certificate["prices"], certificate["scale"]
        self.known: dict[Any, Any] = {}
        self.charges: list[Any] = []
        for given in self.given:
            whole = [self.scale, *given["u"], *(m for s in facts.firms for m in given["m"][s])]
            need({*map(type, whole)} == {int} and self.scale > 0, "prices are whole numbers")
            need(len(given["u"]) == len(facts.units), "every unit needs a price")
            charges, given["sum"] = Counter[Any](), sum(given["u"])
            for level, who, where, sign, q in given["q"]:
                need(type(q) is int and q >= 0, "a rule's price is a whole number, not negative")
                charges[level, who, where] -= sign * q
                given["sum"] += q * facts.rows[level, who, where][sign]
            self.charges.append(charges)

    def least(self, tree: Any) -> float:
        """The least bound of all leaves (a whole number), or infinite if each is proven empty."""
        least, stack = inf, [(tree, list[Any]())]
        while stack:
            node, path = stack.pop()
            if "fact" in node:  # both sides of every branch: so the leaves cover every award
                stack += [(node["no"], [*path, (node["fact"], False)])]
                stack += [(node["yes"], [*path, (node["fact"], True)])]
                continue
            empty = node.get("infeasible") is True
            value = self.leaf(node["prices"], Leaf(self.facts, path), 0 if empty else self.scale)
            need(not empty or value > 0, "a leaf is said to be empty and is not proven so")
            least = least if empty else min(least, value)
        return least

    def leaf(self, at: int, leaf: Leaf, scale: int) -> float:
        total = inf if leaf.empty else self.given[at]["sum"]
        for s in (s for s in self.facts.firms if leaf.used.get(s, True)):
            worth = [self.worth(at, s, k, leaf, scale) for k in sorted(leaf.tiers[s])]
            total += min(worth, default=inf) if leaf.used.get(s) else min(0, 0, *worth)
        return total

    def worth(self, at: int, s: str, k: int, leaf: Leaf, scale: int) -> float:
        """The least s can add in tier k; remembered where the path says nothing of its units."""
        if leaf.barred[s] or leaf.must[s] or self.facts.packages:
            return self.count(at, s, k, leaf, scale)
        if (at, s, k, scale) not in self.known:
            self.known[at, s, k, scale] = self.count(at, s, k, leaf, scale)
        return self.known[at, s, k, scale]

    def count(self, at: int, s: str, k: int, leaf: Leaf, scale: int) -> float:
        facts, u, m, charges = self.facts, self.given[at]["u"], self.given[at]["m"][s][k], self.charges[at]

        def charge(level: str, *places: str) -> int:
            return sum(charges[level, kind, place] for kind in facts.kinds[s] for place in places)

        low, high, _, _, fixed = facts.tiers[s][k]
        if low > high:
            return inf
        value = scale * fixed + charge("used", "*") - m * (high if m > 0 else low)
        a_lift = {d: m + charge("lift", "*", d) for d in {unit["district"] for unit in facts.units}}
        margin = [a_lift[unit["district"]] * unit["lifts"] - u[i] for i, unit in enumerate(facts.units)]
        a_lot = {x["lot"]: charge("lot", "*", x["district"], "lot " + x["lot"]) for x in facts.units}
        mine = {n: p for n, p in facts.packages.items() if p["supplier"] == s and n not in leaf.off}
        here = {facts.units[i]["group"] for n in leaf.packing & mine.keys() for i in mine[n]["units"]}
        value += sum(charge("group", group) for group in here)  # present there by a package, once
        for name, p in mine.items():
            lots, groups = ({facts.units[i][x] for i in p["units"]} for x in ("lot", "group"))
            own = scale * p["cost"] + sum(margin[i] for i in p["units"])
            own += sum(a_lot[lot] for lot in lots) + sum(charge("group", g) for g in groups - here)
            value += own if name in leaf.packing else min(0, own)
        if (s, k) not in self.known:
            self.known[s, k] = facts.costs(s, k)
        items = {i: scale * c + margin[i] for i, c in self.known[s, k].items() if i not in leaf.barred[s]}
        if not leaf.must[s] <= items.keys():
            return inf
        groups_ = {place: q for (level, _, place), q in charges.items() if level == "group"}
        if not groups_ and not any(a_lot.values()):
            return value + sum([v for i, v in items.items() if v < 0 or i in leaf.must[s]])
        nest: Any = defaultdict(lambda: defaultdict(list))
        for i, v in items.items():
            nest[facts.units[i]["group"]][facts.units[i]["lot"]].append((v, i in leaf.must[s]))
        for group, lots in nest.items():
            inner = [(v + a_lot[lot], must) for lot, (v, must) in ((x, take(y)) for x, y in lots.items())]
            v, must = take(inner)
            v += charge("group", group) if group not in here else 0
            value += v if v < 0 or must else 0
        return value


def take(things: list[tuple[float, bool]]) -> tuple[float, bool]:
    """At least one of the things: all that pay or must be taken, else the one that costs least."""
    taken = [v for v, must in things if v < 0 or must] or [min(v for v, _ in things)]
    return sum(taken), any(must for _, must in things)


def report(document: Any) -> list[str]:
    """Check the document; returns what was found, a line each; raises ValueError with what is wrong."""
    need(document["format"] == "tuanti-award/1", "not a tuanti-award/1")
    facts, award, certificate = Facts(document["round"]), document["award"], document["certificate"]
    bound = Bound(facts, certificate)
    least = bound.least(certificate["tree"])
    if award is None:
        need(least == inf, "not proven that no award keeps every rule")
        return ["no award can keep every rule of this round: proven"]
    check_reserves(facts, award)
    cost, proven = check_award(facts, award), -(-least // bound.scale) if least < inf else inf
    need(proven <= cost, "the certificate contradicts the award")
    need(str(cost) == award["cost"], f"the award costs {cost}, not {award['cost']}")
    need(int(certificate["bound"]) <= proven, f"the bound proves {proven}, not {certificate['bound']}")
    gap = Fraction(cost - int(proven), max(1, abs(cost)))
    unit = "points" if facts.points else "fen"
    sign = -1 if facts.points else 1
    return [
        f"every rule is kept; {len(set(award['parcels'].values()))} suppliers, {facts.lifts} lifts",
        f"the award, exactly: {sign * cost} {unit}",
        f"no lawful award can be better than: {sign * int(proven)} {unit}",
        f"so it is the best to within: {float(100 * gap):.6f} %" if gap else "so it is the best there is",
    ]


def unique(pairs: list[tuple[str, Any]]) -> Any:
    need(len(dict(pairs)) == len(pairs), "a name stands twice in one object")
    return dict(pairs)


def refuse(text: str) -> Any:
    raise ValueError(f"{text}: only whole numbers are allowed")


def main(arguments: list[str]) -> int:
    """0: all true; 1: something is wrong, said in one line."""
    path, *options = arguments
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(
                file, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse
            )
        digests = {name: digest(document[name]) for name in ("round", "award")}
        digests["file"] = digest(document)
        for name, value in digests.items():
            print(f"SHA-256 {name}: {value}")
        for expected in options[1:] if options[:1] == ["--expect"] else []:
            need(expected in digests.values(), f"no part has the expected SHA-256 {expected}")
        print("\n".join(report(document)))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as wrong:
        print(f"WRONG: {wrong!s}" if isinstance(wrong, ValueError) else f"WRONG: {wrong!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
