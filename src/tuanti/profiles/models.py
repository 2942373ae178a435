"""Profiles a plan may name, and the cost models in force from a day on."""

from typing import ClassVar

from django.db import models

from tuanti.web.columns import choices, holds_only

DRIVES = ("traction", "hydraulic", "screw")


class Profile(models.Model):
    """A standard lift: what a city buys many of. ``id`` is the cost model's name for it."""

    id = models.SlugField(primary_key=True, max_length=40)
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=80)
    load_kg = models.SmallIntegerField()
    speed_mm_s = models.SmallIntegerField()  # millimetres a second
    drive = models.CharField(max_length=10, default="traction", choices=choices(DRIVES))
    machine_room = models.BooleanField(default=False)
    wheelchair = models.BooleanField(default=False)  # the car takes one
    source = models.CharField(max_length=200, default="", blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["load_kg", "id"]
        constraints: ClassVar = [holds_only("drive", DRIVES)]

    def __str__(self) -> str:
        return self.id


class CostModel(models.Model):
    """A cost model (``tuanti-cost-model/1``), in force from a day until the next one's."""

    name = models.CharField(max_length=60)  # the id written in it
    text = models.TextField()
    digest = models.CharField(max_length=64)
    from_on = models.DateField(unique=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-from_on"]

    def __str__(self) -> str:
        return self.name
