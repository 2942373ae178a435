"""What waits on a desk: every room says in ``settings.DESK`` how much it has for someone."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing that waits: what (a path of words), how many, where, and how pressing.

    ``state`` is ``wait`` (there is something to do), ``warn`` (it is late) or ``ok`` (all done).
    """

    word: str
    count: int
    url: str
    state: Literal["wait", "warn", "ok"] = "wait"
    icon: str = "list"


Counting: TypeAlias = Callable[[Any], Iterable[DeskItem]]


def waiting_for(actor: object) -> list[DeskItem]:
    """Collect what every room has for ``actor``: what is late first, what is done last."""
    order = {"warn": 0, "wait": 1, "ok": 2}
    return sorted(_counted(actor), key=lambda item: order[item.state])


def _counted(actor: object) -> Iterator[DeskItem]:
    for path in getattr(settings, "DESK", ()):
        counting: Counting = import_string(path)
        yield from counting(actor)
