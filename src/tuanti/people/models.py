"""Accounts, organisations, posts, one-time codes and the outbox."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tuanti.people.vault import SealedField, masked
from tuanti.rules.duties import DUTIES, KINDS
from tuanti.web.columns import choices, holds_only

CHANNELS = ("sms", "wechat", "mail")


class Organisation(models.Model):
    """A body that takes part: a commission, a street office, a firm, an owners' group."""

    id = models.SlugField(primary_key=True, max_length=40)
    kind = models.CharField(max_length=40, choices=choices(KINDS))
    name = models.CharField(max_length=120)
    pinyin = models.CharField(max_length=600, default="", blank=True)
    place = models.CharField(max_length=40)  # the id of a division
    opened_at = models.DateTimeField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "id"]
        indexes = [models.Index(fields=["place", "kind"], name="organisation_place")]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=models.Q(closed_on=None),
                name="one_open_organisation",
            ),
            holds_only("kind", KINDS),
        ]

    def __str__(self) -> str:
        return self.name


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by the name they sign in with."""

    def create_user(self, username: str, password: str | None = None, **facts: object) -> "Account":
        """Open an account; without a password nobody signs in with one."""
        account = self.model(username=username, **facts)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Someone who signs in: an official, a supplier, a worker. Residents need none."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=300, default="", blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="accounts", null=True, blank=True
    )
    phone = SealedField(default="", blank=True)
    phone_index = models.BinaryField(max_length=16, default=b"", db_index=True)
    is_active = models.BooleanField(default=True)
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_on = models.DateField(null=True, blank=True)
    # Until then the password someone else handed over opens the door, once: to set one's own.
    first_password_until = models.DateTimeField(null=True, blank=True)

    objects = Accounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def masked_phone(self) -> str:
        """The number with its middle hidden."""
        return masked(self.phone)


class Post(models.Model):
    """A duty an account holds in an organisation, for a time and a scope."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    duty = models.CharField(max_length=40, choices=choices(DUTIES))
    scope = models.CharField(max_length=40)  # a division's id, the organisation's, or a stairwell
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation", "duty", "id"]
        indexes = [models.Index(fields=["duty", "scope"], name="post_duty")]
        constraints = [holds_only("duty", DUTIES)]

    def __str__(self) -> str:
        return f"{self.account_id} {self.duty} {self.scope}"


class Line(models.Model):
    """A telephone that codes are sent to: locked while one is sent or tried, so none slips by."""

    phone_index = models.BinaryField(max_length=16, unique=True)

    def __str__(self) -> str:
        return f"line {self.pk}"


class Passcode(models.Model):
    """A one-time code sent to a phone: only its digest is kept, five tries, ten minutes."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="passcodes")
    purpose = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["line", "purpose", "sent_at"], name="passcode_sent")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sent_at}"


class Message(models.Model):
    """Something to tell a person: kept until a door has taken it."""

    class State(models.TextChoices):
        """Where a message stands."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"

    channel = models.CharField(max_length=10, choices=choices(CHANNELS))
    to = SealedField()
    to_index = models.BinaryField(max_length=16, default=b"", db_index=True)
    text = SealedField()
    purpose = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)  # of no use to anybody after it
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes = [models.Index(fields=["state", "due_at"], name="message_due")]
        constraints = [
            holds_only("channel", CHANNELS),
            holds_only("state", ("waiting", "sent", "failed")),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"

    @property
    def masked_to(self) -> str:
        """Whom it is for, with the middle hidden."""
        return masked(self.to)


class KeyChange(models.Model):
    """A turn of the vault's ring of keys: everything sealed was sealed anew with ``key``."""

    key = models.CharField(max_length=40)  # the name of the key, never the key
    begun_at = models.DateTimeField()
    sealed_anew = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key} {self.begun_at}"
