"""How a vote is shown: gauges with the law's ticks, the house as a seat map, who is needed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tuanti.consent.models import Poll, RollFlat
from tuanti.consent.queries import polls as known
from tuanti.consent.queries.polls import Visible
from tuanti.people.vault import masked_name
from tuanti.rules.ballots import Counted
from tuanti.rules.consent import Measure, Needed, Roll, Tally, Vote, still_needed
from tuanti.texts import sentence, written
from tuanti.texts.words import say, word
from tuanti.web.templatetags.tuanti import moment, spoken, square_metres

_BP = 10_000
_TILES = {"yes": "ok", "no": "no", "abstain": "info", "split": "warn", "silent": "wait"}
_ALL_SEEN = ("totals", "names")


def said(path: str, **facts: Any) -> str:  # noqa: ANN401 (whatever the sentence names)
    """Say a sentence of this book in the language of the page."""
    return say(f"polls.{path}", spoken(), **facts)


@dataclass(frozen=True, slots=True)
class Seen:
    """A vote as somebody may see it, counted once for the whole page."""

    poll: Poll
    visible: Visible
    flats: Sequence[RollFlat]
    roll: Roll
    found: Counted
    tallies: Sequence[Tally]
    answered: frozenset[int]

    @property
    def own(self) -> list[RollFlat]:
        """The flats of the stairwell itself."""
        return [flat for flat in self.flats if flat.own]


def seen(poll: Poll, visible: Visible) -> Seen:
    """Count a vote for a page."""
    roll = known.roll_of(poll)
    found = known.counted_of(poll, roll)
    answered = frozenset(known.answering(roll, found))
    tallies = known.tallied(poll, roll, found)
    return Seen(poll, visible, [*known.flats_of(poll)], roll, found, tallies, answered)


def matters(view: Seen) -> Iterator[dict[str, Any]]:
    """Show each matter: four gauges where totals may be seen, else only who took part."""
    whole = view.visible in _ALL_SEEN
    for tally in view.tallies:
        measures = tally.measures if whole else known.taking_part(tally, view.answered)
        yield {
            "name": word(f"consent.matters.{tally.regime.matter}", spoken()),
            "scope": word(f"consent.scopes.{tally.regime.scope}", spoken()),
            "gauges": [_gauge(one) for one in measures],
            "passed": tally.passed if whole else None,
            "conditions": [*_conditions(tally)] if whole else [],
            "law": "；".join(article(one) for one in tally.law_ids),
        }


def house(view: Seen) -> dict[str, Any]:
    """Give the elevation its rows: who answered, and what, as far as it may be seen."""
    stands = _stands(view) if view.visible == "names" else {}
    by_floor: dict[int | None, list[dict[str, object]]] = {}
    for flat in sorted(view.own, key=lambda one: one.number):
        by_floor.setdefault(flat.floor, []).append(_tile(flat, view, stands))
    floors = sorted((floor for floor in by_floor if floor is not None), reverse=True)
    tiles = [tile for row in by_floor.values() for tile in row]
    return {
        "rows": [{"floor": floor, "flats": by_floor[floor]} for floor in floors],
        "floorless": by_floor.get(None, []),
        "legend": [*_legend(tiles)],
    }


def still_silent(view: Seen) -> list[str]:
    """List the flats of the stairwell that have not answered, from the top floor down."""
    flats = [flat for flat in view.own if flat.flat_id not in view.answered]
    flats.sort(key=lambda flat: (-(flat.floor or 0), flat.number))
    return [flat.number for flat in flats]


def still_needed_shown(view: Seen) -> Iterator[dict[str, Any]]:
    """Say of each matter what would still have been needed; only where all may be seen."""
    if view.visible != "names":
        return
    numbers = {str(flat.flat_id): flat.number for flat in view.flats}
    for tally in view.tallies:
        need = still_needed(tally)
        yield {
            "name": word(f"consent.matters.{tally.regime.matter}", spoken()),
            "text": _needed(need),
            "ask": [_flats(vote, numbers) for vote in need.ask],
            "turn": [_flats(vote, numbers) for vote in need.turn],
        }


def clashes(view: Seen) -> list[str]:
    """Tell of ballots on paper and by phone that differ, whichever counts."""
    if view.visible != "names":
        return []
    numbers = {str(flat.flat_id): flat.number for flat in view.flats}
    return [
        said("clash", flat=numbers[one.flat], kept=one.kept, other=one.other)
        for one in view.found.clashes
    ]


def terms(poll: Poll) -> Iterator[dict[str, object]]:
    """List what was fixed with the vote, each with the law it follows."""
    yield _fact("terms.shown", said(f"shown.{poll.terms['shown']['value']}"), poll, "shown")
    written_ = said(f"electronic.{'yes' if poll.terms['electronic']['value'] else 'no'}")
    yield _fact("terms.electronic", written_, poll, "electronic")
    yield _fact("terms.wins", said(f"wins.{poll.terms['wins']['value']}"), poll, "wins")


def period(poll: Poll) -> Iterator[dict[str, object]]:
    """List when it opens, closes, and was counted, and its code."""
    yield {"label": said("poll.opens"), "value": moment(poll.opens_at)}
    yield {"label": said("poll.closes"), "value": moment(poll.closes_at)}
    if poll.closed_at:
        yield {"label": said("poll.counted"), "value": moment(poll.closed_at)}
    yield {"label": said("poll.flats"), "value": poll.roll.count()}
    yield {"label": said("poll.code"), "value": poll.code}
    yield {
        "label": said("poll.ledger"),
        "value": said("poll.lines", n=poll.seq, hash=poll.head[:12]),
    }


def owner_name(name: str) -> str:
    """Show an owner's name as pages do: the family name."""
    return masked_name(name) or said("nameless")


