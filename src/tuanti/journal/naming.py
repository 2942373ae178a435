"""What acts, subjects, facts and doers are called on a page. What has no name is shown as it is."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from tuanti.journal.canonical import canonical
from tuanti.texts.words import WordMissing, say
from tuanti.web.templatetags.tuanti import spoken

if TYPE_CHECKING:
    from collections.abc import Callable

# Facts whose values are words of a book, and facts that are a place's id.
_BOOKS: Mapping[str, tuple[str, ...]] = {
    "duty": ("duties.duties",),
    "kind": ("duties.kinds",),
    "stage": ("places.stages",),
    "standing": ("places.standings",),
    "life": ("places.lives",),
    "state": ("places.states",),
    "field": ("places.fields",),
    "fields": ("journal.columns",),
    "purpose": ("places.purposes", "people.message.purposes"),
    "channel": ("people.message.channels",),
    "answer": ("consultation.answers",),
    "matter": ("consultation.statements",),
    "way": ("notices.ways", "notices.signing_ways"),
    "result": ("notices.results",),
    "outcome": ("notices.outcomes",),
    "reason": ("notices.void",),
}
_PLACES = frozenset({"division", "place", "scope", "street"})


def act(code: str) -> str:
    """Call an act: ``estate.add`` is 登记小区."""
    return _said(f"journal.acts.{code}") or code


def kind(name: str) -> str:
    """Call a kind of subject: ``stairwell`` is 单元."""
    return _said(f"journal.subjects.{name}") or name


def subject(name: str, number: str) -> str:
    """Call a subject, by its kind and number only."""
    return f"{kind(name)} {number}".strip()


def fact(name: str) -> str:
    """Call a fact of an entry: ``standing`` is 产权状态."""
    return _said(f"journal.facts.{name}") or name


def value(name: str, told: object) -> str:
    """Say what a fact tells: a place, a duty, a state by name, counts by kind; "" for nothing."""
    match told:
        case None | "" | []:
            return ""
        case bool():
            return said(f"journal.answers.{'yes' if told else 'no'}")
        case list():
            return _listed(value(name, one) for one in told)
        case dict() if all(isinstance(count, int) for count in told.values()):
            return _listed(f"{kind(what)} {count:,}" for what, count in told.items())
        case str():
            return _called(name, told)
    return canonical(told)


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


def _called(name: str, told: str) -> str:
    if name in _PLACES:
        place: Callable[..., str] = import_string(settings.PLACE_NAME)
        return place(told, spoken())
    named = (_said(f"{book}.{told}") for book in _BOOKS.get(name, ()))
    return next(filter(None, named), told)


def _listed(parts: Iterable[str]) -> str:
    return ("、" if spoken() == "zh" else ", ").join(parts)


def _said(path: str, **facts: str) -> str:
    try:
        return said(path, **facts)
    except WordMissing:
        return ""
