"""What an import's job does: checks, loads or undoes a list, and tells how far it is.

Every batch is a transaction that also notes the progress; so a job that stopped is begun again
from the start without harm. A fault ends it with a code, for which there is a sentence.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeAlias

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import CLOCK
from tuanti.places import lists
from tuanti.places.checking import Check
from tuanti.places.commands.imports import IMPORT
from tuanti.places.lists import Held, Settled
from tuanti.places.loading import Loader
from tuanti.places.models import Import
from tuanti.places.placing import Places
from tuanti.places.undoing import Undoing
from tuanti.rules.errors import RuleBroken
from tuanti.sheets.housing import HousingList

Clock: TypeAlias = Callable[[], datetime]

FAULT = "imports.fault"  # one of ours, that is in the log
_log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Another job has this import by now; this one writes nothing more."""


class Work:
    """An import under work: its row, and how far the job is."""

    def __init__(self, row: Import, clock: Clock) -> None:
        self.row, self.clock, self.result = row, clock, dict(row.result)

    def open(self) -> tuple[HousingList, Places]:
        """Open its list, and what lies within its scope."""
        places = Places(self.row.scope, Settled.of(self.row.settled).street)
        return lists.opened(self.row, places, timezone.localdate(self.clock()).year), places

    def counted(self, *kinds: str) -> dict[str, Counter[str]]:
        """Give what earlier jobs of this import counted."""
        return {kind: Counter(self.result.get(kind) or {}) for kind in kinds}

    def beat(self, done: int) -> None:
        """Note how far it is, in the transaction of the caller if there is one.

        :raises TakenOver: it is another job's by now.
        """
        mine = Import.objects.filter(pk=self.row.pk, job=self.row.job)
        if not mine.update(done=done, moved_at=self.clock(), result=self.result):
            raise TakenOver

    @transaction.atomic
    def end(self, move: str, act: str, *, fault: str = "", **facts: Any) -> None:  # noqa: ANN401 (JSON)
        """End the job: the state moves, and it is written down.

        :raises TakenOver: it is another job's by now.
        """
        mine = Import.objects.select_for_update().filter(pk=self.row.pk, job=self.row.job)
        row = mine.first()
        if row is None:
            raise TakenOver
        now = self.clock()
        row.state, row.job, row.fault = IMPORT.after(row.state, move), "", fault
        row.result, row.moved_at, row.finished_at = self.result, now, now
        row.save()
        journal.write(at=now, by=CLOCK, act=act, subject=row, **facts)


def check(import_id: int, job: str, *, clock: Clock) -> None:
    """Look a list through, and keep what was found."""
    _run(import_id, job, _check, clock, ("fail", "import.failed"))


def load(import_id: int, job: str, *, clock: Clock) -> None:
    """Load the lines of a list that are without faults."""
    _run(import_id, job, _load, clock, ("halt", "import.halted"))


def undo(import_id: int, job: str, *, clock: Clock) -> None:
    """Take back what a list made and changed."""
    _run(import_id, job, _undo, clock, ("halt", "import.halted"))


def _run(
    import_id: int,
    job: str,
    work: Callable[[Work], None],
    clock: Clock,
    otherwise: tuple[str, str],
) -> None:
    row = Import.objects.select_related("scope").filter(pk=import_id, job=job).first()
    if row is None or not job:
        return
    mine = Work(row, clock)
    try:
        work(mine)
    except TakenOver:
        _log.warning("import %s is another job's by now", import_id)
    except RuleBroken as refusal:
        _stop(mine, refusal.code, dict(refusal.facts), otherwise)
    except Exception:  # noqa: BLE001 (whatever it is, who waits is told, and the log has it)
        _log.exception("import %s stopped", import_id)
        _stop(mine, FAULT, {}, otherwise)


def _stop(work: Work, code: str, facts: dict[str, Any], otherwise: tuple[str, str]) -> None:
    kept = Import.objects.filter(pk=work.row.pk).values_list("result", flat=True).first()
    work.result = {**(kept or {}), "fault": facts}
    move, act = otherwise
    work.end(move, act, fault=code, code=code)


def _check(work: Work) -> None:
    found, places = work.open()
    checked = Check(found, places)
    work.result["check"] = checked.run(work.beat)
    work.end("find", "import.checked", lines=checked.lines, left=checked.left)


def _load(work: Work) -> None:
    found, places = work.open()
    loader = Loader(source=work.row.pk, district=places.district)
    before = work.counted("made", "mended")

    def keep(done: int) -> None:
        work.result |= {
            "made": dict(+(before["made"] + loader.made)),
            "mended": dict(+(before["mended"] + loader.mended)),
        }
        work.beat(done)

    for _ in loader.load(_held(found, places), keep):
        pass
    work.result.pop("kept", None)
    told = {kind: work.result.get(kind, {}) for kind in ("made", "mended")}
    work.end("finish", "import.applied", **told)


def _held(found: HousingList, places: Places) -> Iterator[Held]:
    return (held for _, held, _ in lists.placed(found, places) if held)


def _undo(work: Work) -> None:
    undoing = Undoing(work.row.pk)
    before = work.counted("removed", "restored")

    def keep(done: int) -> None:
        work.result |= {
            "removed": dict(+(before["removed"] + undoing.removed)),
            "restored": dict(+(before["restored"] + undoing.restored)),
            "kept": dict(+undoing.kept),
        }
        work.beat(done)

    for _ in undoing.run(keep):
        pass
    told = {kind: work.result.get(kind, {}) for kind in ("removed", "restored", "kept")}
    for kind in ("made", "mended"):
        work.result.pop(kind, None)
    work.end("clear", "import.undone", **told)
