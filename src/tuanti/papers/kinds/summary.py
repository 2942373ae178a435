"""The consent summary table (意见征询汇总表)."""

from collections.abc import Sequence

from tuanti.papers.blocks import Kept, Paper, Signing, Table, Text
from tuanti.papers.facts import Home, Summary
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice
from tuanti.rules.errors import Fact


def paper(facts: Summary, voice: Voice) -> Paper:
    """Put a summary together."""
    matter = voice.word(f"consent.matters.{facts.matter}")
    labels = (voice("summary.filled"), voice("summary.checked"))
    blocks = (
        Text(voice("summary.matter", matter=matter), "strong"),
        parts.brief(voice, facts.lift),
        _table(facts, voice),
        Text(voice("summary.counts", **_counts(facts.homes, voice)), "strong"),
        Text(voice("summary.lead"), "note"),
        Kept((Signing(labels, voice("sign_day")), *parts.sealed(voice, facts.head))),
    )
    title = (facts.head.place, voice("summary.title"))
    return parts.paper(voice, facts.head, "summary", blocks, title=title, points=12)


def _table(facts: Summary, voice: Voice) -> Table:
    shown = (
        ("number", 0), ("flat", 0), ("owner", 3), ("area", 0), ("answer", 0), ("way", 0),
        ("signature", 3), ("remark", 2),
    )  # fmt: skip
    rows = tuple(_row(number, home, voice) for number, home in enumerate(facts.homes, 1))
    total = (voice("total"), "", "", voice.area(_area(facts.homes)), "", "", "", "")
    head = parts.columns(voice, *shown, right=("area",), centre=("number", "answer", "way"))
    return Table(head, rows, total, tall=True)


def _row(number: int, home: Home, voice: Voice) -> tuple[str, ...]:
    return (
        str(number),
        home.flat,
        voice("between").join(home.owners),
        voice.area(home.area_dm2),
        voice(f"answers.{home.answer}") if home.answer else "",
        voice(f"answers.{home.way}") if home.way else "",
        "",
        "",
    )


def _counts(homes: Sequence[Home], voice: Voice) -> dict[str, Fact]:
    said = {
        name: [home for home in homes if home.answer == name] for name in ("yes", "no", "abstain")
    }
    answered = sum(len(those) for those in said.values())
    return {
        "flats": len(homes),
        "area": voice.area(_area(homes)),
        "silent": len(homes) - answered,
        "abstain": len(said["abstain"]),
        **{name: len(said[name]) for name in ("yes", "no")},
        **{f"{name}_area": voice.area(_area(said[name])) for name in ("yes", "no")},
    }


def _area(homes: Sequence[Home]) -> int:
    return sum(home.area_dm2 or 0 for home in homes)
