"""Owners, what they hold, what they agreed to, who looked at their data and what they report."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tuanti.people.vault import SealedField
from tuanti.places.models.housing import Brought, Estate, Flat
from tuanti.rules import housing
from tuanti.web.columns import choices, holds_only

# What is agreed to, each by itself: our keeping their numbers, and messages to their phone.
PURPOSES = ("data-use", "messages")
# What of an owner is masked, and can be seen whole for a reason.
FIELDS = ("name", "phone", "id_number")


class Owner(Brought):
    """A person or body that owns flats of an estate."""

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="owners")
    name = models.CharField(max_length=80)
    phone = SealedField(default="", blank=True)
    phone_index = models.BinaryField(max_length=16, default=b"", db_index=True)
    id_number = SealedField(default="", blank=True)
    id_index = models.BinaryField(max_length=16, default=b"", db_index=True)
    life = models.CharField(max_length=12, default="living", choices=choices(housing.LIVES))
    left_on = models.DateField(null=True, blank=True)  # since when they own nothing here
    erased_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [
            models.Index(fields=["left_on"], condition=Q(left_on__isnull=False), name="owner_left")
        ]
        constraints = [holds_only("life", housing.LIVES)]

    def __str__(self) -> str:
        return f"owner {self.pk}"  # never a name in a log


class Ownership(Brought):
    """What an owner holds of a flat; ``share`` is "1/2", or "" where owners hold it jointly."""

    flat = models.ForeignKey(Flat, on_delete=models.CASCADE, related_name="ownerships")
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="ownerships")
    share = models.CharField(max_length=20, default="", blank=True)
    standing = models.CharField(
        max_length=12, default="registered", choices=choices(housing.STANDINGS)
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["flat", "owner"], name="one_ownership"),
            holds_only("standing", housing.STANDINGS),
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} of {self.flat_id}"


class Agreement(models.Model):
    """A person's separate consent to the use of their data (PIPL arts. 14, 23, 29)."""

    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="agreements")
    purpose = models.CharField(max_length=40, choices=choices(PURPOSES))
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=80)  # the actor; a worker when on behalf
    on_behalf = models.BooleanField(default=False)
    evidence = models.ForeignKey("Evidence", null=True, blank=True, on_delete=models.PROTECT)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [holds_only("purpose", PURPOSES)]

    def __str__(self) -> str:
        return f"{self.purpose} {self.owner_id}"


class Look(models.Model):
    """Someone saw an owner's unmasked data, and why; the owner is shown it."""

    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="looks")
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=60)
    organisation = models.CharField(max_length=120)
    field = models.CharField(max_length=20, choices=choices(FIELDS))
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [holds_only("field", FIELDS)]

    def __str__(self) -> str:
        return f"{self.field} of {self.owner_id}"


class Report(models.Model):
    """A resident says that something about their home is wrong; a worker answers."""

    flat = models.ForeignKey(Flat, on_delete=models.CASCADE, related_name="reports")
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="reports")
    text = SealedField()
    at = models.DateTimeField()
    answer = SealedField(default="", blank=True)
    answered_by = models.CharField(max_length=80, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"report {self.pk}"
