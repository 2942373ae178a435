"""What people see instead of the room's own terms: kinds and duties by name, places by name."""

from collections.abc import Mapping

from tuanti.people.models import Post
from tuanti.people.scopes import place_name
from tuanti.rules.errors import Fact, RuleBroken
from tuanti.texts.words import WordMissing, word
from tuanti.web.templatetags.tuanti import spoken

_TERMS: Mapping[str, str] = {
    "kind": "duties.kinds",
    "duty": "duties.duties",
    "held": "duties.duties",
    "reason": "duties.reasons",
    "possible": "duties.duties",
    "known": "duties.kinds",
}


def worded(refusal: RuleBroken) -> RuleBroken:
    """Make the same refusal with its terms in the page's language, ready to be said."""
    said = {name: _term(name, fact) for name, fact in refusal.facts.items()}
    return type(refusal)(**said)


def scope_said(post: Post) -> str:
    """Say how far a post reaches: a place by name, a stairwell by code, "" for its own house."""
    return "" if post.scope == post.organisation_id else place_name(post.scope, spoken())


def _term(name: str, fact: Fact) -> Fact:
    if name not in _TERMS or not isinstance(fact, str):
        return fact
    try:
        parts = [word(f"{_TERMS[name]}.{part}", spoken()) for part in fact.split(", ")]
    except WordMissing:
        return fact
    return ("、" if spoken() == "zh" else ", ").join(parts)
