"""Lists someone brought, and what they changed."""

from typing import ClassVar

from django.db import models

from tuanti.people.vault import SealedField
from tuanti.places.models.divisions import Division
from tuanti.web.columns import choices, holds_only

# What a list may make or change.
BROUGHT = ("estate", "building", "stairwell", "flat", "owner", "ownership")


class Import(models.Model):
    """A list someone brought: the file, how it is to be read, what came of it."""

    class State(models.TextChoices):
        """How far an import is: after FAILED nothing was written, after HALTED some of it."""

        BROUGHT = "brought"
        CHECKING = "checking"
        CHECKED = "checked"
        APPLYING = "applying"
        APPLIED = "applied"
        UNDOING = "undoing"
        UNDONE = "undone"
        FAILED = "failed"
        HALTED = "halted"
        DROPPED = "dropped"

    scope = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    settled = models.JSONField(default=dict)  # columns, sheet and so on, as a person settled them
    state = models.CharField(max_length=10, choices=State.choices, default=State.BROUGHT)
    job = models.CharField(max_length=32, default="", blank=True)  # at work on it; one at a time
    done = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    result = models.JSONField(default=dict)  # counts; faults and gaps, the first of each, masked
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=60, default="", blank=True)
    at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when its job last made headway
    finished_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            holds_only("state", (
                "brought", "checking", "checked", "applying", "applied",
                "undoing", "undone", "failed", "halted", "dropped",
            ))
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"import {self.pk}"


class Change(models.Model):
    """What stood in a row before an import changed it, and after, so that it can be undone.

    Both are sealed: they may hold what the row holds.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12, choices=choices(BROUGHT))
    row = models.BigIntegerField()
    before = SealedField()  # JSON: column -> value
    after = SealedField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "id"], name="change_source"),
            models.Index(fields=["kind", "row"], name="change_row"),
        ]
        constraints = [holds_only("kind", BROUGHT)]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"
