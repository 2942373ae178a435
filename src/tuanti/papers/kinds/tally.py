"""The tally report (计票报告): four measures exactly, flat by flat, and the law."""

from collections.abc import Iterable

from tuanti.papers.blocks import Block, Heading, Kept, Pairs, Paper, Signing, Table, Text
from tuanti.papers.facts import Home, Tally
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice
from tuanti.texts import sentence

_CHAIN = 16  # figures of the hash that are printed


def paper(facts: Tally, voice: Voice) -> Paper:
    """Put a tally report together."""
    title = [facts.head.place, voice("tally.title")]
    if facts.number > 1:
        title.append(voice("tally.again", n=facts.number))
    blocks = (
        _particulars(facts, voice),
        Heading(voice.section(1, "tally.result")),
        *(block for count in facts.counts for block in parts.counted(voice, count)),
        Text(voice("counts.rounding"), "note"),
        *_homes(facts, voice),
        *_law(facts, voice),
        _signing(voice),
    )
    return parts.paper(voice, facts.head, "tally", blocks, title=title)


def _particulars(facts: Tally, voice: Voice) -> Pairs:
    opens, closes = voice.moment(facts.opens_at), voice.until(facts.closes_at)
    said = {
        "held": voice("tally.held_said", opens=opens, closes=closes),
        "closed": voice.moment(facts.closed_at),
        "flats": str(facts.flats),
        "answered": str(facts.answered),
        "ledger": voice("tally.ledger_said", n=facts.records, chain=facts.chain[:_CHAIN]),
    }
    return Pairs(tuple((voice(f"tally.{name}"), value) for name, value in said.items()))


def _homes(facts: Tally, voice: Voice) -> list[Block]:
    if not facts.homes:
        return []
    named = any(home.owners for home in facts.homes)
    told = any(home.answer for home in facts.homes)
    why = told and any(_why(home, voice) for home in facts.homes)
    shown = [("flat", 0), ("area", 0)]
    shown += [("owner", 2)] * named + [("answer", 0)] * told + [("why", 3)] * why
    rows = tuple(_home(home, voice, [name for name, _ in shown]) for home in facts.homes)
    head = parts.columns(voice, *shown, right=("area",), centre=("answer",))
    return [Heading(voice.section(2, "tally.homes")), Table(head, rows)]


def _home(home: Home, voice: Voice, shown: Iterable[str]) -> tuple[str, ...]:
    said = {
        "flat": home.flat,
        "area": voice.area(home.area_dm2),
        "owner": voice("between").join(home.owners),
        "answer": voice(f"answers.{home.answer}") if home.answer else "",
        "why": _why(home, voice),
    }
    return tuple(said[name] for name in shown)


def _why(home: Home, voice: Voice) -> str:
    """Say how a vote counts; that a yes counts as yes goes without saying."""
    plain = {"consent.yes", "consent.no", "consent.silent", "consent.abstains"}
    return "".join(sentence(code, voice.lang) for code in home.reasons if code not in plain)


def _law(facts: Tally, voice: Voice) -> list[Block]:
    counting = voice.law(law for count in facts.counts for law in count.law)
    said = [Text(voice("tally.law_said", law=counting))]
    if facts.law:
        said.append(Text(voice("tally.terms_said", law=voice.law(facts.law))))
    number = 3 if facts.homes else 2
    return [
        Heading(voice.section(number, "tally.law")),
        *said,
        Text(voice("unverified"), "note"),
        parts.checked(voice, facts.head),
    ]


def _signing(voice: Voice) -> Kept:
    who = ("counter", "counter", "watcher", "representative")
    labels = tuple(voice(f"tally.{name}") for name in who)
    return Kept((Text(voice("tally.signing"), "strong"), Signing(labels, voice("sign_day"))))
