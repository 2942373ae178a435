"""Check an award without trusting anyone: ``python3 -I verify.py award.json [--expect SHA256]``.

From the bids in the file it recomputes, in whole numbers, every rule, the cost and a lower bound.
Give every unit i (a lot for one supplier, or a parcel of a shared lot) a price u, every rule a price
q >= 0, every supplier's tier a price m a lift; charge an award for what it leaves unfulfilled: a lawful
one leaves nothing. What remains is one small question a supplier, answered by "take it only if it
pays", for ANY such prices (weak duality; a package is one more thing to take or leave):
    bound = sum u + sum q*least + sum over suppliers min(0, min over tiers [fixed - m*(to if m > 0 else
            from) + sum over groups min(0, -q + sum over lots min(0, -q + sum over units min(0, cost
            + (m - q)*lifts - u)))])
A tree splits the awards by a yes-or-no fact at each branch; the least bound of its leaves holds for
all. A leaf without a lawful award shows it: its bound is above 0 even where all costs are 0.
"""

import gc
import hashlib
import json
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache
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


def half_up(above: int, below: int) -> int:
    """The nearest whole number; halves go up."""
    return (2 * above + below) // (2 * below)


class Facts:
    """The round, laid out for counting. A thing is what one may win: unit i, or a package's name."""

    def __init__(self, data: Any) -> None:
        need(data["format"] == "tuanti-round/1", "the round is not a tuanti-round/1")
        rows = [data["rules"], *(row for x in data.values() if type(x) is list for row in x)]
        kinds = {type(x) for row in rows for name, x in row.items() if name != "small"}
        need(kinds <= {int, str, list, dict, type(None)}, "an amount is not a whole number")
        for name in ("lots", "parcels", "suppliers", "packages"):
            ids = {row["id"] for row in data[name] if row["id"][:1] != "*"}
            need(len(ids) == len(data[name]), f"{name}: an id stands twice or begins with *")
        self.rules, goal = data["rules"], data["rules"]["objective"]
        self.points, self.life = goal == "points", goal == "life_cycle"
        self.years = self.rules["maintenance_years"]
        need(self.years <= 50, "more than 50 years of maintenance")
        keep = Fraction(10000, 10000 + self.rules["discount_rate_bp"] * self.life)
        annuity = sum([keep ** (year + 1) for year in range(self.years)], Fraction(0))
        self.annuity = annuity.as_integer_ratio()
        self.lots, self.firms = ({x["id"]: x for x in data[of]} for of in ("lots", "suppliers"))
        self.kinds = {s: [s, "*", "*small"][: 2 + x["small"]] for s, x in self.firms.items()}
        a_point = self.rules["fen_per_point"] if goal == "cost_quality" else 0
        self.extra = {
            s: half_up((10000 - x["quality"]) * a_point, 100) for s, x in self.firms.items()
        }
        pairs = {(x["lot"], x["supplier"]): x["kind"] for x in data["pairs"]}
        sent = {lot: s for (lot, s), kind in pairs.items() if kind == "fixed"}
        self.closed = {(x, s) for x in sent for s in self.firms if s != sent[x]}
        self.closed |= {pair for pair, kind in pairs.items() if kind == "forbidden"}
        self.read_units(data)
        self.read_bids(data["books"])
        self.read_packages(data["packages"])
        self.read_tiers(data["tiers"])
        self.rows: Any = defaultdict(dict)
        for level, who, where, sign, limit in self.limits():
            if limit is not None:
                self.rows[level, who, where][sign] = sign * limit

    def read_units(self, data: Any) -> None:  # whole lots; of a shared lot, parcels
        home, bill = {x["id"]: x["lot"] for x in data["parcels"]}, defaultdict(list)
        for x in data["bill"]:
            cell = (self.lots[home[x["parcel"]]]["zone"], x["profile"], x["stops"], x["entry"])
            bill[x["parcel"]].append((cell, x["lifts"], x["ceiling_fen"]))
        parts: Any = defaultdict(list)
        for p, lot in home.items():
            parts[lot, p if self.lots[lot]["suppliers_max"] > 1 else ""].append(p)
        self.units, self.units_of = list[Any](), {lot: list[int]() for lot in self.lots}
        self.nest, self.size = defaultdict[str, Any](dict), Counter[str]()  # group -> lot -> units
        for i, ((lot, _), parcels) in enumerate(parts.items()):
            lines, d = [x for p in parcels for x in bill[p]], self.lots[lot]["district"]
            unit = {
                "lot": lot,
                "parcels": parcels,
                "lines": lines,
                "lifts": sum(x[1] for x in lines),
            }
            unit["group"] = "group " + self.rules["groups"].get(d, d)
            self.units.append(unit | {"places": ("*", "in " + d, "lot " + lot)})
            self.units_of[lot].append(i)
            self.nest[unit["group"]][lot] = self.units_of[lot]
            self.size["in " + d] += unit["lifts"]
        self.lifts = self.size.total()

    def read_bids(self, books: Any) -> None:
        """``bids[s][i]``: its list price; ``offers[s]``: (i, lifts, what tiers discount, the rest)."""
        rows = {(b["supplier"], b["zone"], b["profile"]): b for b in books}
        prices = cache(lambda cell: self.prices(rows, *cell))
        self.bids, self.offers = (
            {s: dict[int, int]() for s in self.firms},
            defaultdict[str, Any](list),
        )
        for i, unit in enumerate(self.units):
            top = self.lots[unit["lot"]]["ceiling_fen"]
            lines = [(prices(cell), n, inf if t is None else t) for cell, n, t in unit["lines"]]
            for s in [s for s in self.firms if (unit["lot"], s) not in self.closed]:
                mine = [(i, n, *p[s]) for p, n, t in lines if s in p and p[s][2] <= t]
                price = sum([n * listed for _, n, _, _, listed in mine])
                if len(mine) == len(lines) and (top is None or price <= top):
                    self.bids[s][i] = price
                    self.offers[s] += mine

    def prices(self, rows: Any, zone: str, profile: str, stops: int, entry: str) -> Any:
        """Of one lift, by supplier: the part tiers discount, the rest, and the list price."""
        basis, more, found = self.rules["price_basis"], ["foundation", "design", "installation"], {}
        once = [x + "_fen" for x in ("base", entry, *(x for x in more if x in basis))]
        by_stop = ["stop_fen", "shaft_stop_fen"][: 2 if "shaft" in basis else 1]
        upkeep = ["maintenance_year_fen"] * (self.life or "maintenance" in basis)
        for s in self.firms:
            book = rows.get((s, zone, profile)) or rows.get((s, "*", profile))
            if book and not any([book[x] is None for x in (*once, *by_stop, *upkeep)]):  # no gap
                price = sum([book[x] for x in once]) + stops * sum([book[x] for x in by_stop])
                year = sum([book[x] for x in upkeep])
                listed = price + year * self.years * ("maintenance" in basis)
                found[s] = (
                    price,
                    half_up(year * self.annuity[0], self.annuity[1]) + self.extra[s],
                    listed,
                )
        best = self.rules["price_points"] * min([max(1, p[2]) for p in found.values()], default=0)
        for s in found if self.points else ():
            quality = half_up(self.rules["quality_points"] * self.firms[s]["quality"], 10000)
            found[s] = 0, -half_up(best, max(1, found[s][2])) - quality, found[s][2]
        return found

    def read_packages(self, packages: Any) -> None:
        """``covers[thing]``: its units; ``over[i]``: the things that cover i; ``fees[s][package]``."""
        self.covers: Any = {i: [i] for i in range(len(self.units))}
        self.over: Any = {i: {i} for i in self.covers}
        self.fees: Any = {s: {} for s in self.firms}
        for p in packages if not self.points else ():
            s, inside = p["supplier"], sorted({i for lot in p["lots"] for i in self.units_of[lot]})
            tops = [self.lots[lot]["ceiling_fen"] for lot in p["lots"]]
            if None in tops:
                tops = [t and n * t for i in inside for _, n, t in self.units[i]["lines"]]
            over = None not in tops and p["total_fen"] > sum(tops)
            if not over and self.closed.isdisjoint((lot, s) for lot in p["lots"]):
                fee = p["total_fen"] + sum(self.units[i]["lifts"] for i in inside) * self.extra[s]
                year = p["maintenance_year_fen"] if self.life else 0
                self.fees[s][p["id"]] = fee + half_up(year * self.annuity[0], self.annuity[1])
                self.covers[p["id"]] = inside
                for i in inside:
                    self.over[i].add(p["id"])

    def read_tiers(self, tiers: Any) -> None:
        """``tiers[s]``: from, to, discount, off, fixed; cut to capacity and overall shares."""
        most = self.lifts * (self.rules["share_max_bp"] or 10000) // 10000
        fewest = max(1, -(-self.lifts * (self.rules["share_min_bp"] or 0) // 10000))
        self.tiers, on = {s: list[Any]() for s in self.firms}, int(not self.points)
        for t in tiers:
            firm = self.firms[t["supplier"]]
            reach = max(t["from_lifts"], fewest), min(t["to_lifts"], firm["capacity_lifts"], most)
            money = on * t["off_fen"], on * (t["fixed_fen"] + firm["entry_fen"])
            self.tiers[firm["id"]].append((*reach, t["discount_bp"], *money))

    def limits(self) -> Any:
        """Rules: what is counted, whose, where, the sign (1: at least, -1: at most), how many."""
        rules, share = self.rules, self.rules["share_max_district_bp"]
        yield "used", "*", "*", 1, rules["winners_min"]
        yield "used", "*", "*", -1, rules["winners_max"]
        yield "lift", "*small", "*", 1, -(-self.lifts * (rules["small_share_min_bp"] or 0) // 10000)
        yield from (("lot", "*", f"lot {x}", -1, y["suppliers_max"]) for x, y in self.lots.items())
        yield from (("group", "*", x, 1, rules["group_suppliers_min"]) for x in self.nest)
        for s in self.firms:
            yield "lot", s, "*", -1, rules["lots_max"]
            for d, n in self.size.items():
                yield "lot", s, d, -1, rules["lots_max_district"]
                yield "lift", s, d, -1, share and n * share // 10000

    def costs(self, s: str, k: int) -> dict[Any, int]:
        """What each thing costs from s in its tier k: a lift's price to whole fen, times lifts."""
        (_, _, bp, off, _), costs = self.tiers[s][k], dict.fromkeys(self.bids[s], 0)
        for i, n, price, rest, _ in self.offers[s]:
            costs[i] += n * ((price * (10000 - bp) + 5000) // 10000 - off + rest)
        return costs | self.fees[s]


def check_award(facts: Facts, award: Any) -> int:
    """The exact cost of the award; refuses one that breaks any rule of the round."""
    winner, won, cost, things = award["parcels"], list[Any](), 0, defaultdict(list)
    need({*winner} == {p for u in facts.units for p in u["parcels"]}, "not every parcel is won")
    need({*winner.values()} <= facts.firms.keys(), "an unknown supplier wins")
    for unit in facts.units:
        won.append((unit, winner[unit["parcels"][0]]))
        need(all(winner[p] == won[-1][1] for p in unit["parcels"]), "a lot is split")
    packed = [i for name in award["packages"] for i in facts.covers[name]]
    need(len({*packed}) == len(packed), "packages overlap")
    for x in [*award["packages"], *({*range(len(won))} - {*packed})]:
        (s,) = {won[i][1] for i in facts.covers[x]}  # all or nothing
        things[s].append(x)
    once = {("lot", s, u["places"]) for u, s in won} | {("used", s, ("*",)) for _, s in won}
    once |= {("group", s, (u["group"],)) for u, s in won}
    count = Counter((x, who, at) for x, s, of in once for who in facts.kinds[s] for at in of)
    for unit, s in won:
        for who in facts.kinds[s]:
            count.update({("lift", who, at): unit["lifts"] for at in unit["places"]})
    for s, mine in things.items():
        lifts = count["lift", s, "*"]
        k = [k for k, (low, high, *_) in enumerate(facts.tiers[s]) if low <= lifts <= high]
        need(len(k) == 1, f"{s} wins {lifts} lifts: outside its ladder, capacity or shares")
        costs = facts.costs(s, k[0])
        need({*mine} <= costs.keys(), f"{s} wins what it has no valid bid on")
        cost += facts.tiers[s][k[0]][4] + sum(costs[x] for x in mine)
    for row, sides in facts.rows.items():
        need(all(x * count[row] >= least for x, least in sides.items()), f"a rule is broken: {row}")
    return cost


def check_reserves(facts: Facts, award: Any) -> None:
    """A lot's reserve: cheapest at list price that wins no part; then quality, then the seed."""
    need(award["reserves"].keys() == facts.lots.keys(), "not every lot names its reserve, or none")
    for lot, units in facts.units_of.items():
        out = {award["parcels"][p] for i in units for p in facts.units[i]["parcels"]}
        able = [s for s, x in facts.bids.items() if s not in out and all([i in x for i in units])]
        rank = [(sum([facts.bids[s][i] for i in units]), -facts.firms[s]["quality"]) for s in able]
        ties = [s for s, x in zip(able, rank, strict=True) if x == min(rank)]
        due = min(ties, key=lambda s: digest([facts.rules["seed"], lot, s]), default=None)
        need(award["reserves"][lot] == due, f"{lot}: not the reserve due")


class Leaf:
    """What the facts on the way to a leaf leave open."""

    def __init__(self, facts: Facts, path: Any) -> None:
        self.empty, self.used = False, dict[str, bool]()
        self.tiers = {s: {*range(len(tiers))} for s, tiers in facts.tiers.items()}
        self.barred, self.must = ({s: set[Any]() for s in facts.firms} for _ in range(2))
        for (kind, s, *what), yes in path:
            need(kind in ("winner", "tier", "unit", "package"), "a branch on an unknown fact")
            if kind == "winner" or yes:
                self.empty |= self.used.setdefault(s, yes) is not yes
            if kind == "tier":
                self.tiers[s] = self.tiers[s] & {*what} if yes else self.tiers[s] - {*what}
            elif kind != "winner":
                (thing,) = what  # one: else "no" were not the opposite of "yes"
                (self.must if yes else self.barred)[s].add(thing)
                rivals = {x for i in facts.covers[thing] for x in facts.over[i]}
                for other in facts.firms if yes else ():
                    self.barred[other] |= rivals - {thing} if other == s else rivals


class Bound:
    """The lower bound of a certificate; its prices are whole numbers of 1/scale fen."""

    def __init__(self, facts: Facts, certificate: Any) -> None:
        self.facts, self.given, self.scale = facts, certificate["prices"], certificate["scale"]
        self.costs, self.counted, self.sums = cache(facts.costs), cache(self.count), list[int]()
        for given in self.given:
            u, q = given["u"], [row[4] for row in given["q"]]
            numbers = [self.scale, *u, *q, *(m for s in facts.firms for m in given["m"][s])]
            need({*map(type, numbers)} == {int}, "prices are whole numbers")
            need(min([self.scale - 1, *q]) >= 0, "a rule's price or the scale is negative")
            need(len(u) == len(facts.units), "not every unit has one price")
            least = [q * facts.rows[level, who, at][sign] for level, who, at, sign, q in given["q"]]
            self.sums.append(sum(u) + sum(least))

    def least(self, node: Any, path: tuple[Any, ...] = ()) -> float:
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

    def worth(self, at: int, s: str, k: int, leaf: Leaf, scale: int) -> float:
        return self.counted(at, s, k, scale, frozenset(leaf.barred[s]), frozenset(leaf.must[s]))

    def count(self, at: int, s: str, k: int, scale: int, barred: Any, must: Any) -> Any:
        """The least s can add in tier k, with what it must and without what it may not take."""
        facts, given, charge, fees = self.facts, self.given[at], Counter[Any](), self.facts.fees[s]
        for level, who, place, sign, q in given["q"]:
            charge[level, place] -= sign * q * (who in facts.kinds[s])
        (low, high, _, _, fixed), m = facts.tiers[s][k], given["m"][s][k]
        a_lift = {d: m + charge["lift", "*"] + charge["lift", d] for d in facts.size}
        pairs, lots = zip(facts.units, given["u"], strict=True), Counter[str]()
        margin: Any = {i: a_lift[x["places"][1]] * x["lifts"] - u for i, (x, u) in enumerate(pairs)}
        if any(level == "lot" for level, _ in charge):
            lots.update({x["lot"]: sum(charge["lot", y] for y in x["places"]) for x in facts.units})
        here = {facts.units[i]["group"] for x in must & fees.keys() for i in facts.covers[x]}
        for name in fees:
            inside = [facts.units[i] for i in facts.covers[name]]
            margin[name] = sum(margin[i] for i in facts.covers[name])
            margin[name] += sum(lots[x] for x in {x["lot"] for x in inside})
            margin[name] += sum(charge["group", x] for x in {x["group"] for x in inside} - here)
        worth = {x: scale * c + margin[x] for x, c in self.costs(s, k).items() if x not in barred}
        if low > high or not must <= worth.keys():
            return inf
        value = scale * fixed + charge["used", "*"] - m * (high if m > 0 else low)
        value += sum(charge["group", x] for x in here)  # present there by a package, once
        nest = facts.nest if {"lot", "group"} & {level for level, _ in charge} else {}
        free = fees.keys() & worth.keys() if nest else worth
        value += sum([worth[x] for x in free if worth[x] < 0 or x in must])
        for group, inner in nest.items():
            bids = {
                lot: [(worth[i], i in must) for i in of if i in worth] for lot, of in inner.items()
            }
            taken = [take(of, lots[lot]) for lot, of in bids.items() if of]
            v, forced = (
                take(taken, charge["group", group] * (group not in here)) if taken else (0, False)
            )
            value += v if v < 0 or forced else 0
        return value


def take(things: list[tuple[int, bool]], charge: int) -> tuple[int, bool]:
    """At least one of the things: all that pay or must be taken, else the one that costs least."""
    taken = [v for v, must in things if v < 0 or must] or [min(v for v, _ in things)]
    return charge + sum(taken), any(must for _, must in things)


def report(document: Any) -> list[str]:
    """Check the document; returns what was found, a line each; raises what is wrong."""
    need(document["format"] == "tuanti-award/1", "not a tuanti-award/1")
    facts, award, certificate = Facts(document["round"]), document["award"], document["certificate"]
    bound = Bound(facts, certificate)
    least = bound.least(certificate["tree"])
    if award is None:
        need(least == inf, "not proven that no award keeps every rule")
        return ["no award can keep every rule of this round: proven"]
    need(
        award.keys() == {"parcels", "packages", "reserves", "cost"}, "the award states other things"
    )
    check_reserves(facts, award)
    cost, stated = check_award(facts, award), certificate["bound"]
    need(least <= cost * bound.scale, "the certificate contradicts the award")
    need(award["cost"] == str(cost), f"the award costs {cost}, not {award['cost']}")
    proven = -(-int(least) // bound.scale)
    need(type(stated) is str and int(stated) <= proven, f"the bound proves {proven}, not {stated}")
    gap, sign = Fraction(cost - proven, max(1, abs(cost))), -1 if facts.points else 1
    unit, suppliers = "points" if facts.points else "fen", len({*award["parcels"].values()})
    within = f"to within: {float(100 * gap):.6f} %" if gap else "there is"
    return [f"every rule is kept; {suppliers} suppliers, {facts.lifts} lifts",
            f"the award, exactly: {sign * cost} {unit}",
            f"no lawful award can be better than: {sign * proven} {unit}",
            f"so it is the best {within}"]  # fmt: skip


def unique(pairs: list[tuple[str, Any]]) -> Any:
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
        with open(path, encoding="utf-8") as file:  # int: whole numbers, whatever they look like
            hooks: Any = {"parse_float": int, "parse_constant": int}
            document = json.load(file, object_pairs_hook=unique, **hooks)
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
    gc.disable()  # nothing is garbage before the end
    sys.exit(main(sys.argv[1:]))
