"""The control: the house as it must not be, acknowledging a ballot before it is committed.

Gunicorn serves this in the place of ``tuanti.config.wsgi``. The ballot is written in a thread whose
transaction stays open for a moment after the answer has left; a kill in that moment loses it.
"""

import threading
import time
from typing import Any

from django.db import connection, transaction

from tuanti.config.wsgi import application
from tuanti.consent.commands import ballots

__all__ = ["application"]
LINGERS = 0.15  # seconds between the answer and the commit

_cast = ballots.cast_ballot


def cast_too_early(**facts: Any) -> Any:  # noqa: ANN401 (as the command)
    """Answer as soon as the ballot has been written, and commit later."""
    done = threading.Event()
    found: list[Any] = []

    def work() -> None:
        try:
            with transaction.atomic():
                found.append(_cast(**facts))
                done.set()
                time.sleep(LINGERS)
        except BaseException as wrong:  # noqa: BLE001 (handed on)
            found.append(wrong)
        finally:
            done.set()
            connection.close()

    threading.Thread(target=work, daemon=True).start()
    done.wait(30)
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


ballots.cast_ballot = cast_too_early
