"""What a count is kept as: plain facts, so that it can be compared with a count made anew."""

from collections.abc import Mapping
from typing import Any

from tuanti.consent.models import Poll
from tuanti.consent.queries import polls as known
from tuanti.rules.consent import Measure, Tally

FORMAT = "tuanti-result/1"


def result_of(poll: Poll) -> dict[str, Any]:
    """Count a vote from its ledger and tell what was found; flats are told by their row ids.

    ``passed`` is whether every matter passed; ``waiting`` how many ballots waited for a second
    person and did not count.
    """
    roll = known.roll_of(poll)
    found = known.counted_of(poll, roll)
    tallies = known.tallied(poll, roll, found)
    return {
        "format": FORMAT,
        "poll": poll.code,
        "lines": poll.seq,
        "hash": poll.head,
        "passed": all(one.passed for one in tallies),
        "waiting": len(found.waiting),
        "clashes": len(found.clashes),
        "tallies": [_tally(one) for one in tallies],
    }


def _tally(one: Tally) -> dict[str, Any]:
    stands = [vote.stand for vote in one.votes]
    return {
        "matter": one.regime.matter,
        "scope": one.regime.scope,
        "law": [*one.law_ids],
        "passed": one.passed,
        "measures": [_measure(measure) for measure in one.measures],
        "conditions": [
            {"name": condition.name, "passed": condition.passed} for condition in one.conditions
        ],
        "voters": {stand: stands.count(stand) for stand in dict.fromkeys(stands)},
    }


def _measure(one: Measure) -> Mapping[str, Any]:
    return {
        "name": one.name,
        "have": one.have,
        "base": one.base,
        "need": one.need,
        "threshold": str(one.threshold),
        "strict": one.strict,
        "passed": one.passed,
    }
