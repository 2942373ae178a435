"""Check an award without trusting anyone: ``python3 -I verify.py award.json [--expect SHA256]``.

From the bids in the file it recomputes, in whole numbers, every rule, the cost and a lower bound:
give every unit (a lot for one supplier, or a parcel of a shared lot) a price u, every rule a price
q >= 0, every supplier's tier a price m a lift, and charge an award for what it leaves unfulfilled:
a lawful one leaves nothing. There remains one small question a supplier, answered by "take it only
if it pays", for ANY such prices (weak duality; a package is one more thing to take or leave):
    sum u + sum q*least + sum over suppliers min(0, min over tiers [fixed - m*(to if m > 0 else
        from) + sum over groups min(0, -q + sum over lots min(0, -q + sum over units min(0, cost
        + (m - q)*lifts - u)))])
A tree splits the awards by a yes-or-no fact at each branch; the least bound of its leaves holds for
all. A leaf without a lawful award shows it: its bound is above 0 even where all costs are 0.
"""

import hashlib
import json
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
from math import inf
from operator import mul
from pathlib import Path
from typing import Any

Json = Any  # not yet trusted to be anything


def need(claim: object, sentence: str) -> None:
    """Refuse with ``sentence`` unless ``claim`` holds."""
    if not claim:
        raise ValueError(sentence)


