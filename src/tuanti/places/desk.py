"""What waits for someone at their desk."""

from collections.abc import Iterator

from django.urls import reverse

from tuanti.people.actors import Actor
from tuanti.places import permissions
from tuanti.places.queries import scoped
from tuanti.web.desk import DeskItem


def waiting(actor: Actor) -> Iterator[DeskItem]:
    """Tell of reports by residents that nobody has answered."""
    if actor.holds(*permissions.KEEP_OWNERS):
        count = scoped.reports_for(actor).filter(answered_at=None).count()
        address = reverse("places:reports")
        yield DeskItem(
            "places.report.title", count, address, "wait" if count else "ok", icon="bell"
        )
