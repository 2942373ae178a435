"""All we keep of one person, for themselves (PIPL art. 45)."""

from typing import Any

from tuanti.places.models import Owner, Ownership
from tuanti.places.naming import called
from tuanti.texts import Lang


def own_data(owner: Owner, lang: Lang) -> dict[str, Any]:
    """Collect an owner's data as JSON: who they are, what they own, agreed to, and who looked.

    Places are called as people of ``lang`` call them.
    """
    held = owner.ownerships.select_related("flat__stairwell__building__estate")
    return {
        "format": "tuanti-own-data/1",
        "person": {"name": owner.name, "phone": owner.phone, "id_number": owner.id_number},
        "homes": [_home(one, lang) for one in held],
        "agreements": [
            {
                "purpose": one.purpose,
                "given_at": one.given_at.isoformat(),
                "on_behalf": one.on_behalf,
                "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
            }
            for one in owner.agreements.order_by("id")
        ],
        "looks": [
            {
                "at": one.at.isoformat(),
                "by": one.by_name,
                "organisation": one.organisation,
                "field": one.field,
                "reason": one.reason,
            }
            for one in owner.looks.all()
        ],
        "reports": [
            {"at": one.at.isoformat(), "text": one.text, "answer": one.answer or None}
            for one in owner.reports.all()
        ],
    }


def _home(held: Ownership, lang: Lang) -> dict[str, Any]:
    flat = held.flat
    building = flat.stairwell.building
    return {
        "estate": building.estate.name,
        "building": called(building, lang),
        "stairwell": called(flat.stairwell, lang),
        "flat": flat.number,
        "floor": flat.floor,
        "area_dm2": flat.area_dm2,
        "share": held.share or None,
        "standing": held.standing,
    }