def digest(value: object) -> str:
    """SHA-256 of canonical JSON: sorted keys, UTF-8, no insignificant space."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def half_up(value: Any, by: int = 1) -> int:
    """The whole number nearest to value / by; halves go up."""
    return int((2 * value + by) // (2 * by))


class Facts:
    """The round, laid out for counting. A thing: what one may win, unit i or a package's name."""

    def __init__(self, data: Json) -> None:
        need(data["format"] == "tuanti-round/1", "the round is not a tuanti-round/1")
        rows = [
            data["rules"],
            *(x for table in data.values() if type(table) is list for x in table),
        ]
        found = {type(x) for row in rows for name, x in row.items() if name != "small"}
        need(found <= {int, str, list, dict, type(None)}, "an amount is not a whole number")
        self.rules, goal = data["rules"], data["rules"]["objective"]
        self.points, self.life = goal == "points", goal == "life_cycle"
        self.years, basis = self.rules["maintenance_years"], self.rules["price_basis"]
        need(self.years in range(51), "maintenance is for 0 to 50 years")
        keep: Any = Fraction(10000, 10000 + self.rules["discount_rate_bp"]) if self.life else 1
        self.annuity = sum(keep ** (year + 1) for year in range(self.years))
        self.lots, self.firms = ({x["id"]: x for x in data[name]} for name in ("lots", "suppliers"))
        self.kinds = {s: [s, "*", "*small"][: 2 + x["small"]] for s, x in self.firms.items()}
        sent = {x["lot"]: x["supplier"] for x in data["pairs"] if x["kind"] == "fixed"}
        self.closed = {(x["lot"], x["supplier"]) for x in data["pairs"] if x["kind"] != "fixed"}
        self.closed |= {(lot, s) for lot in sent for s in self.firms if s != sent[lot]}
        point = self.rules["fen_per_point"] * (goal == "cost_quality")
        self.extra = {
            s: half_up((10000 - x["quality"]) * point, 100) for s, x in self.firms.items()
        }
        self.units, self.nest = list[Any](), defaultdict[str, Any](dict)  # group -> lot -> units
        self.units_of, self.size = {lot: list[int]() for lot in self.lots}, Counter[str]()
        self.read_units(data)
        self.read_bids({(x["supplier"], x["zone"], x["profile"]): x for x in data["books"]}, basis)
        self.read_packages(data["packages"])
        self.read_limits(data["tiers"])

    def read_units(self, data: Json) -> None:  # whole lots; of a shared lot, parcels
        home, bill = {x["id"]: x["lot"] for x in data["parcels"]}, defaultdict(list)
        for x in data["bill"]:
            cell = (self.lots[home[x["parcel"]]]["zone"], x["profile"], x["stops"], x["entry"])
            bill[x["parcel"]].append((cell, x["lifts"], x["ceiling_fen"]))
        parts = defaultdict[Any, list[str]](list)
        for p, lot in home.items():
            parts[lot, p if self.lots[lot]["suppliers_max"] > 1 else ""].append(p)
        for i, ((lot, _), parcels) in enumerate(parts.items()):
            lines, d = [x for p in parcels for x in bill[p]], self.lots[lot]["district"]
            group, lifts = "group " + self.rules["groups"].get(d, d), sum(n for _, n, _ in lines)
            unit = {"lot": lot, "parcels": parcels, "lines": lines, "lifts": lifts, "group": group}
            self.units.append(unit | {"places": ("*", "in " + d, "lot " + lot, group)})
            self.units_of[lot].append(i)
            self.nest[group][lot] = self.units_of[lot]
            self.size["in " + d] += lifts

    def read_bids(self, books: Json, basis: Json) -> None:
        """``bids[s][i]``: its list price; ``offers[s]``: (i, lifts, what tiers discount, rest)."""
        upkeep, more = (
            "maintenance" in basis,
            ("shaft_stop", "foundation", "design", "installation"),
        )
        fields = ["base", "stop", *(x for x in more if x.removesuffix("_stop") in basis)]
        gap = defaultdict[str, None](lambda: None)

        @cache
        def prices(zone: str, profile: str, stops: int, entry: str) -> dict[str, Any]:
            """Of one lift, by supplier: the part tiers discount, the rest, and the list price."""
            found, times = {}, {f"{x}_fen": stops if "stop" in x else 1 for x in [*fields, entry]}
            for s in self.firms:
                book = books.get((s, zone, profile)) or books.get((s, "*", profile), gap)
                year = book["maintenance_year_fen"] if self.life or upkeep else 0
                if year is not None and None not in (fen := [book[x] for x in times]):
                    once, later = sum(map(mul, fen, times.values())), half_up(year * self.annuity)
                    found[s] = once, later + self.extra[s], once + year * self.years * upkeep
            least = min([max(1, price[2]) for price in found.values()], default=0)
            for s, (_, _, price) in found.items() if self.points else ():
                quality = half_up(self.rules["quality_points"] * self.firms[s]["quality"], 10000)
                earned = half_up(self.rules["price_points"] * least, max(1, price)) + quality
                found[s] = 0, -earned, price
            return found

        self.bids = {s: dict[int, int]() for s in self.firms}
        self.offers = defaultdict[str, list[Any]](list)
        for i, unit in enumerate(self.units):
            top = self.lots[unit["lot"]]["ceiling_fen"]
            lines = [(prices(*cell), n, inf if t is None else t) for cell, n, t in unit["lines"]]
            for s in [s for s in self.firms if (unit["lot"], s) not in self.closed]:
                mine = [(i, n, *p[s]) for p, n, t in lines if s in p and p[s][2] <= t]
                listed = sum([n * price for _, n, _, _, price in mine])
                if len(mine) == len(lines) and (top is None or listed <= top):
                    self.bids[s][i] = listed
                    self.offers[s] += mine

    def read_packages(self, packages: Json) -> None:
        """``packs[name]``: the units of a valid package; ``fees[s][name]``: what it costs."""
        self.packs, self.fees = dict[Any, list[int]](), {s: dict[str, int]() for s in self.firms}
        for p in packages if not self.points else ():
            s, inside = p["supplier"], sorted({i for lot in p["lots"] for i in self.units_of[lot]})
            tops = [self.lots[lot]["ceiling_fen"] for lot in p["lots"]]
            if None in tops:
                tops = [t and n * t for i in inside for _, n, t in self.units[i]["lines"]]
            within = None in tops or p["total_fen"] <= sum(tops)
            if within and self.closed.isdisjoint((lot, s) for lot in p["lots"]):
                need(p["id"] not in self.packs, "a package stands twice")
                later = half_up(p["maintenance_year_fen"] * self.annuity) if self.life else 0
                later += self.extra[s] * sum(self.units[i]["lifts"] for i in inside)
                self.fees[s][p["id"]], self.packs[p["id"]] = p["total_fen"] + later, inside

    def read_limits(self, tiers: Json) -> None:
        """``tiers[s]``: from, to, discount, off, fixed; ``rows``: the least sign * count may be.

        A row names what is counted, whose, where, and its sign: 1 for a minimum, -1 for a maximum.
        """
        rules, whole, share = self.rules, self.size.total(), self.rules["share_max_district_bp"]
        most, low = whole * (rules["share_max_bp"] or 10000) // 10000, rules["share_min_bp"] or 0
        self.tiers, on = {s: list[Any]() for s in self.firms}, int(not self.points)
        for t in tiers:
            firm, fewest = (
                self.firms[t["supplier"]],
                max(t["from_lifts"], 1, -(-whole * low // 10000)),
            )
            reach = fewest, min(t["to_lifts"], firm["capacity_lifts"], most), t["discount_bp"]
            money = on * t["off_fen"], on * (t["fixed_fen"] + firm["entry_fen"])
            self.tiers[t["supplier"]].append(reach + money)
        small = -(-whole * (rules["small_share_min_bp"] or 0) // 10000)
        rows = [("used", "*", "*", 1, rules["winners_min"]), ("lift", "*small", "*", 1, small)]
        rows += [("used", "*", "*", -1, rules["winners_max"])]
        rows += [("lot", "*", f"lot {x}", -1, y["suppliers_max"]) for x, y in self.lots.items()]
        rows += [("group", "*", group, 1, rules["group_suppliers_min"]) for group in self.nest]
        for s in self.firms:
            rows += [("lot", s, "*", -1, rules["lots_max"])]
            rows += [("lot", s, d, -1, rules["lots_max_district"]) for d in self.size]
            rows += [("lift", s, d, -1, share and n * share // 10000) for d, n in self.size.items()]
        self.rows: Any = {(*row, sign): sign * n for *row, sign, n in rows if n is not None}

    def costs(self, s: str, k: int) -> dict[Any, int]:  # of each thing from s in its tier k
        (_, _, bp, off, _), costs = self.tiers[s][k], dict.fromkeys(self.bids[s], 0)
        for i, n, price, rest, _ in self.offers[s]:  # a lift's price to whole fen, times lifts
            costs[i] += n * ((price * (10000 - bp) + 5000) // 10000 - off + rest)
        return {**costs, **self.fees[s]}


def check_award(facts: Facts, award: Json) -> int:
    """The exact cost of the award; refuses one that breaks any rule of the round."""
    winner, things, at, cost = award["parcels"], defaultdict(list), defaultdict[str, Any](list), 0
    need({*winner} == {p for u in facts.units for p in u["parcels"]}, "not every parcel is won")
    packed = [i for name in award["packages"] for i in facts.packs[name]]
    need(len({*packed}) == len(packed), "packages overlap")
    for x in [*award["packages"], *({*range(len(facts.units))} - {*packed})]:
        inside = [facts.units[i] for i in facts.packs.get(x, [x])]
        s, *others = {winner[p] for unit in inside for p in unit["parcels"]}
        need(not others, f"{x} is not won whole")
        things[s].append(x)
        for unit in inside:
            for place in unit["places"]:
                at[place].append((s, unit))
    for s, mine in things.items():
        lifts = sum(unit["lifts"] for x, unit in at["*"] if x == s)
        k = [k for k, (low, high, *_) in enumerate(facts.tiers[s]) if low <= lifts <= high]
        need(len(k) == 1, f"{s} wins {lifts} lifts: outside its ladder, capacity or shares")
        costs = facts.costs(s, k[0])
        need({*mine} <= costs.keys(), f"{s} wins what it has no valid bid on")
        cost += facts.tiers[s][k[0]][4] + sum(costs[x] for x in mine)
    for (level, who, place, sign), least in facts.rows.items():
        of = [(s, unit) for s, unit in at[place] if who in facts.kinds[s]]
        count = len({(s, unit["lot"] if level == "lot" else "") for s, unit in of})
        count = sum(unit["lifts"] for _, unit in of) if level == "lift" else count
        need(sign * count >= least, f"a rule is broken: {level} {who} {place}")
    return cost


def check_reserves(facts: Facts, award: Json) -> None:
    """A lot's reserve: cheapest at list price that wins no part; then quality, then the seed."""
    need(award["reserves"].keys() == facts.lots.keys(), "not every lot names its reserve, or none")
    for lot, units in facts.units_of.items():
        out = {award["parcels"][p] for i in units for p in facts.units[i]["parcels"]}
        able = [s for s, x in facts.bids.items() if s not in out and x.keys() >= {*units}]
        rank = [(sum([facts.bids[s][i] for i in units]), -facts.firms[s]["quality"]) for s in able]
        ties = [s for s, x in zip(able, rank, strict=True) if x == min(rank)]
        due = min(ties, key=lambda s: digest([facts.rules["seed"], lot, s]), default=None)
        need(award["reserves"][lot] == due, f"{lot}: not the reserve due")


class Leaf:
    """What the facts on the way to a leaf leave open."""

    def __init__(self, facts: Facts, path: Json) -> None:
        self.empty, self.used = False, dict[str, bool]()
        self.tiers = {s: {*range(len(tiers))} for s, tiers in facts.tiers.items()}
        self.barred, self.must = ({s: set[Any]() for s in facts.firms} for _ in range(2))
        for (kind, s, *what), yes in path:
            if kind == "winner" or yes:
                self.empty |= self.used.setdefault(s, yes) is not yes
            if kind == "tier":
                self.tiers[s] = self.tiers[s] & {*what} if yes else self.tiers[s] - {*what}
            elif kind in ("unit", "package"):
                (thing,) = what  # one: else "no" were not the opposite of "yes"
                (self.must if yes else self.barred)[s].add(thing)
                units = facts.packs.get(thing, [thing])
                rivals = {*units, *(n for n, of in facts.packs.items() if {*of} & {*units})}
                for other in facts.firms if yes else ():
                    self.barred[other] |= rivals - {thing} if other == s else rivals
            else:
                need(kind == "winner", "a branch on an unknown fact")


class Bound:
    """The lower bound of a certificate; its prices are whole numbers of 1/scale fen."""

    def __init__(self, facts: Facts, certificate: Json) -> None:
        self.facts, self.given, self.scale = facts, certificate["prices"], certificate["scale"]
        self.costs, self.counted, self.sums = cache(facts.costs), cache(self.count), list[int]()
        for p in self.given:
            q, u = [row[4] for row in p["q"]], p["u"]
            numbers = [self.scale, *u, *q, *(m for s in facts.firms for m in p["m"][s])]
            need({*map(type, numbers)} == {int}, "prices are whole numbers")
            need(min([self.scale - 1, *q]) >= 0, "a rule's price or the scale is negative")
            need(len(u) == len(facts.units), "not every unit has one price")
            self.sums.append(sum(u) + sum(q * facts.rows[*row,] for *row, q in p["q"]))

    def least(self, node: Json, path: Json = ()) -> float:
        """The least bound of all leaves (a whole number), or infinite if each is proven empty."""
        if "fact" in node:  # both sides of every branch: so the leaves cover every award
            no = self.least(node["no"], (*path, (node["fact"], False)))
            return min(no, self.least(node["yes"], (*path, (node["fact"], True))))
        empty = node.get("infeasible") is True
        value = self.leaf(node["prices"], Leaf(self.facts, path), 0 if empty else self.scale)
        need(not empty or value > 0, "a leaf is said to be empty and is not proven so")
        return inf if empty else value

    def leaf(self, at: int, leaf: Leaf, scale: int) -> float:
        total = inf if leaf.empty else self.sums[at]
        for s in (s for s in self.facts.firms if leaf.used.get(s, True)):
            worth = [self.worth(at, s, k, leaf, scale) for k in leaf.tiers[s]]
            total += min(worth, default=inf) if leaf.used.get(s) else min(0, 0, *worth)
        return total

    def worth(self, at: int, s: str, k: int, leaf: Leaf, scale: int) -> Any:
        return self.counted(at, s, k, scale, frozenset(leaf.barred[s]), frozenset(leaf.must[s]))

    def count(self, at: int, s: str, k: int, scale: int, barred: Json, must: Json) -> Any:
        """The least s can add in tier k, with what it must and without what it may not take."""
        facts, p, fees, charge = self.facts, self.given[at], self.facts.fees[s], Counter[Any]()
        for level, who, place, sign, q in p["q"]:
            charge[level, place] -= sign * q * (who in facts.kinds[s])
        (low, high, _, _, fixed), m, units = facts.tiers[s][k], p["m"][s][k], facts.units
        nest, a_lot = (
            facts.nest if {"lot", "group"} & {x for x, _ in charge} else {},
            Counter[str](),
        )
        for x in units if nest else ():
            a_lot[x["lot"]] = sum(charge["lot", place] for place in x["places"])
        a_lift = {d: m + charge["lift", "*"] + charge["lift", d] for d in facts.size}
        sizes = enumerate(zip(units, p["u"], strict=True))
        margin: Any = {i: a_lift[x["places"][1]] * x["lifts"] - u for i, (x, u) in sizes}
        here = {units[i]["group"] for x in must & fees.keys() for i in facts.packs[x]}
        for x in fees:
            lots, groups = ({units[i][y] for i in facts.packs[x]} for y in ("lot", "group"))
            margin[x] = sum(margin[i] for i in facts.packs[x]) + sum(a_lot[y] for y in lots)
            margin[x] += sum(charge["group", group] for group in groups - here)
        worth = {x: scale * c + margin[x] for x, c in self.costs(s, k).items() if x not in barred}
        if low > high or not must <= worth.keys():
            return inf
        value = scale * fixed + charge["used", "*"] - m * (high if m > 0 else low)
        value += sum(charge["group", group] for group in here)  # there by a package: charged once
        free = fees.keys() & worth.keys() if nest else worth
        value += sum([worth[x] for x in free if worth[x] < 0 or x in must])
        for group, inner in nest.items():
            bids = {x: [(worth[i], i in must) for i in of if i in worth] for x, of in inner.items()}
            if taken := [take(of, a_lot[lot]) for lot, of in bids.items() if of]:
                v, forced = take(taken, charge["group", group] * (group not in here))
                value += v if v < 0 or forced else 0
        return value


def take(things: list[tuple[int, bool]], charge: int) -> tuple[int, bool]:
    """At least one of the things: all that pay or must be taken, else the one that costs least."""
    taken = [v for v, must in things if v < 0 or must] or [min(v for v, _ in things)]
    return charge + sum(taken), any(must for _, must in things)


def report(document: Json) -> list[str]:
    """Check the document; returns what was found, a line each; raises what is wrong."""
    need(document["format"] == "tuanti-award/1", "not a tuanti-award/1")
    facts, award, certificate = Facts(document["round"]), document["award"], document["certificate"]
    bound, stated = Bound(facts, certificate), certificate["bound"]
    least = bound.least(certificate["tree"])
    if award is None:
        need(least == inf, "not proven that no award keeps every rule")
        return ["no award can keep every rule of this round: proven"]
    need(award.keys() == {"parcels", "packages", "reserves", "cost"}, "the award says other things")
    check_reserves(facts, award)
    cost = check_award(facts, award)
    need(least <= cost * bound.scale, "the certificate contradicts the award")
    need(award["cost"] == str(cost), f"the award costs {cost}, not {award['cost']}")
    proven, gap = -(-int(least) // bound.scale), "there is"
    need(type(stated) is str and int(stated) <= proven, f"the bound proves {proven}, not {stated}")
    if cost > proven:
        gap = f"to within: {float(Fraction(100 * (cost - proven), max(1, abs(cost)))):.6f} %"
    unit, sign = ("points", -1) if facts.points else ("fen", 1)
    winners, lifts = len({*award["parcels"].values()}), facts.size.total()
    lines = [f"every rule is kept; {winners} suppliers, {lifts} lifts"]
    lines += [f"the award, exactly: {sign * cost} {unit}"]
    lines += [f"no lawful award can be better than: {sign * proven} {unit}"]
    return [*lines, f"so it is the best {gap}"]


def unique(pairs: list[tuple[str, Json]]) -> Json:
    """An object, without a name that stands twice."""
    need(len(made := dict(pairs)) == len(pairs), "a name stands twice in one object")
    return made


def main(arguments: list[str]) -> int:
    """0: all true; 1: something is wrong, said in one line."""
    try:
        path, *options = arguments
        need(
            not options or (options[0] == "--expect" and options[1:]), "award.json --expect SHA256"
        )
        text = Path(path).read_text(encoding="utf-8")  # below, int() refuses what is not whole
        document = json.loads(text, object_pairs_hook=unique, parse_float=int, parse_constant=int)
        parts = {"round": document["round"], "award": document["award"], "file": document}
        for name, value in (digests := {name: digest(x) for name, x in parts.items()}).items():
            print(f"SHA-256 {name}: {value}")
        need({*options[1:]} <= {*digests.values()}, "no part has the expected SHA-256")
        print("\n".join(report(document)))
    except Exception as wrong:  # noqa: BLE001 (whatever a malformed file brings about)
        said = str(wrong) if type(wrong) is ValueError else repr(wrong)
        print("WRONG:", *said.encode("ascii", "backslashreplace").decode().split())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
