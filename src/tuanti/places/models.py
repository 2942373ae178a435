"""Divisions and what stands in them: estates, buildings, stairwells, flats and their owners."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tuanti.people.vault import SealedField
from tuanti.places.codes import new_code
from tuanti.places.spelling import LONGEST
from tuanti.rules import housing


def _choices(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


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


class Building(Brought):
    """A building (栋) of an estate."""

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(max_length=40)
    storeys = models.SmallIntegerField(null=True, blank=True)
    built = models.SmallIntegerField(null=True, blank=True)  # the year
    structure = models.CharField(
        max_length=20, default="", blank=True, choices=_choices(housing.STRUCTURES)
    )
    demolition = models.BooleanField(null=True, blank=True)  # in a plan to pull it down
    households = models.IntegerField(null=True, blank=True)  # where a list told only that

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [models.UniqueConstraint(fields=["estate", "name"], name="one_building")]

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
    tenure = models.CharField(max_length=12, default="private", choices=_choices(housing.TENURES))
    state = models.CharField(max_length=12, default="free", choices=_choices(housing.STATES))

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["stairwell", "number"], name="one_flat"),
            models.CheckConstraint(
                condition=Q(area_dm2=None) | Q(area_dm2__gt=0), name="area_above_nothing"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Owner(Brought):
    """A person or body that owns flats of an estate."""

    estate = models.ForeignKey(Estate, on_delete=models.CASCADE, related_name="owners")
    name = models.CharField(max_length=80)
    phone = SealedField(default="", blank=True)
    phone_index = models.BinaryField(max_length=16, default=b"", db_index=True)
    id_number = SealedField(default="", blank=True)
    id_index = models.BinaryField(max_length=16, default=b"", db_index=True)
    life = models.CharField(max_length=12, default="living", choices=_choices(housing.LIVES))
    left_on = models.DateField(null=True, blank=True)  # since when they own nothing here
    erased_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [
            models.Index(fields=["left_on"], condition=Q(left_on__isnull=False), name="owner_left")
        ]

    def __str__(self) -> str:
        return f"owner {self.pk}"  # never a name in a log


class Ownership(Brought):
    """What an owner holds of a flat; ``share`` is "1/2", or "" where owners hold it jointly."""

    flat = models.ForeignKey(Flat, on_delete=models.CASCADE, related_name="ownerships")
    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="ownerships")
    share = models.CharField(max_length=20, default="", blank=True)
    standing = models.CharField(
        max_length=12, default="registered", choices=_choices(housing.STANDINGS)
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints = [models.UniqueConstraint(fields=["flat", "owner"], name="one_ownership")]

    def __str__(self) -> str:
        return f"{self.owner_id} of {self.flat_id}"


class Agreement(models.Model):
    """A person's separate consent to the use of their data (PIPL arts. 14, 23, 29)."""

    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="agreements")
    purpose = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=80)  # the actor; a worker when on behalf
    on_behalf = models.BooleanField(default=False)
    evidence = models.ForeignKey("Evidence", null=True, blank=True, on_delete=models.PROTECT)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.owner_id}"


class Look(models.Model):
    """Someone saw an owner's unmasked data, and why; the owner is shown it."""

    owner = models.ForeignKey(Owner, on_delete=models.CASCADE, related_name="looks")
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=60)
    organisation = models.CharField(max_length=120)
    field = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.field} of {self.owner_id}"


class Evidence(models.Model):
    """A paper or photo handed in, without what a camera hid in it; named by its digest."""

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    size = models.IntegerField()
    path = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

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

    def __str__(self) -> str:
        return f"{self.stage} {self.on}"


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
            models.CheckConstraint(
                condition=Q(
                    state__in=(
                        "brought", "checking", "checked", "applying", "applied",
                        "undoing", "undone", "failed", "halted", "dropped",
                    )
                ),
                name="import_state",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"import {self.pk}"


class Change(models.Model):
    """What stood in a row before an import changed it, and after, so that it can be undone.

    Both are sealed: they may hold what the row holds.
    """

    source = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12)  # the model: estate, building, …
    row = models.BigIntegerField()
    before = SealedField()  # JSON: column -> value
    after = SealedField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "id"], name="change_source"),
            models.Index(fields=["kind", "row"], name="change_row"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"
