"""Divisions: cities, districts, streets and communities, and what lies in what, when."""

from typing import ClassVar

from django.db import models

from tuanti.web.columns import holds_only


class Division(models.Model):
    """A city, district, street or community, while it exists."""

    class Level(models.TextChoices):
        """How high a division stands."""

        CITY = "city"
        DISTRICT = "district"
        STREET = "street"
        COMMUNITY = "community"

    id = models.SlugField(primary_key=True, max_length=40)
    level = models.CharField(max_length=10, choices=Level.choices)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=200, default="", blank=True)
    code = models.CharField(max_length=12, default="", blank=True)  # GB/T 2260, where published
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code", "id"]
        constraints = [holds_only("level", ("city", "district", "street", "community"))]

    def __str__(self) -> str:
        return self.name


class Belonging(models.Model):
    """Which division another lies in, and when."""

    division = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Division, on_delete=models.CASCADE, related_name="children")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.division_id} < {self.parent_id}"
