"""What acts, subjects and doers are called on a page. What has no name is shown as it is."""

from tuanti.texts.words import WordMissing, say
from tuanti.web.templatetags.tuanti import spoken


def act(code: str) -> str:
    """Call an act: ``estate.add`` is 登记小区."""
    return _said(f"journal.acts.{code}") or code


def kind(name: str) -> str:
    """Call a kind of subject: ``stairwell`` is 单元."""
    return _said(f"journal.subjects.{name}") or name


def subject(name: str, number: str) -> str:
    """Call a subject, by its kind and number only."""
    return f"{kind(name)} {number}".strip()


def doer(code: str) -> str:
    """Call whoever acted; the journal knows nobody's name."""
    name, _, number = code.partition(":")
    return _said(f"journal.doers.{name}", id=number) or code


def said(path: str, **facts: str) -> str:
    """Say a sentence in the language of the page."""
    return say(path, spoken(), **facts)


def _said(path: str, **facts: str) -> str:
    try:
        return said(path, **facts)
    except WordMissing:
        return ""
