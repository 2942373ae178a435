"""The tree of divisions on a day: what lies in what.

``on`` is a civil day; today in Shanghai unless told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from tuanti.places.models import Belonging, Division, Estate, Stairwell
from tuanti.places.naming import division_called, whole_name
from tuanti.texts import Lang

# Level by level in one walk: conditions within conditions take the planner of PostgreSQL minutes
# where it has not counted the rows yet, and are slow to write.
_WALK = """
WITH RECURSIVE walk (id) AS (
  SELECT id FROM places_division WHERE id IN ({starts})
  UNION
  SELECT lies.{onto} FROM places_belonging lies JOIN walk ON lies.{off} = walk.id
  WHERE (lies.from_on IS NULL OR lies.from_on <= %s)
  AND (lies.until_on IS NULL OR lies.until_on > %s)
) SELECT id FROM walk"""
_LEVELS = [*Division.Level]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an estate's street lies now, and the district it entered in if that is another.

    ``since`` is the first day of the new belonging.
    """

    street: Division
    district: Division | None
    begun: Division | None = None
    since: date | None = None


def valid(on: date | None = None, prefix: str = "") -> Q:
    """Make the condition that a dated row holds on a day."""
    day = on or timezone.localdate()
    from_on, until_on = f"{prefix}from_on", f"{prefix}until_on"
    begun = Q(**{from_on: None}) | Q(**{f"{from_on}__lte": day})
    return begun & (Q(**{until_on: None}) | Q(**{f"{until_on}__gt": day}))


def divisions_on(on: date | None = None) -> QuerySet[Division]:
    """Select the divisions there are on a day."""
    return Division.objects.filter(valid(on))


def parent_on(division: str, on: date | None = None) -> Division | None:
    """Find what a division lies in on a day: None for the city and the abolished."""
    return Division.objects.filter(
        pk__in=Belonging.objects.filter(valid(on), division=division).values("parent")
    ).first()


def children_on(division: str, on: date | None = None) -> QuerySet[Division]:
    """Select what lies directly in a division on a day."""
    rows = Belonging.objects.filter(valid(on), parent=division)
    return Division.objects.filter(pk__in=rows.values("division"))


def ancestors_on(division: str, on: date | None = None) -> list[Division]:
    """List what a division lies in on a day, the nearest first."""
    above = _reached([division], on, onto="parent_id", off="division_id").exclude(pk=division)
    return sorted(above, key=lambda one: -_LEVELS.index(Division.Level(one.level)))


def within(place_id: str, scope_id: str, on: date | None = None) -> bool:
    """Whether a division is another, or lies in it on a day; so too a stairwell, by its code."""
    if place_id == scope_id:
        return True
    if estate := Estate.objects.filter(buildings__stairwells__code=place_id.upper()).first():
        own = (estate.community_id or "", estate.street_id)
        return scope_id in own or within(estate.street_id, scope_id, on)
    return any(above.pk == scope_id for above in ancestors_on(place_id, on))


def place_name(place_id: str, lang: Lang) -> str:
    """Call a division by its name, and a stairwell, known by its code, with all it stands in."""
    if name := Division.objects.filter(pk=place_id).values_list("name", flat=True).first():
        return division_called(name, lang)
    code = place_id.rpartition("-")[2].upper()
    found = Stairwell.objects.filter(code=code).select_related("building__estate").first()
    return whole_name(found, lang) if found else place_id


def streets_within(scopes: Iterable[str], on: date | None = None) -> QuerySet[Division]:
    """Select the streets that are in ``scopes`` or lie in one of them on a day."""
    return divisions_within(scopes, on).filter(level=Division.Level.STREET)


def divisions_within(scopes: Iterable[str], on: date | None = None) -> QuerySet[Division]:
    """Select the divisions that are in ``scopes`` or lie in one of them on a day."""
    return _reached(scopes, on, onto="division_id", off="parent_id")


def places_below(scopes: Iterable[str]) -> frozenset[str]:
    """Collect the ids of every division within ``scopes`` today, ``scopes`` too."""
    scopes = frozenset(scopes)
    return scopes | frozenset(divisions_within(scopes).values_list("pk", flat=True))


def district_on(street: str, on: date | None = None) -> Division | None:
    """Find the district a division lies in on a day; a district is its own, while it exists."""
    chain = [*divisions_on(on).filter(pk=street), *ancestors_on(street, on)]
    return next((one for one in chain if one.level == Division.Level.DISTRICT), None)


def district_name(on: date | None = None, street: str = "street") -> Subquery:
    """Make the annotation that names the district of a row's street, without another query."""
    lies = Belonging.objects.filter(valid(on), division=OuterRef(street))
    return Subquery(lies.values("parent__name")[:1])


def origin_of(estate: Estate, on: date | None = None) -> Origin:
    """Tell where an estate lies, and where it began if its district no longer holds it."""
    district = district_on(estate.street_id, on)
    if not estate.begun_in or (district and district.pk == estate.begun_in):
        return Origin(estate.street, district)
    begun = Division.objects.filter(pk=estate.begun_in).first()
    moved = Belonging.objects.filter(valid(on), division=estate.street_id).first()
    return Origin(estate.street, district, begun, moved.from_on if moved else None)


def parents_of(divisions: Iterable[str], on: date | None = None) -> dict[str, str]:
    """Map divisions to what they lie in on a day, in one query."""
    rows = Belonging.objects.filter(valid(on), division__in=list(divisions))
    return dict(rows.values_list(F("division_id"), F("parent_id")))


def _reached(starts: Iterable[str], on: date | None, *, onto: str, off: str) -> QuerySet[Division]:
    """Select divisions and all that a walk leads to from them, off one column onto the other."""
    starts, day = list(starts), on or timezone.localdate()
    if not starts:
        return Division.objects.none()
    walk = _WALK.format(starts=", ".join(["%s"] * len(starts)), onto=onto, off=off)
    return Division.objects.filter(pk__in=RawSQL(walk, [*starts, day, day]))  # noqa: S611 (ours)
