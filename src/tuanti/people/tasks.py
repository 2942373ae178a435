"""Work done beside the pages."""

from django.utils import timezone
from django_tasks import task

from tuanti.people.actors import CLOCK


@task()
def deliver() -> None:
    """Send what is due at once: whoever waits for a code should not wait for the clock."""
    from tuanti.people.commands.outbox import deliver_due  # noqa: PLC0415 (it queues us)

    deliver_due(by=CLOCK, now=timezone.now())
