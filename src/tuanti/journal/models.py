"""The journal's tables: entries, the leaves they were sealed as, and signed checkpoints.

Entries, nodes and checkpoints are added and never changed; the database refuses it, too
(:mod:`tuanti.journal.guards`).
"""

import secrets
from typing import Any, NoReturn

from django.db import models

from tuanti.journal.canonical import entry_text
from tuanti.rules.errors import RuleBroken
from tuanti.rules.merkle import SALT_BYTES, entry_leaf, leaf_hash


class Kept(RuleBroken):
    """What stands in the journal is neither changed nor deleted."""

    code = "journal.kept"


def new_salt() -> bytes:
    """Draw the salt that keeps an entry from being guessed out of its leaf."""
    return secrets.token_bytes(SALT_BYTES)


class KeptRows(models.QuerySet[Any]):
    """Rows that are added and read; an entry takes its leaf number once."""

    def update(self, **changes: Any) -> int:  # noqa: ANN401 (Django's shape)
        """Give entries their leaf numbers, and refuse anything else."""
        if set(changes) != {"leaf"}:
            raise Kept(table=self.model._meta.model_name)
        return models.QuerySet.update(self.filter(leaf=None), **changes)

    def delete(self) -> NoReturn:
        """Refuse."""
        raise Kept(table=self.model._meta.model_name)


class KeptRow(models.Model):
    """A row that is written once."""

    objects = KeptRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's shape)
        """Write a new row."""
        if not self._state.adding:
            raise Kept(table=self._meta.model_name)
        super().save(*args, **options)

    def delete(self, *_: Any, **__: Any) -> NoReturn:  # noqa: ANN401 (Django's shape)
        """Refuse."""
        raise Kept(table=self._meta.model_name)


class Entry(KeptRow):
    """One act: who, when, what, on what. Its facts hold no personal data."""

    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    salt = models.BinaryField(default=new_salt, max_length=SALT_BYTES)
    leaf = models.BigIntegerField(null=True, unique=True)  # its number once sealed, from 0

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="entry_subject"),
            models.Index(fields=["by", "id"], name="entry_by"),
            models.Index(fields=["act", "id"], name="entry_act"),
            models.Index(fields=["at"], name="entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.subject_kind}:{self.subject_id}"

    @property
    def text(self) -> str:
        """The entry as it is hashed."""
        return entry_text(
            number=self.pk,
            at=self.at,
            by=self.by,
            act=self.act,
            subject=(self.subject_kind, self.subject_id),
            facts=self.facts,
        )

    @property
    def leaf_hash(self) -> bytes:
        """The hash of its leaf, computed anew."""
        return leaf_hash(entry_leaf(bytes(self.salt), self.text.encode()))


class Node(KeptRow):
    """A node of the Merkle tree whose leaves below it are all sealed: it never changes."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="one_node")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Checkpoint(KeptRow):
    """The tree's size and root at one time, signed."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    note = models.TextField()  # the signed note, C2SP tlog-checkpoint

    def __str__(self) -> str:
        return f"{self.size} leaves"


class Tree(models.Model):
    """The one tree, as its row: whoever seals holds it, so that no two seal at once."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_tree")]

    def __str__(self) -> str:
        return f"{self.size} leaves"
