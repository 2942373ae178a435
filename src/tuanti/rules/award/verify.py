"""Check an award without trusting anyone: ``python3 -I verify.py award.json [--expect SHA256]``.

From the bids in the file it recomputes, in whole numbers, every rule, the cost and a lower bound:
give every unit (a lot for one supplier, or a parcel of a shared lot) a price u, every rule a price
q >= 0, every supplier's tier a price m a lift, and charge an award for what it leaves unfulfilled:
a lawful one leaves nothing. There remains one small question a supplier, answered by "take it only
if it pays", for ANY such prices (weak duality; a package is one more thing to take or leave):
    sum u + sum q*least + sum over suppliers min(0, min over tiers [fixed - m*(to if m > 0 else
        from) + sum over groups min(0, -q + sum over lots min(0, -q + sum over units min(0, cost
        + (m - q)*lifts - u)))])
or, in a tier without a price m, the least sum of any things with as many lifts as the tier asks.
A tree splits the awards by a yes-or-no fact at each branch; the least bound of its leaves holds for
all. A leaf without a lawful award shows it: its bound is above 0 even where all costs are 0.
"""

import gc
import json
import sys
from collections import Counter, defaultdict
from fractions import Fraction
from functools import cache, lru_cache
from hashlib import sha256
from math import inf
from operator import itemgetter, mul
from pathlib import Path
from typing import Any

Json = Any  # not yet trusted to be anything


def need(claim: object, sentence: str) -> None:
    """Refuse with ``sentence`` unless ``claim`` holds."""
    if not claim:
        raise ValueError(sentence)


