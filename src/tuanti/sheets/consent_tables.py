"""What came of a vote, as tables for a workbook or a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from tuanti.rules.consent import Condition, Measure, Needed, Outcome, Tally, Vote
from tuanti.sheets import tables
from tuanti.sheets.layout import word as yes_or_no
from tuanti.sheets.tables import Column, Table, Value
from tuanti.texts import Lang, sentence
from tuanti.texts.words import WordMissing, word


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a vote: each tally, what it still needs, and the sentences that go with it."""

    title: str
    fictional: bool
    outcome: Outcome
    needed: tuple[Needed, ...]
    remarks: tuple[str, ...] = ()


def write_tally(result: Result, path: str | Path, lang: Lang) -> None:
    """Write the count, every vote with its reasons, and who is still needed."""
    tallies, needed = result.outcome.tallies, result.needed
    made = [result_table(tallies, lang, result.remarks), votes_table(tallies, lang)]
    if any(one.ask or one.turn for one in needed):
        made.append(needed_table(tallies, needed, lang))
    remark = word("consent.made_up", lang) if result.fictional else ""
    tables.write_results(path, lang, result.title, made, remark)


def result_table(tallies: Sequence[Tally], lang: Lang, remarks: Sequence[str] = ()) -> Table:
    """Four tests and the conditions of each vote: what there is, what it takes, whether it does."""
    names = {"measure": ("text", 30), "have": ("figure", 18), "need": ("figure", 18),
             "share": ("figure", 11), "threshold": ("figure", 12), "passed": ("text", 14),
             "exact": ("figure", 18), "base": ("figure", 18)}  # fmt: skip
    rows: list[tuple[Tally, Sequence[Value]]] = []
    for tally in tallies:
        rows += [(tally, [*_measure(measure, lang)]) for measure in tally.measures]
        rows += [(tally, _condition(condition, lang)) for condition in tally.conditions]
    return replace(_table("result", names, rows, lang), remarks=remarks)


def votes_table(tallies: Sequence[Tally], lang: Lang) -> Table:
    """Every vote: whose, how much, how it counts and why."""
    names = {"flats": ("wrap", 18), "owners": ("wrap", 26), "area": ("area", 16),
             "stand": ("text", 12), "takes_part": ("centre", 12), "why": ("wrap", 60)}  # fmt: skip
    rows = [(tally, _vote(vote, lang)) for tally in tallies for vote in tally.votes]
    return _table("votes", names, rows, lang)


def needed_table(tallies: Sequence[Tally], needed: Sequence[Needed], lang: Lang) -> Table:
    """Whose yes would be enough, and what has to be done for it."""
    names = {"flats": ("wrap", 18), "owners": ("wrap", 30), "area": ("area", 16),
             "what": ("text", 20)}  # fmt: skip
    rows: list[tuple[Tally, Sequence[Value]]] = []
    for tally, one in zip(tallies, needed, strict=True):
        for what, votes in (("must_turn", one.turn), ("must_ask", one.ask)):
            do = word(f"consent.{what}", lang)
            rows += [(tally, (*_whose(vote, lang), do)) for vote in votes]
    return _table("needed", names, rows, lang)


def percent(share: Fraction) -> str:
    """Write a share as per cent, cut off: what is not reached never looks reached."""
    whole, rest = divmod(share.numerator * 10_000 // share.denominator, 100)
    return f"{whole}.{rest:02}%"


def threshold(measure: Measure, lang: Lang) -> str:
    """Write a threshold with its sign: at least, or over."""
    if not measure.threshold and not measure.strict:
        return word("consent.none", lang)
    sign = "over" if measure.strict else "at_least"
    return word(f"consent.{sign}", lang).format(value=measure.threshold)


def heading(tally: Tally, lang: Lang) -> tuple[str, str]:
    """Say what a vote is on, and who votes; a matter of a user's own law keeps its name."""
    matter, scope = tally.regime.matter, word(f"consent.scopes.{tally.regime.scope}", lang)
    try:
        return word(f"consent.matters.{matter}", lang), scope
    except WordMissing:
        return matter, scope


def _measure(measure: Measure, lang: Lang) -> Iterator[str]:
    yield word(f"consent.measures.{measure.name}", lang)
    yield from (_amount(measure, value, lang) for value in (measure.have, measure.need))
    yield from (percent(measure.share), threshold(measure, lang))
    yield word("consent.reached" if measure.passed else "consent.missed", lang)
    yield from (str(measure.share), _amount(measure, measure.base, lang))


def _condition(condition: Condition, lang: Lang) -> Sequence[Value]:
    reached = word("consent.reached" if condition.passed else "consent.missed", lang)
    name = word(f"consent.conditions.{condition.name}", lang)
    return name, None, None, None, None, reached, None, None


def _amount(measure: Measure, value: int, lang: Lang) -> str:
    if measure.name.endswith("persons"):
        return word("consent.persons", lang).format(value=f"{value:,}")
    metres = f"{value // 100:,}.{value % 100:02}"
    return word("consent.square_metres", lang).format(value=metres)


def _whose(vote: Vote, lang: Lang) -> tuple[str, str, int]:
    between = _between(lang)
    return between.join(vote.flats), between.join(vote.owners), vote.area_dm2


def _between(lang: Lang) -> str:
    return "、" if lang == "zh" else ", "


def _vote(vote: Vote, lang: Lang) -> tuple[Value, ...]:
    why = ("" if lang == "zh" else " ").join(sentence(code, lang) for code in vote.reasons)
    part = yes_or_no("yes" if vote.takes_part else "no", lang)
    return (*_whose(vote, lang), word(f"consent.stands.{vote.stand}", lang), part, why)


def _table(
    name: str,
    columns: Mapping[str, tuple[str, int]],
    rows: Sequence[tuple[Tally, Sequence[Value]]],
    lang: Lang,
) -> Table:
    """A table; of several votes each row ends with which it is of."""
    several = len({id(tally) for tally, _ in rows}) > 1
    more = {"matter": ("text", 16), "scope": ("text", 14)} if several else {}
    looks = {**columns, **more}
    headings = [Column(word(f"consent.{key}", lang), *look) for key, look in looks.items()]
    cells = [(*row, *(heading(tally, lang) if several else ())) for tally, row in rows]
    page, title = word(f"consent.{name}", lang), word(f"consent.{name}_heading", lang)
    return Table(page, title, headings, cells)
