"""An import's jobs, done beside the pages. They look at the clock, for those who wait."""

from django.utils import timezone
from django_tasks import task


@task()
def run_check(import_id: int, job: str) -> None:
    """Look a list through."""
    from tuanti.places import working  # noqa: PLC0415 (it knows the commands, and they queue us)

    working.check(import_id, job, clock=timezone.now)


@task()
def run_apply(import_id: int, job: str) -> None:
    """Load a list."""
    from tuanti.places import working  # noqa: PLC0415 (as above)

    working.load(import_id, job, clock=timezone.now)


@task()
def run_undo(import_id: int, job: str) -> None:
    """Take back what a list made and changed."""
    from tuanti.places import working  # noqa: PLC0415 (as above)

    working.undo(import_id, job, clock=timezone.now)


@task()
def run_mark(import_id: int, lang: str) -> None:
    """Mark the faults in a large list."""
    from tuanti.places import marking  # noqa: PLC0415 (as above)

    marking.make(import_id, "en" if lang == "en" else "zh", clock=timezone.now)
