"""How far a scope reaches. Places stand further down the street, so they are asked by address.

``settings.PLACE_WITHIN`` names a callable ``(place, scope) -> bool``, ``settings.PLACES_BELOW``
one ``(scopes) -> Iterable[str]`` of every place within any of ``scopes``, ``settings.PLACE_NAME``
one ``(place, lang) -> str``. Where there is none, a place reaches itself and is called by its id.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tuanti.texts import Lang


def within(place: str, scope: str) -> bool:
    """Whether ``place`` (a division, or a stairwell's code) is ``scope`` or lies in it."""
    asked = _named("PLACE_WITHIN")
    return place == scope or bool(asked and asked(place, scope))


def told() -> bool:
    """Whether anybody can tell which place lies in which."""
    return _named("PLACE_WITHIN") is not None


def narrowed(places: Iterable[str], scopes: Iterable[str]) -> frozenset[str]:
    """Those of ``places`` that lie within one of ``scopes``."""
    reach = frozenset(scopes)
    if not reach:
        return frozenset()
    if below := _named("PLACES_BELOW"):
        return frozenset(places) & (frozenset(below(reach)) | reach)
    return frozenset(place for place in places if any(within(place, scope) for scope in reach))


def place_name(place: str, lang: Lang) -> str:
    """Say what a place is called."""
    asked = _named("PLACE_NAME")
    return str(asked(place, lang)) if asked else place


def _named(setting: str) -> Callable[..., Any] | None:
    path = getattr(settings, setting, "")
    found: Callable[..., Any] | None = import_string(path) if path else None
    return found
