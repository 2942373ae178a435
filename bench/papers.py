"""How long papers take: ``python -m bench.papers``; each kind once, and an estate's ballots."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tests import papers_cast as cast
from tuanti import papers

ESTATE = 700  # flats
ROUNDS = 20


def main() -> int:
    """Print milliseconds a paper, and seconds for an estate; nothing is decided by them."""
    papers.pdf("notice", cast.NOTICE, "zh")  # reads the fonts
    for kind, facts in cast.EACH.items():
        pdf = _milliseconds(partial(papers.pdf, kind, facts, "zh"))
        word = _milliseconds(partial(papers.docx, kind, facts, "zh"))
        print(f"{kind:12} PDF {pdf:6.1f} ms   Word {word:6.1f} ms", flush=True)
    begun = time.perf_counter()
    ballots = [
        replace(cast.BALLOT, home=replace(cast.BALLOT.home, flat=str(at))) for at in range(ESTATE)
    ]
    made = papers.pdf("ballot", ballots, "zh")
    took = time.perf_counter() - begun
    print(f"{ESTATE} ballots as one file: {took:.1f} s, {len(made) / 2**20:.1f} MB")
    return 0


def _milliseconds(make: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        make()
    return 1000 * (time.perf_counter() - begun) / ROUNDS


if __name__ == "__main__":
    raise SystemExit(main())
