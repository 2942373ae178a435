"""Before the vote: wishes, what people think, the owners' group, plans and what is said of them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tuanti.people.vault import SealedField
from tuanti.rules.processes import CONSULTATION
from tuanti.web.columns import choices, holds_only

ANSWERS = ("yes", "no", "talk")
ENTRIES = ("flat", "half")
GRADES = ("none", "slight", "some", "serious")
STATEMENTS = ("comment", "site-survey", "pipe-survey", "structure")


class Consultation(models.Model):
    """One stairwell's way from the first wish to an agreement; its state moves by CONSULTATION."""

    stairwell = models.ForeignKey(
        "places.Stairwell", on_delete=models.PROTECT, related_name="consultations"
    )
    state = models.CharField(
        max_length=12, default=CONSULTATION.start, choices=choices(CONSULTATION.states)
    )
    begun_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when the state was last another
    plan = models.ForeignKey(  # the one to be voted on, once chosen
        "Plan", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = SealedField(default="", blank=True)  # why it failed or was withdrawn, in words

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            holds_only("state", CONSULTATION.states),
            models.UniqueConstraint(
                fields=["stairwell"], condition=~Q(state="withdrawn"), name="one_consultation"
            ),
        ]

    def __str__(self) -> str:
        return f"consultation {self.pk}"


class Wish(models.Model):
    """An owner wishes for a lift. Withdrawn, it stays and no longer counts."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="wishes")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "places.Owner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf = models.BooleanField(default=False)  # a worker entered it
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "flat"], condition=Q(withdrawn_at=None), name="one_wish"
            )
        ]

    def __str__(self) -> str:
        return f"wish {self.pk}"


class Canvass(models.Model):
    """What someone said when asked, before any vote (意愿征询). The flat's last answer counts."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="answers")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "places.Owner", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=4, choices=choices(ANSWERS))
    note = SealedField(default="", blank=True)  # what they want to talk about
    on_behalf = models.BooleanField(default=False)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [holds_only("answer", ANSWERS)]

    def __str__(self) -> str:
        return f"{self.answer} {self.flat_id}"


class Representative(models.Model):
    """A member of the owners' group (业主代表)."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="group")
    owner = models.ForeignKey("places.Owner", on_delete=models.PROTECT, related_name="+")
    elected_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    by = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "owner"], condition=Q(left_on=None), name="one_seat"
            )
        ]

    def __str__(self) -> str:
        return f"representative {self.owner_id}"


class Invitation(models.Model):
    """A body was asked to take part: to design, to survey, to say what it thinks."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="invitations"
    )
    organisation = models.CharField(max_length=40)  # its id
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "organisation"],
                condition=Q(ended_at=None),
                name="one_invitation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} at {self.consultation_id}"


class Plan(models.Model):
    """One option: which lift, where, what it should cost, who would pay how much, who may use it.

    ``estimate`` is the bottom-up estimate as it was when drawn up, with the cost model's id;
    ``ground`` holds what bears on the shares of single flats (exempt, compensation, street floor,
    stop), by flat id. A plan that was voted on is never changed: a revised one is another.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="plans")
    number = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    profile = models.ForeignKey("profiles.Profile", on_delete=models.PROTECT, related_name="+")
    entry = models.CharField(max_length=4, choices=choices(ENTRIES))
    position = models.CharField(max_length=200)  # where the shaft stands
    stops = models.SmallIntegerField()
    asks = models.JSONField(default=list, blank=True)  # lines of the cost model on request
    estimate = models.JSONField()
    total_fen = models.BigIntegerField()
    subsidy_fen = models.BigIntegerField(default=0)
    subsidy_law = models.CharField(max_length=120, default="", blank=True)
    scheme = models.CharField(max_length=40)
    inside = models.CharField(max_length=10, default="", blank=True)
    costs = models.JSONField(null=True, blank=True)  # fixed_fen and storey_fen, for the games
    table = models.JSONField(null=True, blank=True)  # a table of their own: per, entries
    ground = models.JSONField(default=dict, blank=True)
    running_fen = models.BigIntegerField(default=0)  # a year
    running_rule = models.CharField(max_length=20, default="same")
    rights = models.JSONField(default=dict, blank=True)  # cards, visitors, couriers, late_payers
    late_years = models.SmallIntegerField(default=5)  # how long a late joiner pays no more
    late_factor_bp = models.IntegerField(default=0)  # and what is added after that
    drawn_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_plan"),
            holds_only("entry", ENTRIES),
            models.CheckConstraint(
                condition=Q(total_fen__gte=0, subsidy_fen__gte=0), name="plan_money"
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.number}"


class Impact(models.Model):
    """What a plan does to one flat, and who says so."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="impacts")
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    daylight = models.CharField(max_length=8, choices=choices(GRADES))
    ventilation = models.CharField(max_length=8, choices=choices(GRADES))
    noise = models.CharField(max_length=8, choices=choices(GRADES))
    privacy = models.CharField(max_length=8, choices=choices(GRADES))
    occupied = models.BooleanField(default=False)  # the lift takes some of its exclusive part
    note = SealedField(default="", blank=True)
    author = models.CharField(max_length=120)  # the person and body that answer for it
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "flat"], name="one_impact"),
            *(
                holds_only(field, GRADES)
                for field in ("daylight", "ventilation", "noise", "privacy")
            ),
        ]

    def __str__(self) -> str:
        return f"impact on {self.flat_id}"


class Meeting(models.Model):
    """Minutes of a meeting."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="meetings"
    )
    held_at = models.DateTimeField()
    place = models.CharField(max_length=120)
    present = models.SmallIntegerField()  # flats that came
    text = SealedField()
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-held_at", "-id"]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


class Question(models.Model):
    """A question or comment by someone of the stairwell, and its answer; both seen by all there."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="questions"
    )
    flat = models.ForeignKey("places.Flat", on_delete=models.PROTECT, related_name="+")
    text = SealedField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    answer = SealedField(default="", blank=True)
    answered_by = models.CharField(max_length=80, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Statement(models.Model):
    """What a body says to the case: a survey, a structural statement, a comment."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="statements"
    )
    kind = models.CharField(max_length=12, choices=choices(STATEMENTS))
    text = SealedField()
    sound = models.BooleanField(null=True, blank=True)  # whether it finds the lift possible
    body = models.CharField(max_length=120)  # the organisation's name
    paper = models.ForeignKey(
        "places.Evidence", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [holds_only("kind", STATEMENTS)]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
