"""The vote as its neighbours may see it: the gauges, the house with who has answered, the law.

While it is open they see who has answered, unless the rules fixed with the poll show more; what is
said, and whether it is enough, is shown when it is over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tuanti.consent.queries.polls import taking_part
from tuanti.overview.course import said
from tuanti.places.queries.roll import floors_of
from tuanti.rules.consent import Measure, Tally
from tuanti.texts import written
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken

_BP = 10_000
_NAMED = {(2, 3): "two_thirds", (3, 4): "three_quarters", (1, 2): "half", (1, 1): "all"}
_TILES = {"yes": "ok", "no": "warn", "abstain": "info"}  # red is kept for what went wrong


@dataclass(frozen=True, slots=True)
class Count:
    """One matter of a vote, as far as it may be seen: its gauges, and the law it is counted under.

    ``met`` is whether all that is shown has been reached. ``whole`` is true where it shows the
    answers too, not only who took part; ``passed`` is known only then.
    """

    matter: str
    scope: str
    gauges: tuple[dict[str, object], ...]
    met: bool
    whole: bool
    passed: bool | None
    lacking: tuple[str, ...]
    conditions: tuple[str, ...]
    law: str


def counts_of(
    tallies: Sequence[Tally], answered: Collection[int], *, whole: bool
) -> tuple[Count, ...]:
    """Show the count of each matter; without ``whole``, only who has answered."""
    return tuple(_count(tally, answered, whole=whole) for tally in tallies)


def house_of(
    stairwell: Any,  # noqa: ANN401 (rows of places)
    flats: Sequence[Any],
    tiles: Mapping[int, tuple[str, str]],
    own: Collection[int],
) -> dict[str, object]:
    """Give the elevation its rows: each flat with the state and the word of ``tiles``."""
    floors = floors_of(stairwell, flats)
    rows = [
        {"floor": floor, "flats": [_tile(one, tiles, own) for one in some]}
        for floor, some in floors
        if floor is not None
    ]
    lost = [_tile(one, tiles, own) for floor, some in floors if floor is None for one in some]
    return {"rows": rows if flats else [], "floorless": lost, "legend": _legend(tiles.values())}


def answered_tiles(flats: Iterable[Any], answered: Collection[int]) -> dict[int, tuple[str, str]]:
    """Mark each flat as one that has answered, or has not."""
    return {
        flat.pk: ("ok", said("house.answered"))
        if flat.pk in answered
        else ("wait", said("house.silent"))
        for flat in flats
    }


def told_tiles(flats: Iterable[Any], answered: Collection[int]) -> dict[int, tuple[str, str]]:
    """Mark each flat that was asked before any vote as one that has answered, or has not."""
    return {
        flat.pk: ("ok", said("house.told"))
        if flat.pk in answered
        else ("wait", said("house.untold"))
        for flat in flats
    }


def signed_tiles(
    flats: Iterable[Any], parties: Collection[int], lacking: Collection[int], name: str
) -> dict[int, tuple[str, str]]:
    """Mark each flat that has to sign as one that has, or has not; the others need not."""
    done, open_ = ("ok", said(f"house.{name}_done")), ("wait", said(f"house.{name}_open"))
    free = ("info", said("house.needless"))
    return {
        flat.pk: free if flat.pk not in parties else open_ if flat.pk in lacking else done
        for flat in flats
    }


def named_tiles(flats: Iterable[Any], stands: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """Mark each flat with what it said; one that said nothing has no stand."""
    return {
        flat.pk: (_TILES[stand], word(f"consent.stands.{stand}", spoken()))
        if (stand := stands.get(flat.pk, "")) in _TILES
        else ("wait", said("house.silent"))
        for flat in flats
    }


def threshold_said(threshold: Fraction, *, strict: bool) -> str:
    """Write a threshold as people say it: 三分之二, 过半."""
    name = _NAMED.get((threshold.numerator, threshold.denominator), "")
    if strict and name == "half":
        name = "over_half"
    if name:
        return said(f"threshold.{name}")
    facts = {"above": threshold.numerator, "below": threshold.denominator}
    return said("threshold.over" if strict else "threshold.other", **facts)


def article_said(law_id: str) -> str:
    """Name the article of a rule of law, marked where nobody has checked it."""
    return written("{law:article}", spoken(), {"law": law_id})


def _count(tally: Tally, answered: Collection[int], *, whole: bool) -> Count:
    measures = tally.measures if whole else taking_part(tally, answered)
    waiting = [one for one in tally.conditions if not one.passed] if whole else []
    return Count(
        matter=word(f"consent.matters.{tally.regime.matter}", spoken()),
        scope=word(f"consent.scopes.{tally.regime.scope}", spoken()),
        gauges=tuple(_gauge(one) for one in sorted(measures, key=_heads_first)),
        met=all(one.passed for one in measures),
        whole=whole,
        passed=tally.passed if whole else None,
        lacking=tuple(_lacking(one) for one in measures if not one.passed),
        conditions=tuple(word(f"consent.conditions.{one.name}", spoken()) for one in waiting),
        law="；".join(map(article_said, tally.law_ids[:1])),
    )


def _heads_first(measure: Measure) -> tuple[bool, bool]:
    return measure.name.startswith("approval"), measure.name.endswith("area")


def _gauge(measure: Measure) -> dict[str, object]:
    return {
        "label": word(f"consent.measures.{measure.name}", spoken()),
        "bp": int(measure.share * _BP),
        "met": measure.passed,
        "needed_bp": int(measure.threshold * _BP),
        "needed": said(
            "gauge.needed", share=threshold_said(measure.threshold, strict=measure.strict)
        ),
    }


def _lacking(measure: Measure) -> str:
    """Say how much is lacking, in heads or square metres."""
    short = max(measure.need - measure.have, 0)
    name = word(f"consent.measures.{measure.name}", spoken())
    if measure.name.endswith("persons"):
        return said("gauge.short_persons", name=name, n=short)
    return said("gauge.short_area", name=name, n=-(-short // 100))


def _tile(
    flat: Any,  # noqa: ANN401 (a row of places)
    tiles: Mapping[int, tuple[str, str]],
    own: Collection[int],
) -> dict[str, object]:
    state, text = tiles.get(flat.pk, ("wait", ""))
    mine = flat.pk in own
    shown = said("house.mine", text=text) if mine and text else said("house.own") if mine else text
    return {"label": flat.number, "text": shown, "state": state, "mine": mine}


def _legend(tiles: Iterable[tuple[str, str]]) -> list[dict[str, object]]:
    counts: dict[tuple[str, str], int] = {}
    for tile in tiles:
        counts[tile] = counts.get(tile, 0) + 1
    order = ("ok", "warn", "info", "wait")
    found = sorted(counts.items(), key=lambda pair: order.index(pair[0][0]))
    return [{"state": state, "text": text, "count": n} for (state, text), n in found if text]
