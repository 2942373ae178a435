"""The sets of instances that are measured; every instance can be built from its name alone."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from bench.rounds import city, library, ruled, starved
from tuanti.rules.award.problem import Problem
from tuanti.rules.award.reading import read
from tuanti.rules.award.round import canonical

ROOT = Path(__file__).parents[1]
LIBRARY = Path(os.environ.get("TUANTI_BENCH_LIBRARY", ROOT.parent / "shared/award/instances"))

OURS, GREEDY = "tuanti", "greedy"
PLAIN = ("highs-weak", "highs-strong", "scip-weak", "cpsat-weak")
SOLVERS = (OURS, *PLAIN, "scip-strong", GREEDY)

# Proven optima of the library, in the instances' own unit; costs are scaled by 10^4.
_OPTIMA = {
    "cap61": "932615.75", "cap62": "977799.4", "cap63": "1014099.6125", "cap64": "1053197.4375",
    "cap71": "932615.75", "cap72": "977799.4", "cap73": "1010641.45", "cap74": "1034976.975",
    "cap101": "796648.4375", "cap102": "854704.2", "cap103": "893782.1125", "cap104": "928941.75",
    "p1": "8848", "p2": "7913", "p3": "9314", "p4": "10714", "p5": "8838", "p6": "7777",
    "p7": "9488", "p8": "11088", "p9": "8462", "p10": "7617", "p11": "8932", "p12": "10132",
}  # fmt: skip
_SMALL = ((150, 33, 4), (200, 25, 4), (400, 12, 4), (100, 50, 4))
_STARVED = ((2000, 9, 3), (2000, 30, 4), (2000, 60, 5))
_TEN_THOUSANDTH = Fraction(1, 10_000)


@dataclass(frozen=True)
class Set:
    """Instances by seed, the gap to ask for, the peers and on how many seeds they are run."""

    name: str
    title: str
    instance: Callable[[int], str]
    gap: Fraction = _TEN_THOUSANDTH
    seeds: int = 40
    peer_seeds: int = 5
    peers: tuple[str, ...] = (*PLAIN, GREEDY)
    least_cap: float = 0.0

    def instances(self, seeds: int) -> list[str]:
        """The names of the first ``seeds`` instances."""
        return [self.instance(seed) for seed in range(min(seeds, self.seeds))]


def _sized(kind: str, *size: int) -> Callable[[int], str]:
    return lambda seed: "-".join([kind, *map(str, size), str(seed)])


def _mixed(kind: str, sizes: tuple[tuple[int, ...], ...]) -> Callable[[int], str]:
    return lambda seed: "-".join([kind, *map(str, sizes[seed % len(sizes)]), str(seed)])


def _library(seed: int) -> str:
    return "library-" + [*_OPTIMA][seed]


SETS = (
    Set("city-9", "2,000 lots x 9 suppliers x 3 tiers", _sized("city", 2000, 9, 3)),
    Set("city-30", "2,000 lots x 30 suppliers x 4 tiers", _sized("city", 2000, 30, 4)),
    Set("city-60", "2,000 lots x 60 suppliers x 5 tiers", _sized("city", 2000, 60, 5)),
    Set("small", "up to 20,000 bid-tiers, gap 0", _mixed("small", _SMALL), Fraction(0),
        peers=(*PLAIN, "scip-strong", GREEDY)),
    Set("ruled", "2,000 x 30 x 4 with winner limit, 2 suppliers a district, 30 % small firms, "
        "20 packages", _sized("ruled", 2000, 30, 4), seeds=5),
    Set("library", "OR-Library and Holmberg, gap 0", _library, Fraction(0), 24, 24,
        ("highs-weak", "highs-strong", "scip-strong", "cpsat-weak")),
    Set("national", "100,000 lots x 300 suppliers x 5 tiers", _sized("national", 100_000, 300, 5),
        seeds=1, peers=(GREEDY,), least_cap=3600),
    Set("infeasible", "total capacity = lifts - 1", _mixed("infeasible", _STARVED), seeds=15,
        peer_seeds=3, peers=PLAIN),
)  # fmt: skip


def chosen(only: list[str]) -> list[Set]:
    """The sets whose names begin so (all, if nothing is said), without what is not at hand."""
    found = [x for x in SETS if not only or any(x.name.startswith(name) for name in only)]
    if not LIBRARY.is_dir() and any(x.name == "library" for x in found):
        print(f"!!! SET library SKIPPED: no {LIBRARY}; set TUANTI_BENCH_LIBRARY !!!", flush=True)
        found = [x for x in found if x.name != "library"]
    return found


def problem(name: str) -> Problem:
    """The instance of this name, read as every round is."""
    return read(canonical(_round(name)))


def optimum(name: str) -> int | None:
    """The listed optimum of a library instance, in the objective's unit."""
    kind, _, rest = name.partition("-")
    return int(Fraction(_OPTIMA[rest]) * 10_000) if kind == "library" else None


def _round(name: str) -> dict[str, Any]:
    kind, *rest = name.split("-")
    if kind == "library":
        orlib = rest[0].startswith("cap")
        return library(LIBRARY / ("orlib" if orlib else "holmberg") / (rest[0] + ".txt" * orlib))
    n, firms, tiers, seed = map(int, rest)
    if kind == "ruled":
        return ruled(n, firms, tiers, seed)
    if kind == "national":
        return city(n, firms, tiers, seed, regions=200, per_lot_prices=False, max_share=0.05,
                    min_share=0.0005, cover=0.5)  # fmt: skip
    data = city(n, firms, tiers, seed)
    return starved(data) if kind == "infeasible" else data
