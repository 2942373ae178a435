"""What a place is called: lists bring bare numbers, people say 禾岭小区1栋1单元."""

import re

from tuanti.places.english import english
from tuanti.places.models import Building, Estate, Flat, Stairwell
from tuanti.texts import Lang
from tuanti.texts.words import say

# A number or letter that a list brings; what says more of itself (甲栋, 23号) is a name already.
_BARE = re.compile(r"[A-Z]?\d{1,5}(?:-\d{1,4})?[A-Z]?|[A-Z]", re.ASCII | re.IGNORECASE).fullmatch
# What people type who read such a name on a page.
_SAID = re.compile(
    r"(?:building|stairwell|flat)?(.*?)(?:号?[楼栋幢座]|单元)?", re.ASCII | re.IGNORECASE
).fullmatch
_KINDS: tuple[tuple[type[Building | Stairwell | Flat], str], ...] = (
    (Building, "building"),
    (Stairwell, "stairwell"),
    (Flat, "flat"),
)


def called(thing: Estate | Building | Stairwell | Flat, lang: Lang) -> str:
    """Call a thing by itself: building ``1`` is 1栋, or Building 1; 甲栋 stays as it is."""
    own = thing.number if isinstance(thing, Flat) else thing.name
    kind = next((name for model, name in _KINDS if isinstance(thing, model)), "")
    return say(f"places.names.{kind}", lang, name=own) if kind and _BARE(own) else own


def whole_name(thing: Estate | Building | Stairwell | Flat, lang: Lang) -> str:
    """Call a thing with all it stands in: 禾岭小区1栋1单元, or 禾岭小区, Building 1, …."""
    match thing:
        case Flat():
            above = whole_name(thing.stairwell, lang)
        case Stairwell():
            above = whole_name(thing.building, lang)
        case Building():
            above = thing.estate.name
        case _:
            return thing.name
    return _joined(above, called(thing, lang), lang)


def division_called(name: str, lang: Lang) -> str:
    """Call a division in a language: 渝中区, or Yuzhong District."""
    return english(name) if lang == "en" else name


def bare(said: str) -> str:
    """Take what is said around a bare name off it: 1栋 and Building1 are both 1.

    >>> [bare(said) for said in ("1栋", "building2", "A座", "甲")]
    ['1', '2', 'A', '甲']
    """
    found = _SAID(said)
    return found[1] if found else said


def _joined(above: str, own: str, lang: Lang) -> str:
    """Put two names together; two figures that would run into one are kept apart."""
    if lang == "en":
        return f"{above}, {own}"
    runs_on = above[-1:].isascii() and own[:1].isascii()
    return f"{above} {own}" if runs_on else f"{above}{own}"