def canonical(value: object) -> str:
    """Canonical JSON: sorted keys, no escapes, no insignificant space."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(value: object) -> str:
    """SHA-256 of canonical JSON in UTF-8."""
    return sha256(canonical(value).encode()).hexdigest()


def half_up(value: Any, by: int = 1) -> int:
    """The whole number nearest to value / by; halves go up."""
    return int((2 * value + by) // (2 * by))


class Facts:
    """The round, laid out for counting. A thing: what one may win, unit i or a package's name."""

    def __init__(self, data: Json) -> None:
        need(data["format"] == "tuanti-round/1", "the round is not a tuanti-round/1")
        self.rules = rules = data["rules"]
        rows = [rules, *(x for table in data.values() if type(table) is list for x in table)]
        found = {type(value) for row in rows for name, value in row.items() if name != "small"}
        need(found <= {int, str, list, dict, type(None)}, "an amount is not a whole number")
        need(rules["maintenance_years"] in range(51), "maintenance is for 0 to 50 years")
        self.points, self.life = (rules["objective"] == x for x in ("points", "life_cycle"))
        keep: Any = Fraction(10000, 10000 + rules["discount_rate_bp"]) if self.life else 1
        self.annuity = sum(keep ** (year + 1) for year in range(rules["maintenance_years"]))
        self.lots, self.firms = ({x["id"]: x for x in data[name]} for name in ("lots", "suppliers"))
        self.kinds = {s: [s, "*", "*small"][: 2 + x["small"]] for s, x in self.firms.items()}
        pairs = [(x["lot"], x["supplier"], x["kind"] == "fixed") for x in data["pairs"]]
        self.closed = {(lot, s) for lot, x, fixed in pairs for s in self.firms if (s != x) is fixed}
        fen = rules["fen_per_point"] * (rules["objective"] == "cost_quality")
        self.extra = {s: half_up((10000 - x["quality"]) * fen, 100) for s, x in self.firms.items()}
        self.books = defaultdict[Any, dict[str, Json]](dict)
        for x in data["books"]:
            self.books[x["zone"], x["profile"]][x["supplier"]] = x
        self.read_units(data["parcels"], data["bill"])
        self.read_limits(data["tiers"])
        self.read_packages(data["packages"])

    def prices(self, zone: str, profile: str, stops: int, entry: str) -> dict[str, Any]:
        """Of one lift, by supplier: the part tiers discount, the rest, and the list price."""
        rules, basis, found = self.rules, self.rules["price_basis"], dict[str, Any]()
        more = ("shaft_stop", "foundation", "design", "installation")
        fields = ["base", "stop", entry, *(x for x in more if x.removesuffix("_stop") in basis)]
        times = {f"{x}_fen": stops if "stop" in x else 1 for x in fields}
        years = rules["maintenance_years"] if "maintenance" in basis else None
        take, by, yearly = itemgetter(*times), [*times.values()], self.life or years is not None
        for s, book in (self.books["*", profile] | self.books[zone, profile]).items():
            year, fen = book["maintenance_year_fen"] if yearly else 0, take(book)
            if None not in (year, *fen):
                once, later = sum(map(mul, fen, by)), year and half_up(year * self.annuity)
                found[s] = once, later + self.extra[s], once + year * (years or 0)
        least = min([max(1, price) for _, _, price in found.values()], default=0)
        for s, (_, _, price) in found.items() if self.points else ():
            quality = half_up(rules["quality_points"] * self.firms[s]["quality"], 10000)
            found[s] = 0, -half_up(rules["price_points"] * least, max(1, price)) - quality, price
        return found

    def read_units(self, parcels: Json, bill: Json) -> None:
        """``at``: units by number and all they lie in; ``lines[s]``: what s's bids are made of."""
        self.at, self.up = defaultdict[Any, list[Json]](list), dict[Any, Any]()
        self.lifts, self.size = Counter[Any](), Counter[str]()
        self.lines = {s: list[Any]() for s in self.firms}
        home, prices = {x["id"]: self.lots[x["lot"]] for x in parcels}, cache(self.prices)
        rows, parts = {p: list[Json]() for p in home}, defaultdict[Any, list[str]](list)
        for x in bill:
            offers = prices(home[x["parcel"]]["zone"], x["profile"], x["stops"], x["entry"])
            rows[x["parcel"]].append((x["lifts"], x["ceiling_fen"], offers))
        for p, lot in home.items():
            parts[lot["id"], p if lot["suppliers_max"] > 1 else ""].append(p)
        for i, ((name, _), mine) in enumerate(parts.items()):
            d, most = self.lots[name]["district"], self.lots[name]["ceiling_fen"]
            group = "group " + self.rules["groups"].get(d, d)
            unit: Json = {"lift": i, "lot": "lot " + name, "group": group, "used": "*"}
            for place in (*unit.values(), "in " + d):
                self.at[place].append(unit)
            lines = [x for p in mine for x in rows[p]]
            self.up |= {i: unit["lot"], unit["lot"]: group}
            need(min([n for n, _, _ in lines], default=0) > 0, "no line, or one without lifts")
            self.lifts[i] = sum([n for n, _, _ in lines])
            self.size["in " + d] += self.lifts[i]
            bids = {s: 0 for s in self.firms if (name, s) not in self.closed}
            for n, t, p in lines:
                able = [(s, v) for s, v in bids.items() if s in p and (t is None or p[s][2] <= t)]
                bids = {s: v + n * p[s][2] for s, v in able}
            bids = {s: price for s, price in bids.items() if most is None or price <= most}
            unit |= {"parcels": mine, "bids": bids, "tops": [t and n * t for n, t, _ in lines]}
            for s in bids:
                self.lines[s] += [(i, n, p[s][0], n * p[s][1]) for n, _, p in lines]

    def read_limits(self, tiers: Json) -> None:
        """``tiers[s]``: from, to, kept, change, fixed; ``rows``: the least sign * count may be."""
        rules, whole, share = self.rules, self.size.total(), self.rules["share_max_district_bp"]
        most = whole * (rules["share_max_bp"] or 10000) // 10000
        least = max(1, -(-whole * (rules["share_min_bp"] or 0) // 10000))
        self.tiers = {s: list[Any]() for s in self.firms}
        for t in tiers:
            firm = self.firms[t["supplier"]]
            reach = max(t["from_lifts"], least), min(t["to_lifts"], firm["capacity_lifts"], most)
            money = 10000 - t["discount_bp"], -t["off_fen"], t["fixed_fen"] + firm["entry_fen"]
            self.tiers[t["supplier"]].append(reach + ((0, 0, 0) if self.points else money))
        small = -(-whole * (rules["small_share_min_bp"] or 0) // 10000)
        # what is counted, whose, where, its sign (1 for a minimum, -1 for a maximum), how many
        rows = [("used", "*", "*", 1, rules["winners_min"]), ("lift", "*small", "*", 1, small)]
        rows += [("used", "*", "*", -1, rules["winners_max"])]
        rows += [("lot", "*", f"lot {x}", -1, y["suppliers_max"]) for x, y in self.lots.items()]
        rows += [("group", "*", x["group"], 1, rules["group_suppliers_min"]) for x in self.at["*"]]
        for s in self.firms:
            rows += [("lot", s, "*", -1, rules["lots_max"])]
            rows += [("lot", s, d, -1, rules["lots_max_district"]) for d in self.size]
            rows += [("lift", s, d, -1, share and n * share // 10000) for d, n in self.size.items()]
        self.rows: Any = {(*row, sign): sign * n for *row, sign, n in rows if n is not None}

    def read_packages(self, packages: Json) -> None:
        """``packs[name]``: the units of a valid package; its fee is a line of no lifts."""
        self.packs = dict[Any, set[int]]()
        for p in packages if not self.points else ():
            s, name, lots = p["supplier"], p["id"], p["lots"]
            units = [unit for lot in {*lots} for unit in self.at[f"lot {lot}"]]
            tops = [self.lots[lot]["ceiling_fen"] for lot in lots]
            tops = [top for unit in units for top in unit["tops"]] if None in tops else tops
            within = None in tops or p["total_fen"] <= sum(tops)
            if within and self.closed.isdisjoint((lot, s) for lot in lots):
                need(name not in self.at, "a name stands twice")
                self.at[name], self.up[name] = units, name
                self.packs[name] = {unit["lift"] for unit in units}
                self.lifts[name] = sum([self.lifts[i] for i in self.packs[name]])
                later = half_up(p["maintenance_year_fen"] * self.annuity) if self.life else 0
                fee = p["total_fen"] + later + self.extra[s] * self.lifts[name]
                self.lines[s].append((name, 0, 0, fee))

    def costs(self, s: str, k: int) -> dict[Any, int]:
        """Of each thing from s in tier k: a lift's price to whole fen, times lifts; the rest."""
        (_, _, kept, by, _), found = self.tiers[s][k], defaultdict[Any, int](int)
        for x, n, price, rest in self.lines[s]:
            found[x] += n * ((price * kept + 5000) // 10000 + by) + rest
        return found


def check_award(facts: Facts, award: Json) -> int:
    """The exact cost of the award; refuses one that breaks any rule of the round."""
    winner, units, things, cost = award["parcels"], facts.at["*"], defaultdict(list), 0
    need({*winner} == {p for unit in units for p in unit["parcels"]}, "not every parcel is won")
    packed = [i for name in award["packages"] for i in facts.packs[name]]
    need(len({*packed}) == len(packed), "packages overlap")
    for x in [*award["packages"], *({*range(len(units))} - {*packed})]:
        s, *others = {winner[p] for unit in facts.at[x] for p in unit["parcels"]}
        need(not others, f"{x} is not won whole")
        things[s].append(x)
    for s, mine in things.items():
        lifts = sum(facts.lifts[x] for x in mine)
        k = [k for k, (low, high, *_) in enumerate(facts.tiers[s]) if low <= lifts <= high]
        need(len(k) == 1, f"{s} wins {lifts} lifts: outside its ladder, capacity or shares")
        costs = facts.costs(s, k[0])
        need({*mine} <= costs.keys(), f"{s} wins what it has no valid bid on")
        cost += facts.tiers[s][k[0]][4] + sum(costs[x] for x in mine)
    for (level, who, place, sign), least in facts.rows.items():
        won = {(unit[level], winner[unit["parcels"][0]]) for unit in facts.at[place]}
        of = [x for x, s in won if who in facts.kinds[s]]
        count = sum([facts.lifts[i] for i in of]) if level == "lift" else len(of)
        need(sign * count >= least, f"a rule is broken: {level} {who} {place}")
    return cost


def check_reserves(facts: Facts, award: Json) -> None:
    """A lot's reserve: cheapest at list price that wins no part; then quality, then the seed."""
    need(award["reserves"].keys() == facts.lots.keys(), "not every lot names its reserve, or none")
    for lot in facts.lots:
        units = facts.at[f"lot {lot}"]
        out = {award["parcels"][p] for unit in units for p in unit["parcels"]}
        able = set.intersection(*[{*unit["bids"]} for unit in units]) - out
        rank = {s: (sum([x["bids"][s] for x in units]), -facts.firms[s]["quality"]) for s in able}
        best = min(rank.values(), default=None)
        ties = [s for s in rank if rank[s] == best]
        due = min(ties, key=lambda s: digest([facts.rules["seed"], lot, s]), default=None)
        need(award["reserves"][lot] == due, f"{lot}: not the reserve due")


class Bound:
    """The lower bound of a certificate; its prices are whole numbers of 1/scale fen."""

    def __init__(self, facts: Facts, certificate: Json) -> None:
        self.facts, self.given, self.scale = facts, certificate["prices"], certificate["scale"]
        self.costs, self.answers = lru_cache(512)(facts.costs), cache(self.answer)
        for p in self.given:
            q, u = [row[4] for row in p["q"]], p["u"]
            m = [m for s, t in facts.tiers.items() for m, _ in zip(p["m"][s], t, strict=True)]
            numbers = [self.scale, *u, *q, *(x for x in m if x is not None)]
            need({*map(type, numbers)} == {int}, "prices are whole numbers")
            need(min([self.scale - 1, *q]) >= 0, "a rule's price or the scale is negative")
            need(len(u) == len(facts.at["*"]), "not every unit has one price")

    def least(self, node: Json, path: Json = ()) -> float:
        """The least bound of all leaves (a whole number), or infinite if each is proven empty."""
        if "fact" in node:  # both sides of every branch: so the leaves cover every award
            fact = tuple(node["fact"])
            need(fact[1] in self.facts.firms, "a branch on nobody")
            return min([self.least(node[x], (*path, (fact, x == "yes"))) for x in ("yes", "no")])
        at, p, empty = node["prices"], self.given[node["prices"]], node.get("infeasible") is True
        value: float = sum(p["u"]) + sum([q * self.facts.rows[*row,] for *row, q in p["q"]])
        for s in self.facts.firms:  # what one takes all others may not take
            said = [x for x in path if x[0][1] == s or (x[1] and x[0][0] in ("unit", "package"))]
            value += self.answers(at, s, 0 if empty else self.scale, tuple(said))
        need(not empty or value > 0, "a leaf is said to be empty and is not proven so")
        return inf if empty else value

    def answer(self, at: int, s: str, scale: int, said: Json) -> float:
        """The least that s can add: in a tier, of things all that pay and all that it must take."""
        facts, p, due, lifts = self.facts, self.given[at], dict[Any, int](), dict(self.facts.lifts)
        for level, who, place, sign, q in p["q"]:
            for x in {unit[level] for unit in facts.at[place]} if who in facts.kinds[s] else ():
                due[x] = due.get(x, 0) - sign * q
        used, rungs, barred, must = self.left(s, said)
        here = {unit["group"] for x in must & facts.packs.keys() for unit in facts.at[x]}
        once = sum(due.pop(x, 0) for x in ("*", *here))  # a forced package is in its groups already
        presence = {x: v for x, v in due.items() if type(x) is str}
        due |= {i: due.get(i, 0) * lifts[i] - u for i, u in enumerate(p["u"])}
        for x in facts.packs:
            within = {unit[y] for unit in facts.at[x] for y in ("lift", "lot", "group")}
            due[x] = sum([due.get(y, 0) for y in within])
        found = [inf if used else 0]
        for k, low, high in rungs:
            m, costs = p["m"][s][k] or 0, self.costs(s, k).items()
            worth = {x: scale * c + m * lifts[x] + due[x] for x, c in costs if x not in barred}
            worth |= dict.fromkeys(must - worth.keys(), inf)
            value = scale * facts.tiers[s][k][4] + once - m * (high if m > 0 else low)
            if p["m"][s][k] is None:  # no price a lift: whole things are counted
                need(not presence, "no table can count what being in a lot or a group costs")
                found.append(value + table(worth, lifts, must, low, high))
                continue
            forced = must
            for _ in range(2 if presence else 0):  # from units to lots, from lots to groups
                worth, forced = climb(worth, forced, facts.up, presence)
            found.append(value + sum([v for x, v in worth.items() if v < 0 or x in forced]))
        return min(found)

    def left(self, s: str, said: Json) -> Json:
        """What s may do: must it win; tiers (k, from, to); the things it may not and must take."""
        rungs, packs = [(k, *t[:2]) for k, t in enumerate(self.facts.tiers[s])], self.facts.packs
        used, barred, must = False, set[Any](), set[Any]()
        for (kind, who, *what), yes in said:
            used |= yes and who == s  # yes to anything: it wins something
            if kind in ("unit", "package"):
                (thing,) = what  # one: else "no" were not the opposite of "yes"
                units = packs.get(thing, {thing})
                rivals = {thing, *units, *(x for x, of in packs.items() if units & of)}
                must |= {thing} if yes and who == s else set()
                barred |= (rivals if who != s else rivals - {thing}) if yes else {thing}
            elif kind == "tier":
                rungs = [x for x in rungs if (x[0] in {*what}) is yes]
            else:
                (n,) = what if kind == "lifts" else (1, *what)
                need(kind in ("winner", "lifts") and type(n) is int and n > 0, "an unknown fact")
                rungs = [(k, max(a, n), b) if yes else (k, a, min(b, n - 1)) for k, a, b in rungs]
        return used, [x for x in rungs if x[1] <= x[2]], barred, must


def climb(worth: Json, must: Json, up: Json, due: Json) -> tuple[Json, Json]:
    """To what contains the things: all that pay or must be, or else the one that costs least."""
    taken, least = dict[Any, Any](), dict[Any, Any]()
    for x, v in worth.items():
        least[up[x]] = min(v, least.get(up[x], v))
        if v < 0 or x in must:
            taken[up[x]] = taken.get(up[x], 0) + v
    return {y: due.get(y, 0) + taken.get(y, v) for y, v in least.items()}, {up[x] for x in must}


def table(worth: Json, lifts: Json, must: Json, low: int, high: int) -> Any:
    """The least sum of some of the things, those forced among them, with low to high lifts."""
    high = min(high, sum([lifts[x] for x in worth]))
    best = [0, *[inf] * high]  # by number of lifts
    for x in sorted(worth, key=lambda x: worth[x] >= 0 and x not in must):
        if worth[x] >= 0 and x not in must and min(best) == min(best[low:], default=inf):
            break  # what does not pay is needed only to reach low
        more = [*[inf] * lifts[x], *[value + worth[x] for value in best]]
        best = more[: high + 1] if x in must else [*map(min, best, more)]
    return min(best[low:], default=inf)


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


def unique(pairs: list[tuple[str, Json]]) -> None:
    """Refuse an object in which a name stands twice."""
    need(len(dict(pairs)) == len(pairs), "a name stands twice in one object")


def main(arguments: list[str]) -> int:
    """0: all true; 1: something is wrong, said in one line."""
    try:
        path, *options = arguments
        need(options[:1] in ([], ["--expect"]) and len(options) != 1, "award.json --expect SHA256")
        text = Path(path).read_text(encoding="utf-8")  # below, int() refuses what is not whole
        document = json.loads(text, parse_float=int, parse_constant=int)
        texts = {name: canonical(document[name]) for name in sorted(document)}
        file = "{" + ",".join([f"{canonical(name)}:{text}" for name, text in texts.items()]) + "}"
        if text.strip() != file:  # what is not canonical may name something twice
            json.loads(text, object_pairs_hook=unique)
        parts = {"round": texts["round"], "award": texts["award"], "file": file}
        digests = {name: sha256(text.encode()).hexdigest() for name, text in parts.items()}
        print(*[f"SHA-256 {name}: {value}" for name, value in digests.items()], sep="\n")
        need({*options[1:]} <= {*digests.values()}, "no part has the expected SHA-256")
        print(*report(document), sep="\n")
    except Exception as wrong:  # noqa: BLE001 (whatever a malformed file brings about)
        said = str(wrong) if type(wrong) is ValueError else repr(wrong)
        print("WRONG:", *said.encode("ascii", "backslashreplace").decode().split())
        return 1
    return 0


if __name__ == "__main__":
    gc.disable()  # nothing here goes in circles
    sys.exit(main(sys.argv[1:]))
