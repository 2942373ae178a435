"""After the vote, and beside it: doors knocked at, notices, objections, agreement, mandates."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from tuanti.consent.models.polls import Poll
from tuanti.consent.models.story import Consultation, Plan
from tuanti.people.vault import SealedField
from tuanti.places.codes import new_code
from tuanti.web.columns import choices, holds_only

CONTACT_WAYS = ("visit", "call", "letter", "message", "notice")
CONTACT_RESULTS = ("met", "nobody", "promised", "refused", "delivered", "posted")
OBJECTION_STATES = ("open", "settled", "withdrawn", "void")
MEDIATION_OUTCOMES = ("talks", "settled", "failed")
SIGNING_WAYS = ("paper", "phone")


class Contact(models.Model):
    """A visit, call, letter or message to a flat, and what came of it."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="contacts"
    )
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=choices(CONTACT_WAYS))
    result = models.CharField(max_length=10, choices=choices(CONTACT_RESULTS))
    note = SealedField(default="", blank=True)
    photo = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            holds_only("way", CONTACT_WAYS),
            holds_only("result", CONTACT_RESULTS),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.flat_id}"


class Notice(models.Model):
    """A public notice (公示) of plan and result: from when to when, under which rule, with photos.

    ``facts`` is what it says, frozen; ``digest`` is the SHA-256 of their canonical JSON, so that
    what hangs on the wall can be compared with what was posted here.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="notices")
    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="notices")
    number = models.SmallIntegerField()
    code = models.CharField(max_length=9, unique=True, default=new_code)
    from_on = models.DateField()
    last_on = models.DateField()  # the last day one may object
    law = models.CharField(max_length=120)
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    posted_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_notice"),
            models.CheckConstraint(condition=Q(last_on__gte=F("from_on")), name="notice_period"),
        ]

    def __str__(self) -> str:
        return f"notice {self.number}"


class NoticePhoto(models.Model):
    """A photo of a notice where it hangs, without what the camera hid in it."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="photos")
    place = models.CharField(max_length=120)
    photo = models.ForeignKey("places.Evidence", on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"photo {self.pk}"


class Objection(models.Model):
    """An objection to a notice (公示异议). It holds the case up only if it is named and written."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="objections"
    )
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "places.Owner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = SealedField()
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=10, default="open", choices=choices(OBJECTION_STATES))
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = SealedField(default="", blank=True)
    by = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [holds_only("state", OBJECTION_STATES)]

    def __str__(self) -> str:
        return f"objection {self.pk}"


class Mediation(models.Model):
    """A step of mediation over an objection."""

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="mediations")
    held_at = models.DateTimeField()
    text = SealedField()
    outcome = models.CharField(max_length=8, choices=choices(MEDIATION_OUTCOMES))
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [holds_only("outcome", MEDIATION_OUTCOMES)]

    def __str__(self) -> str:
        return f"mediation {self.pk}"


class Agreement(models.Model):
    """The owners' agreement (增设电梯协议), made from the plan that was chosen; or uploaded."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="agreements"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+")
    number = models.SmallIntegerField()
    code = models.CharField(max_length=9, unique=True, default=new_code)
    facts = models.JSONField()  # every clause's figures, frozen
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_agreement")
        ]

    def __str__(self) -> str:
        return f"agreement {self.number}"


class Signing(models.Model):
    """An owner signed the agreement: on paper (with the scan), or on the phone after a code."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signings")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("places.Owner", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=5, choices=choices(SIGNING_WAYS))
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "flat", "owner"], name="signed_once"),
            holds_only("way", SIGNING_WAYS),
        ]

    def __str__(self) -> str:
        return f"signing {self.pk}"


class Mandate(models.Model):
    """A flat's procurement mandate (委托采购授权书): who buys what, up to how much, until when.

    It may be left until the lift is ordered. An award above the ceiling needs ``above_fen`` to be
    confirmed anew in writing; silence is no confirmation.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="mandates")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("places.Owner", on_delete=models.PROTECT, related_name="+")
    buyer = models.CharField(max_length=40)  # an organisation's id
    profile = models.ForeignKey("profiles.Profile", on_delete=models.PROTECT, related_name="+")
    ceiling_fen = models.BigIntegerField()
    expires_on = models.DateField()
    way = models.CharField(max_length=5, choices=choices(SIGNING_WAYS))
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    above_fen = models.BigIntegerField(null=True, blank=True)  # confirmed above the ceiling
    above_at = models.DateTimeField(null=True, blank=True)
    above_paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "flat"], condition=Q(left_at=None), name="one_mandate"
            ),
            holds_only("way", SIGNING_WAYS),
            models.CheckConstraint(condition=Q(ceiling_fen__gte=0), name="mandate_money"),
        ]

    def __str__(self) -> str:
        return f"mandate {self.pk}"
