"""Minutes of a meeting (会议纪要)."""

from tuanti.papers.blocks import Block, Column, Heading, Kept, Pairs, Paper, Signing, Table, Text
from tuanti.papers.facts import Minutes
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice


def paper(facts: Minutes, voice: Voice) -> Paper:
    """Put minutes together."""
    told = [Text(line.strip()) for line in facts.text.splitlines() if line.strip()]
    blocks = (
        _when(facts, voice),
        Heading(voice.section(1, "minutes.text")),
        *told,
        *_exchanges(facts, voice),
        _signing(voice),
    )
    title = (facts.head.place, voice("minutes.title"))
    return parts.paper(voice, facts.head, "minutes", blocks, title=title)


def _when(facts: Minutes, voice: Voice) -> Pairs:
    said = {
        "held": voice.moment(facts.held_at),
        "where": facts.where,
        "present": voice("minutes.present_said", n=facts.present, all=facts.flats),
        "recorder": facts.recorder,
    }
    return Pairs(tuple((voice(f"minutes.{name}"), value) for name, value in said.items()))


def _exchanges(facts: Minutes, voice: Voice) -> list[Block]:
    if not facts.exchanges:
        return []
    head = (("flat", 0), ("asked", 1), ("answered", 1))
    rows = tuple(
        (one.flat, one.asked, one.answered or voice("minutes.waiting")) for one in facts.exchanges
    )
    return [
        Heading(voice.section(2, "minutes.exchanges")),
        Table(tuple(Column(voice(f"minutes.{name}"), width=width) for name, width in head), rows),
    ]


def _signing(voice: Voice) -> Kept:
    who = ("chair", "written", "representative", "representative")
    labels = tuple(voice(f"minutes.{name}") for name in who)
    return Kept((Text(voice("minutes.signing"), "strong"), Signing(labels, voice("sign_day"))))
