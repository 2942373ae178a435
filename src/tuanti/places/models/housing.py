"""What stands in a street: estates, buildings, stairwells and flats."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tuanti.places.codes import new_code
from tuanti.places.models.divisions import Division
from tuanti.places.spelling import LONGEST
from tuanti.rules import housing
from tuanti.web.columns import choices, holds_only


class Brought(models.Model):
    """What an import may have made: ``source`` is its number, so that it can be undone."""

    source = models.BigIntegerField(null=True, editable=False)

    class Meta:
        abstract = True


class Estate(Brought):
    """A neighbourhood (小区): what one knows by its name."""

    street = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="estates")
    community = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    pinyin = models.CharField(max_length=LONGEST, default="", blank=True, db_index=True)
    aliases = models.JSONField(default=list, blank=True)
    address = models.CharField(max_length=160, default="", blank=True)
    property_firm = models.CharField(max_length=40, default="", blank=True)  # an organisation's id
    begun_in = models.CharField(max_length=40, default="", blank=True)  # the district it entered in

    class Meta:
        ordering: ClassVar = ["pinyin", "id"]
        constraints = [models.UniqueConstraint(fields=["street", "name"], name="one_estate")]

    def __str__(self) -> str:
        return self.name


class Stock(models.Model):
    """How much stands in an estate, as :mod:`tuanti.places.stock` counted it last."""

    estate = models.OneToOneField(
        Estate, on_delete=models.CASCADE, primary_key=True, related_name="stock"
    )
    buildings = models.IntegerField(default=0)
    stairwells = models.IntegerField(default=0)
    walk_ups = models.IntegerField(default=0)  # where one climbs: high enough, and no lift known
    flats = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.flats} flats"


class Building(Brought):
    """A building (栋) of an estate."""

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(max_length=40)
    storeys = models.SmallIntegerField(null=True, blank=True)
    built = models.SmallIntegerField(null=True, blank=True)  # the year
    structure = models.CharField(
        max_length=20, default="", blank=True, choices=choices(housing.STRUCTURES)
    )
    demolition = models.BooleanField(null=True, blank=True)  # in a plan to pull it down
    households = models.IntegerField(null=True, blank=True)  # where a list told only that

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["estate", "name"], name="one_building"),
            holds_only("structure", ("", *housing.STRUCTURES)),
        ]

    def __str__(self) -> str:
        return self.name


class Stairwell(Brought):
    """A stairwell (单元): the unit that wishes for a lift. Its code stands on its poster."""

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="stairwells")
    name = models.CharField(max_length=40)
    code = models.CharField(max_length=9, unique=True, default=new_code)
    entries = models.JSONField(default=list, blank=True)  # storeys entered from a street; [] = 1
    lift = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [models.UniqueConstraint(fields=["building", "name"], name="one_stairwell")]

    def __str__(self) -> str:
        return self.name


class Flat(Brought):
    """A flat (户), an exclusive part with an area and owners."""

    stairwell = models.ForeignKey(Stairwell, on_delete=models.CASCADE, related_name="flats")
    number = models.CharField(max_length=20)
    floor = models.SmallIntegerField(null=True, blank=True)
    area_dm2 = models.IntegerField(null=True, blank=True)
    tenure = models.CharField(max_length=12, default="private", choices=choices(housing.TENURES))
    state = models.CharField(max_length=12, default="free", choices=choices(housing.STATES))

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stairwell", "number"], name="one_flat"),
            models.CheckConstraint(
                condition=Q(area_dm2=None) | Q(area_dm2__gt=0), name="area_above_nothing"
            ),
            holds_only("tenure", housing.TENURES),
            holds_only("state", housing.STATES),
        ]

    def __str__(self) -> str:
        return self.number
