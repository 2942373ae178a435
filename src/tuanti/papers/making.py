"""From facts to papers: which kinds there are, and each as PDF, as Word, or as pictures."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tuanti.papers import typeset, word
from tuanti.papers.blocks import Paper
from tuanti.papers.facts import Facts
from tuanti.papers.kinds import (
    agreement,
    ballot,
    doors,
    mandate,
    minutes,
    notice,
    objections,
    pack,
    summary,
    tally,
)
from tuanti.papers.voice import Voice
from tuanti.texts import Lang

KINDS: Mapping[str, Callable[[Any, Voice], Paper]] = {
    "notice": notice.paper,
    "ballot": ballot.paper,
    "minutes": minutes.paper,
    "tally": tally.paper,
    "objections": objections.paper,
    "agreement": agreement.paper,
    "summary": summary.paper,
    "mandate": mandate.paper,
    "pack": pack.paper,
    "doors": doors.paper,
}


def pdf(kind: str, facts: Facts | Sequence[Facts], lang: Lang) -> bytes:
    """Make a paper as PDF on A4; of several facts one file, each paper with pages of its own."""
    voice = Voice(lang)
    return typeset.pdf(composed(kind, facts, voice), voice)


def docx(kind: str, facts: Facts | Sequence[Facts], lang: Lang) -> bytes:
    """Make a paper as a Word file, with the same words and figures."""
    voice = Voice(lang)
    return word.docx(composed(kind, facts, voice), voice)


def pictures(
    kind: str, facts: Facts | Sequence[Facts], lang: Lang, dots: float = 100
) -> list[bytes]:
    """Draw a paper's pages as PNG, ``dots`` an inch: to look at before printing."""
    voice = Voice(lang)
    return typeset.pictures(composed(kind, facts, voice), voice, dots)


def composed(kind: str, facts: Facts | Sequence[Facts], voice: Voice) -> list[Paper]:
    """Put papers of a kind together, every word said."""
    each = facts if isinstance(facts, Sequence) else [facts]
    assert each, "no paper without facts"
    return [KINDS[kind](one, voice) for one in each]
