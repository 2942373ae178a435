"""Loading the standard lifts, and adopting the prices they are estimated by."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.profiles import permissions, queries
from tuanti.profiles.models import CostModel, Profile
from tuanti.profiles.refusals import DayPast, DayTaken, ProfilesUnpriced, SameModel
from tuanti.rules import cost_model


@transaction.atomic
def load_profiles(*, by: Actor, now: datetime) -> int:
    """Load the packaged profiles; tell how many are new or changed. Safe to repeat.

    Titles are the packaged cost model's, the rest stands in ``profiles.toml`` with its source.

    :raises NotPermitted: ``by`` is neither the clock nor a city's officer.
    """
    permissions.require_adopting(by)
    return sum(_loaded(name, row, by, now) for name, row in packaged().items())


@transaction.atomic
def adopt_cost_model(*, text: str, from_on: date, by: Actor, now: datetime) -> CostModel:
    """Let another cost model come into force; estimates made before stay as they were made.

    :raises NotPermitted: ``by`` is no city officer.
    :raises ModelRefused: the text has faults; ``faults`` holds every one.
    :raises DayPast, DayTaken: the day does not do.
    :raises ProfilesUnpriced: plans may name profiles the model has no price for.
    :raises SameModel: the one in force then is the same.
    """
    permissions.require_adopting(by)
    text = text.replace("\r\n", "\n")
    model = cost_model.read(text)
    if from_on < timezone.localdate(now):
        raise DayPast(day=from_on.isoformat())
    if CostModel.objects.select_for_update().filter(from_on=from_on).exists():
        raise DayTaken(day=from_on.isoformat())
    named = queries.profiles_on(from_on).values_list("pk", flat=True)
    if unpriced := sorted(set(named) - set(model.profiles)):
        raise ProfilesUnpriced(names=", ".join(unpriced))
    digest = queries.digest_of(text)
    if queries.cost_model_on(from_on).digest == digest:
        raise SameModel
    row = CostModel.objects.create(
        name=model.id[:60], text=text, digest=digest, from_on=from_on, by=by.id, at=now
    )
    told = {"name": row.name, "digest": digest, "from_on": from_on.isoformat()}
    journal.write(at=now, by=by, act="costmodel.adopt", subject=row, **told)
    return row


def packaged() -> Mapping[str, Mapping[str, Any]]:
    """Read the packaged profiles, by name, with their titles."""
    text = (files(__package__) / "profiles.toml").read_text(encoding="utf-8")
    titles = cost_model.packaged().profiles
    return {
        name: {**row, "title_zh": titles[name]["zh"], "title_en": titles[name]["en"]}
        for name, row in tomllib.loads(text).items()
    }


def _loaded(name: str, row: Mapping[str, Any], by: Actor, now: datetime) -> bool:
    before = Profile.objects.filter(pk=name).values(*row).first()
    if before == row:
        return False
    profile, _ = Profile.objects.update_or_create(pk=name, defaults=dict(row))
    journal.write(at=now, by=by, act="profile.load", subject=profile)
    return True
