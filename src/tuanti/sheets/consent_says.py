"""What came of a vote, in sentences: whether it passed, what it still needs, what did not count."""

from collections.abc import Iterator, Sequence

from tuanti.rules.consent import Measure, Needed, Outcome, Tally, Vote
from tuanti.sheets.consent_tables import heading, percent, threshold
from tuanti.texts import Lang, sentence
from tuanti.texts.words import word


def remarks(outcome: Outcome, needed: Sequence[Needed], lang: Lang) -> Iterator[str]:
    """Say whether consent was given; of each vote, what it needs and what else is to be known."""
    yield sentence("consent.agreed" if outcome.passed else "consent.not_agreed", lang)
    several = len(outcome.tallies) > 1
    for tally, one in zip(outcome.tallies, needed, strict=True):
        start = heading(tally, lang)[0] + ("：" if lang == "zh" else ": ") if several else ""
        for line in (*_needs(one, lang), *_conditions(tally, lang), *_aside(tally, lang)):
            yield start + line


def _needs(needed: Needed, lang: Lang) -> Iterator[str]:
    ask, turn = _named(needed.ask, lang), _named(needed.turn, lang)
    if needed.reach == "open":
        yield sentence("consent.ask", lang, count=len(needed.ask), names=ask,
                       area_dm2=needed.area_dm2)  # fmt: skip
        if needed.least_persons or needed.least_area_dm2:
            yield sentence("consent.ask_least", lang, persons=needed.least_persons,
                           area_dm2=needed.least_area_dm2)  # fmt: skip
    if needed.reach in ("turn", "never"):
        yield from (_short(measure, lang) for measure in needed.at_best if not measure.passed)
    if needed.reach == "never":
        yield sentence("consent.never", lang)
    if needed.reach == "turn":
        yield sentence("consent.turn", lang, count=len(needed.turn), names=turn)
        if needed.ask:
            yield sentence("consent.turn_and_ask", lang, count=len(needed.ask), names=ask)


def _short(measure: Measure, lang: Lang) -> str:
    return sentence("consent.at_best", lang, name=word(f"consent.measures.{measure.name}", lang),
                    share=percent(measure.share), threshold=threshold(measure, lang))  # fmt: skip


def _conditions(tally: Tally, lang: Lang) -> Iterator[str]:
    for condition in tally.conditions:
        if not condition.passed:
            names = _joined(condition.open_with, lang)
            yield sentence(f"consent.open_{condition.name.replace('-', '_')}", lang, names=names)


def _aside(tally: Tally, lang: Lang) -> Iterator[str]:
    if tally.quorum_by_no:
        yield sentence("consent.quorum_by_no", lang)
    for code, count in (("replaced", len(tally.replaced)), ("outside", tally.outside)):
        if count:
            yield sentence(f"consent.{code}", lang, count=count)


def _named(votes: Sequence[Vote], lang: Lang) -> str:
    """Name voters by their flats and owners."""
    brackets = "（{}）" if lang == "zh" else " ({})"
    return _joined(
        [_joined(vote.flats, lang) + brackets.format(_joined(vote.owners, lang)) for vote in votes],
        lang,
    )


def _joined(names: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(names)
