"""Finding by Chinese, by pinyin and by initials, the same on both databases."""

import unicodedata

from django.db.models import Q, QuerySet

from tuanti.places.english import english
from tuanti.places.models import Building, Division, Estate, Flat, Stairwell
from tuanti.places.naming import bare


def asked(query: str) -> str:
    """Bring a query to one form: full width to half, small letters, no spaces or apostrophes."""
    plain = unicodedata.normalize("NFKC", query).lower()
    return "".join(plain.replace("’", "").replace("'", "").split())


def estates(rows: QuerySet[Estate], query: str) -> QuerySet[Estate]:
    """Select estates by name, alias or address, or by the pinyin or initials of one."""
    plain = asked(query)
    return rows.filter(
        Q(name__icontains=plain) | Q(pinyin__contains=plain) | Q(address__icontains=query.strip())
    )


def is_called(division: Division, plain: str) -> bool:
    """Whether a division is found by its name, its pinyin or initials, or its English name."""
    spoken = english(division.name).replace("’", "")
    return any(plain in one for one in (division.name, division.pinyin, asked(spoken)))


def divisions(rows: QuerySet[Division], query: str) -> QuerySet[Division]:
    """Select divisions by name, by pinyin or initials, or by code."""
    plain = asked(query)
    return rows.filter(
        Q(name__icontains=plain) | Q(pinyin__contains=plain) | Q(code__startswith=plain)
    )


def stairwells(rows: QuerySet[Stairwell], query: str) -> QuerySet[Stairwell]:
    """Select stairwells by their code, or by their estate."""
    plain = asked(query)
    return rows.filter(
        Q(code=plain.upper())
        | Q(building__estate__name__icontains=plain)
        | Q(building__estate__pinyin__contains=plain)
    )


def buildings(rows: QuerySet[Building], query: str) -> QuerySet[Building]:
    """Select buildings by their name, as it is on file or as pages say it, or their estate."""
    plain = asked(query)
    return rows.filter(
        Q(name__icontains=plain)
        | Q(name__iexact=bare(plain))
        | Q(estate__name__icontains=plain)
        | Q(estate__pinyin__contains=plain)
    )


def flats(rows: QuerySet[Flat], query: str) -> QuerySet[Flat]:
    """Select flats by their number."""
    return rows.filter(number__icontains=bare(asked(query)))
