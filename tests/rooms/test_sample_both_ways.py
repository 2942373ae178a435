"""The tiny town entered by hand and the same lines loaded in bulk are the same town."""

from typing import Any

import pytest
from django.utils import timezone

from tuanti.people.actors import CLOCK
from tuanti.places import models
from tuanti.places.loading import load_lines
from tuanti.sample import housing, playing

pytestmark = pytest.mark.django_db

_ESTATE = ("street", "community", "name", "pinyin", "address", "begun_in")
_BUILDING = ("estate__name", "name", "storeys", "built", "structure", "demolition", "households")
_WELL = ("building__estate__name", "building__name", "name", "lift")
_FLAT = ("stairwell__building__name", "number", "floor", "area_dm2", "tenure", "state")
_OWNER = ("estate__name", "name", "phone_index", "id_index", "life")
_HELD = ("flat__stairwell__building__name", "flat__number", "owner__name", "share", "standing")


def rows() -> dict[str, Any]:
    """Everything a list tells, without numbers of rows and codes that are drawn."""
    asked = {
        models.Estate: _ESTATE,
        models.Building: _BUILDING,
        models.Stairwell: _WELL,
        models.Flat: _FLAT,
        models.Owner: _OWNER,
        models.Ownership: _HELD,
    }
    found = {
        model.__name__: sorted(map(repr, model._default_manager.values_list(*names)))
        for model, names in asked.items()
    }
    found["entries"] = sorted(map(repr, models.Stairwell.objects.values_list("entries", flat=True)))
    found["aliases"] = sorted(map(repr, models.Estate.objects.values_list("aliases", flat=True)))
    found["phones"] = sorted(models.Owner.objects.values_list("phone", flat=True))
    return found


def test_by_hand_and_in_bulk_it_is_the_same_town() -> None:
    now = timezone.now()
    playing.people("tiny", now=now)
    playing.town("tiny", now=now, told=lambda _: None)
    by_hand = rows()
    models.Estate.objects.all().delete()
    assert not models.Owner.objects.exists()
    load_lines(housing.lines("tiny"), told=lambda _: None, by=CLOCK, now=now)
    assert rows() == by_hand
    assert len(by_hand["Flat"]) == 66
