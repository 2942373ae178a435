"""The vote: the roll that was fixed, and the chained ledger of what was received."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tuanti.consent.models.story import Consultation, Plan
from tuanti.people.vault import SealedField
from tuanti.places.codes import new_code
from tuanti.rules.ballots import KINDS
from tuanti.web.columns import choices, holds_only


class Poll(models.Model):
    """One period of voting on one plan, its rules fixed before it opens.

    ``matters`` lists what is asked: ``[{"matter", "scope", "law"}]`` with the id of the rule of law
    each is counted under; ``terms`` what else was fixed (what neighbours see while it is open,
    whether an electronic ballot counts as written, which of paper and phone wins), each with its
    law id. ``result`` is the tally as it was kept at closing.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="polls")
    number = models.SmallIntegerField()  # 1, and 2 for a second ballot
    code = models.CharField(max_length=9, unique=True, default=new_code)  # on its papers
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="polls")
    matters = models.JSONField()
    terms = models.JSONField(default=dict)
    counted_on = models.DateField()  # the day whose law it is held under
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    seq = models.IntegerField(default=0)  # of the last record
    head = models.CharField(max_length=64)  # its hash; the first's is of the poll's own facts
    result = models.JSONField(null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_poll"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="poll_period"),
        ]

    def __str__(self) -> str:
        return f"poll {self.pk}"


class RollFlat(models.Model):
    """A flat as it stood on the roll when the roll was fixed."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="roll")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    building = models.CharField(max_length=40)
    stairwell = models.CharField(max_length=40)
    number = models.CharField(max_length=20)
    floor = models.SmallIntegerField(null=True, blank=True)
    area_dm2 = models.IntegerField()
    tenure = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    own = models.BooleanField()  # of the stairwell itself, not of the estate around it
    occupied = models.BooleanField(default=False)
    served_at = models.DateTimeField(null=True, blank=True)  # the ballot was delivered

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "flat"], name="once_on_the_roll")
        ]

    def __str__(self) -> str:
        return self.number


class RollOwner(models.Model):
    """An owner of a flat on the roll. The name is the one the roll was fixed with."""

    roll_flat = models.ForeignKey(RollFlat, on_delete=models.PROTECT, related_name="owners")
    owner = models.ForeignKey("places.Owner", on_delete=models.PROTECT, related_name="+")
    name = SealedField()
    share = models.CharField(max_length=20, default="", blank=True)
    standing = models.CharField(max_length=12)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["roll_flat", "owner"], name="once_for_a_flat")
        ]

    def __str__(self) -> str:
        return f"owner {self.owner_id}"  # never a name in a log


class Proxy(models.Model):
    """A paper that lets someone vote for an owner; it comes into force by its ledger record."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="proxies")
    owner = models.ForeignKey("places.Owner", on_delete=models.PROTECT, related_name="+")
    holder = SealedField()
    capacity = models.CharField(max_length=14)
    paper = models.ForeignKey("places.Evidence", on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"proxy {self.pk}"


class Record(models.Model):
    """A line of a poll's ledger: what was received, chained to the line before.

    Nothing here is ever changed or removed: a later ballot takes the place of an earlier one, a
    confirmation or a dispute is a line of its own. ``body`` names rows and nobody. ``hash`` is
    SHA-256 over the canonical record with ``salt`` and ``prev``; see ``rules/ballots.py``.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="records")
    seq = models.IntegerField()
    client_id = models.UUIDField()  # minted with the form: a repeated submission is one record
    kind = models.CharField(max_length=8, choices=choices(KINDS))
    roll_flat = models.ForeignKey(
        RollFlat, null=True, blank=True, on_delete=models.PROTECT, related_name="records"
    )
    body = models.JSONField()
    salt = models.CharField(max_length=32)
    received_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["poll", "seq"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["poll", "seq"], name="one_line"),
            models.UniqueConstraint(fields=["poll", "client_id"], name="received_once"),
            holds_only("kind", KINDS),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}.{self.seq}"
