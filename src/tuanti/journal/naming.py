"""What acts, subjects and doers are called on a page. What has no name is shown as it is."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from tuanti.texts.words import WordMissing, say
from tuanti.web.templatetags.tuanti import spoken

if TYPE_CHECKING:
    from collections.abc import Callable


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
    """Call whoever acted; the journal itself keeps nobody's name."""
    name, _, number = code.partition(":")
    return _said(f"journal.doers.{name}", id=number) or code


class Doers:
    """Calls those who acted by their names, each looked up once.

    The room that knows them is named by ``settings.ACTOR_NAME``: a callable from the code kept in
    an entry to a name, "" where there is none to show.
    """

    def __init__(self) -> None:
        self._name: Callable[[str], str] = import_string(settings.ACTOR_NAME)
        self._known: dict[str, str] = {}

    def __call__(self, code: str) -> str:
        """Call one."""
        if code not in self._known:
            self._known[code] = self._name(code) or doer(code)
        return self._known[code]


def said(path: str, **facts: str) -> str:
    """Say a sentence in the language of the page."""
    return say(path, spoken(), **facts)


def _said(path: str, **facts: str) -> str:
    try:
        return said(path, **facts)
    except WordMissing:
        return ""