def article(law_id: str) -> str:
    """Name the article of a rule of law, marked where nobody has checked it."""
    return written("{law:article}", spoken(), {"law": law_id}) if law_id else ""


def _fact(label: str, value: str, poll: Poll, term: str) -> dict[str, object]:
    return {"label": said(label), "value": value, "note": article(poll.terms[term]["law"])}


def _gauge(one: Measure) -> dict[str, object]:
    persons = one.name.endswith("persons")
    sign = "over" if one.strict else "at_least"
    share = Fraction(one.threshold)
    have, base, need = (
        (one.have, one.base, one.need)
        if persons
        else (square_metres(one.have), square_metres(one.base), square_metres(one.need))
    )
    unit = "persons" if persons else "area"
    return {
        "label": word(f"consent.measures.{one.name}", spoken()),
        "bp": int(one.share * _BP),
        "needed_bp": int(share * _BP),
        "met": one.passed,
        "needed": said(
            f"gauge.{unit}", have=have, base=base, need=need,
            share=say(f"consent.{sign}", spoken(), value=str(share)),
        ),
    }  # fmt: skip


def _conditions(tally: Tally) -> Iterator[dict[str, str]]:
    for one in tally.conditions:
        name = word(f"consent.conditions.{one.name}", spoken())
        yield {"state": "ok" if one.passed else "no", "text": name}


def _stands(view: Seen) -> dict[int, str]:
    votes = view.tallies[0].votes if view.tallies else ()
    return {int(flat): vote.stand for vote in votes for flat in vote.flats}


def _tile(flat: RollFlat, view: Seen, stands: Mapping[int, str]) -> dict[str, object]:
    waits = {one.record.flat for one in view.found.waiting}
    if stands:
        stand = stands.get(flat.flat_id, "silent")
        return {
            "label": flat.number,
            "state": _TILES[stand],
            "text": word(f"consent.stands.{stand}", spoken()),
        }
    if flat.flat_id not in view.answered:
        return {"label": flat.number, "state": "wait", "text": said("tile.silent")}
    unsure = str(flat.flat_id) in waits
    state = "warn" if unsure else "ok"
    return {
        "label": flat.number,
        "state": state,
        "text": said(f"tile.{'waits' if unsure else 'said'}"),
    }


def _legend(tiles: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    counts: dict[tuple[object, object], int] = {}
    for tile in tiles:
        pair = tile["state"], tile["text"]
        counts[pair] = counts.get(pair, 0) + 1
    for (state, text), count in counts.items():
        yield {"state": state, "text": text, "count": count}


def _needed(need: Needed) -> str:
    count = len(need.ask) or len(need.turn)
    area = square_metres(need.area_dm2)
    return said(f"needed.{need.reach}", n=count, area=area)


def _flats(vote: Vote, numbers: Mapping[str, str]) -> str:
    return "、".join(numbers.get(flat, flat) for flat in vote.flats)


def fault_said(code: str, facts: Mapping[str, Any]) -> str:
    """Say a fault of the roll, or of the ledger."""
    return sentence(code, spoken(), **facts)
