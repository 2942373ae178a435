"""The vault's keys: everything sealed under an older key is sealed anew under the first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F

from tuanti.journal.commands import write
from tuanti.people import permissions, vault
from tuanti.people.actors import Actor
from tuanti.people.models import KeyChange
from tuanti.people.permissions import permit

AT_A_TIME = 500
SECOND_FACTOR = "mfa.secret"  # what the second factors' secrets are bound to


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a turn of the keys is: a table's rows read, and sealed anew."""

    table: str
    read: int
    sealed_anew: int


def rotate_keys(
    *,
    by: Actor,
    now: datetime,
    at_a_time: int = AT_A_TIME,
    told: Callable[[Progress], None] = lambda _: None,
) -> int:
    """Seal everything anew that the ring's first key did not seal; how many values.

    Row by row in batches, each a transaction, so that people go on working; stopped half-way it is
    simply run again. ``told`` hears of each batch.

    :raises NotPermitted: only the platform's administrators may.
    """
    permit(permissions.runs_the_platform(by))
    with transaction.atomic():
        turn = KeyChange.objects.create(key=vault.first_key(), begun_at=now)
        write(at=now, by=by, act="vault.rotate", subject=turn, key=turn.key)
    done = sum(_table(model, fields, at_a_time, told) for model, fields in sealed_columns())
    done += _second_factors(at_a_time, told)
    KeyChange.objects.filter(pk=turn.pk).update(sealed_anew=done)
    return done


def sealed_columns() -> Iterator[tuple[type[models.Model], list[vault.SealedField]]]:
    """Name every model of the house that has sealed fields, and the fields."""
    for model in apps.get_models():
        fields = [
            field for field in model._meta.local_fields if isinstance(field, vault.SealedField)
        ]
        if fields:
            yield model, fields


def _table(
    model: type[models.Model],
    fields: list[vault.SealedField],
    at_a_time: int,
    told: Callable[[Progress], None],
) -> int:
    read, anew, last = 0, 0, None
    raw = {
        f"raw_{field.name}": ExpressionWrapper(F(field.name), output_field=models.BinaryField())
        for field in fields
    }
    rows = model._base_manager.order_by("pk").annotate(**raw)  # noqa: SLF001 (public, says Django)
    while True:
        with transaction.atomic():
            after = rows.filter(pk__gt=last) if last is not None else rows
            batch = list(after.select_for_update().values("pk", *raw)[:at_a_time])
            anew += sum(_row(model, fields, row) for row in batch)
        read += len(batch)
        told(Progress(model._meta.label_lower, read, anew))
        if len(batch) < at_a_time:
            return anew
        last = batch[-1]["pk"]


def _row(model: type[models.Model], fields: list[vault.SealedField], row: dict[str, Any]) -> int:
    stale = {
        field.name: vault.reveal(bytes(row[f"raw_{field.name}"]), field.place)
        for field in fields
        if not vault.is_current(bytes(row[f"raw_{field.name}"] or b""))
    }
    if stale:
        model._base_manager.filter(pk=row["pk"]).update(**stale)  # noqa: SLF001 (as above)
    return len(stale)


def _second_factors(at_a_time: int, told: Callable[[Progress], None]) -> int:
    keys = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    anew = 0
    for start in range(0, len(keys), at_a_time):
        with transaction.atomic():
            batch = Authenticator.objects.select_for_update().filter(
                pk__in=keys[start : start + at_a_time]
            )
            anew += sum(_factor(one) for one in batch)
        told(Progress("mfa.authenticator", min(start + at_a_time, len(keys)), anew))
    return anew


def _factor(authenticator: Authenticator) -> int:
    anew = 0
    for name in ("secret", "seed"):
        sealed = bytes.fromhex(authenticator.data.get(name, ""))
        if not vault.is_current(sealed):
            opened = vault.reveal(sealed, SECOND_FACTOR)
            authenticator.data[name] = vault.seal(opened, SECOND_FACTOR).hex()
            anew += 1
    if anew:
        authenticator.save(update_fields=["data"])
    return anew
