"""The clock: every act that has its time, in the order of the street, the seal upon them last."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import close_old_connections

from tuanti.consent.commands.contacts import remind_before_closing
from tuanti.consent.commands.mandates import lapse_mandates
from tuanti.consent.commands.notices import end_due_notices
from tuanti.consent.commands.polls import close_ended_polls
from tuanti.journal.sealing import seal_entries
from tuanti.people.actors import CLOCK
from tuanti.people.commands.outbox import deliver_due, forget_messages
from tuanti.places.commands.imports import forget_lists, resume_stopped
from tuanti.places.commands.privacy import erase_expired

Act = Callable[..., Any]  # takes by and now; what it returns says what it did

TIMED_ACTS: tuple[Act, ...] = (
    deliver_due,
    forget_messages,
    erase_expired,
    resume_stopped,
    forget_lists,
    close_ended_polls,
    remind_before_closing,
    end_due_notices,
    lapse_mandates,
    seal_entries,  # last, so that what the others wrote down is sealed at once
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What one act came to: what it returned, or the fault that stopped it."""

    act: str
    result: object = None
    fault: Exception | None = None


def tick(now: datetime, acts: Sequence[Act] = TIMED_ACTS) -> tuple[Done, ...]:
    """Do everything that has fallen due by ``now``. Safe to run again, or late, or side by side.

    Each act has transactions of its own, and one that fails does not hold up the others.
    """
    return tuple(_done(act, now) for act in acts)


def _done(act: Act, now: datetime) -> Done:
    name = getattr(act, "__name__", str(act))
    try:
        return Done(name, act(by=CLOCK, now=now))
    except Exception as fault:  # noqa: BLE001 (whatever it is, the next act is due as well)
        _log.exception("%s failed", name)
        close_old_connections()
        return Done(name, fault=fault)
