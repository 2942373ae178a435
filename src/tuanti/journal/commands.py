"""Writing entries. Sealing stands in ``sealing.py``."""

import json
from datetime import datetime
from typing import Any, Protocol

from django.db import models, transaction

from tuanti.journal.canonical import canonical, plain
from tuanti.journal.models import Entry


class Doer(Protocol):
    """Whoever acts: an account, a resident, the clock."""

    @property
    def id(self) -> str: ...


def write(*, at: datetime, by: Doer, act: str, subject: models.Model, **facts: Any) -> Entry:  # noqa: ANN401 (JSON)
    """Write down one act in the transaction of its command; facts name nobody.

    Facts are text, whole numbers, true, false, nothing, and lists and tables of these: no floats
    and no dates, which could be written in more ways than one.
    """
    assert transaction.get_connection().in_atomic_block, f"{act} is written in its transaction"
    assert at.tzinfo, f"{act} needs a time zone"
    assert plain(facts), f"{act} tells what is written in more ways than one: {sorted(facts)}"
    return Entry.objects.create(
        at=at,
        by=by.id,
        act=act,
        subject_kind=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        facts=json.loads(canonical(facts)),
    )
