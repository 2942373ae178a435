"""What the acts from the vote on share: rows held and found, and states moved by the table."""

from datetime import datetime
from typing import TypeVar

from django.db.models import Model

from tuanti.consent.commands.taking import one_of
from tuanti.consent.commands.taking import taken as held
from tuanti.consent.models import Consultation
from tuanti.rules.processes import CONSULTATION

__all__ = ["found", "held", "moved"]
_Row = TypeVar("_Row", bound=Model)


def found(model: type[_Row], pk: object) -> _Row:
    """Fetch a row of a consultation.

    :raises NotInReach: there is none.
    """
    return one_of(model._default_manager.all(), pk)


def moved(consultation: Consultation, act: str, now: datetime) -> Consultation:
    """Move a consultation that is held by ``act``, and save it.

    :raises MoveRefused: the act is not possible in its state.
    """
    consultation.state = CONSULTATION.after(consultation.state, act)
    consultation.moved_at = now
    consultation.save(update_fields=["state", "moved_at"])
    return consultation
