"""What every room's pages offer and ask for: a way on, a trail back, a row one may see."""

from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

_Row = TypeVar("_Row", bound=Model)
Trail: TypeAlias = list[tuple[str, str]]  # names and addresses, the page itself without one


@dataclass(frozen=True, slots=True)
class Way:
    """A button: it leads somewhere, or with ``post`` does something."""

    url: str
    text: str
    icon: str = "edit"
    main: bool = False
    post: bool = False


def fetched(rows: QuerySet[_Row], pk: object) -> _Row:
    """Fetch a row out of what the actor may see.

    :raises Http404: it is not among them.
    """
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
