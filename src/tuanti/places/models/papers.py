"""Papers handed in, cases known from paper, and the renovation programme."""

from typing import ClassVar

from django.db import models

from tuanti.places.evidence import KINDS
from tuanti.places.models.divisions import Division
from tuanti.places.models.housing import Estate, Stairwell
from tuanti.web.columns import choices, holds_only


class Evidence(models.Model):
    """A paper or photo handed in, without what a camera hid in it; named by its digest."""

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=60, choices=choices(KINDS))
    digest = models.CharField(max_length=64)
    size = models.IntegerField()
    path = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [holds_only("kind", KINDS)]

    def __str__(self) -> str:
        return f"{self.digest[:8]}"


class PaperCase(models.Model):
    """A stairwell's case that entered at a later stage from paper; always labelled so."""

    class Stage(models.TextChoices):
        """How far the papers show it to be."""

        VOTED = "voted"
        CONTRACTED = "contracted"
        WORKS = "works"
        INSTALLED = "installed"

    stairwell = models.ForeignKey(Stairwell, on_delete=models.CASCADE, related_name="paper_cases")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    on = models.DateField()
    brand = models.CharField(max_length=60, default="", blank=True)
    price_fen = models.BigIntegerField(null=True, blank=True)
    maintainer = models.CharField(max_length=120, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [holds_only("stage", ("voted", "contracted", "works", "installed"))]

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"


class Project(models.Model):
    """A project of the renovation programme (城镇老旧小区改造)."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="projects")
    estate = models.ForeignKey(Estate, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(max_length=120)
    year = models.SmallIntegerField()
    built_until = models.SmallIntegerField(default=2000)  # the scope: built by the end of it
    area_dm2 = models.BigIntegerField(null=True, blank=True)
    buildings = models.IntegerField(null=True, blank=True)
    households = models.IntegerField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-year", "id"]
        constraints = [
            models.UniqueConstraint(fields=["division", "name", "year"], name="one_project")
        ]

    def __str__(self) -> str:
        return self.name
