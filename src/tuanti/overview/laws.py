"""What the law pack says beside a household's bill; each note with its grade, checked or not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tuanti.places.queries.eligible import law_of
from tuanti.rules.law import Rule
from tuanti.texts import Lang

_FUNDS = ("cost/provident-fund", "cost/maintenance-fund")


@dataclass(frozen=True, slots=True)
class Note:
    """A rule told to a household: what it says, where it stands, and how sure that is."""

    title: str
    text: str
    article: str
    grade: str
    verified: bool


def funds_of(stairwell: Any, on: date, lang: Lang) -> list[Note]:  # noqa: ANN401 (a row of places)
    """Tell of the funds that may help to pay, as the rules of the place have it on a day."""
    law = law_of(stairwell, on)
    return [note_of(rule, lang) for key in _FUNDS if (rule := law.get(key))]


def note_of(rule: Rule, lang: Lang) -> Note:
    """Tell of a rule in a language."""
    return Note(
        title=rule.title[lang],
        text=rule.note[lang] if rule.note else "",
        article=rule.article[lang],
        grade=rule.grade,
        verified=rule.verified,
    )
