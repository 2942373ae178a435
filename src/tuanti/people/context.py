"""What every page knows of whoever looks at it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def actor(request: HttpRequest) -> dict[str, Any]:
    """Name the actor, and the ways of the navigation open to them."""
    who = getattr(request, "actor", None)
    if who is None:  # a page made before the middleware ran
        return {"actor": None, "navigation": ()}
    table = import_string(settings.POLICY)
    open_to = [
        item
        for item in import_string(settings.NAVIGATION)
        if who.duties & table.get(item.address, {}).get("GET", frozenset())
        and (not item.duties or who.duties & item.duties)
    ]
    return {"actor": who, "navigation": open_to}
