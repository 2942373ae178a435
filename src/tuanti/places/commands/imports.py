"""Bringing lists: brought, settled, checked, applied, and undone if need be.

What takes time is done by a job beside the pages (:mod:`tuanti.places.working`); a command only
starts it. An import has one job at a time, by its mark: a job whose mark is another's by now
writes nothing more.
"""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuanti.journal import commands as journal
from tuanti.people.actors import Actor
from tuanti.places import lists, marking, permissions, tasks
from tuanti.places.lists import Settled
from tuanti.places.models import Division, Import
from tuanti.places.placing import Places
from tuanti.places.refusals import NotInReach
from tuanti.rules.errors import RuleBroken
from tuanti.rules.stages import MoveRefused, Process

_AT_REST = frozenset({"brought", "checked", "failed", "undone"})
IMPORT = Process(
    name="import",
    start="brought",
    moves={
        "settle": (_AT_REST, "brought"),
        "check": (_AT_REST, "checking"),
        "find": (frozenset({"checking"}), "checked"),
        "fail": (frozenset({"checking"}), "failed"),
        "apply": (frozenset({"checked", "halted"}), "applying"),
        "finish": (frozenset({"applying"}), "applied"),
        "halt": (frozenset({"applying", "undoing"}), "halted"),
        "undo": (frozenset({"applied", "halted", "undone"}), "undoing"),
        "clear": (frozenset({"undoing"}), "undone"),
        "drop": (_AT_REST, "dropped"),
    },
    ends=frozenset({"dropped"}),
)
AT_WORK = ("checking", "applying", "undoing")
STALLED = timedelta(minutes=5)  # without headway, a job counts as stopped
KEPT_DAYS = 30  # a file after its import was done: long enough to undo and look again
_MOST_RESUMED = 3  # times, by the clock; then something is wrong with the list or the machine
_BATCH = 100


class NotNow(RuleBroken):
    """The import is in another state by now."""

    code = "imports.not_now"


class FaultsLeft(RuleBroken):
    """The list has faults, and nobody said to leave the faulty lines out."""

    code = "imports.faults_left"


class NothingToLoad(RuleBroken):
    """Not one line of the list is without faults."""

    code = "imports.nothing_to_load"


class StillAtWork(RuleBroken):
    """The import's job makes headway; there is nothing to begin again."""

    code = "imports.still_at_work"


def bring_list(
    *, scope_id: str, name: str, content: Iterable[bytes], by: Actor, now: datetime
) -> Import:
    """Take a list in for a division: opened at once, so that what is no list is not kept.

    :raises NotInReach, NotPermitted: ``by`` may not keep the housing of the division.
    :raises ListTooLarge: the file is larger than 256 MB.
    :raises FileRefused: it is not safe to read, or no list.
    """
    scope = Division.objects.filter(pk=scope_id).first()
    if scope is None:
        raise NotInReach
    permissions.require_division(by, permissions.KEEP_HOUSING, scope)
    digest, path = lists.keep(content)
    row = Import(scope=scope, name=name[-160:] or "-", digest=digest, path=path, at=now)
    row.by, row.by_name, row.moved_at = by.id, by.name[:60], now
    try:
        row.result = {"opened": _opened(row, Settled(), now)}
        return _brought(row, by, now)
    except RuleBroken:
        lists.forget(path)
        raise


def settle_columns(*, import_id: int, settled: Settled, by: Actor, now: datetime) -> Import:
    """Settle how a list is to be read; what was found before is forgotten.

    :raises NotInReach, NotPermitted: ``by`` may not, or the street is out of their reach.
    :raises NotNow: it is being worked on, or applied.
    :raises FileRefused, UnknownField, UnknownColumn, ChosenTwice: it cannot be read so.
    """
    row = _seen(import_id, by)
    opened = _opened(row, settled, now)
    with transaction.atomic():
        row = _held(import_id, by)
        _move(row, "settle")
        row.settled, row.result = settled.kept, {"opened": opened}
        row.done = row.rows = 0
        marking.forget(row.pk)
        _save(row, now)
        told = {"columns": len(settled.chosen), "street": settled.street}
        journal.write(at=now, by=by, act="import.settle", subject=row, **told)
    return row


@transaction.atomic
def check_list(*, import_id: int, by: Actor, now: datetime) -> Import:
    """Begin to look a list through; nothing of it is loaded yet.

    :raises NotInReach, NotPermitted: ``by`` may not.
    :raises NotNow: it is being worked on, or applied.
    """
    row = _held(import_id, by)
    _move(row, "check")
    row.result = {"opened": row.result["opened"]}
    row.rows = 0
    marking.forget(row.pk)
    return _begin(row, tasks.run_check, by, now, "import.check")


@transaction.atomic
def apply_list(*, import_id: int, by: Actor, now: datetime, leave_out: bool = False) -> Import:
    """Begin to load a list that was checked; one that was halted goes on.

    ``leave_out``: without the faulty lines; else a list that has some is refused.

    :raises NotInReach, NotPermitted: ``by`` may not.
    :raises NotNow: it was not checked, or is being worked on.
    :raises FaultsLeft: lines are faulty, and are not to be left out.
    :raises NothingToLoad: no line is without faults.
    """
    row = _held(import_id, by)
    _move(row, "apply")
    found = row.result["check"]
    if not found["lines"]:
        raise NothingToLoad
    if found["left"] and not leave_out:
        raise FaultsLeft(count=found["left"])
    row.rows = found["lines"]
    told = {"lines": found["lines"], "left_out": found["left"]}
    return _begin(row, tasks.run_apply, by, now, "import.apply", **told)


@transaction.atomic
def undo_list(*, import_id: int, by: Actor, now: datetime) -> Import:
    """Begin to take back what a list made and changed.

    :raises NotInReach, NotPermitted: ``by`` may not.
    :raises NotNow: nothing of it was loaded, or it is being worked on.
    """
    row = _held(import_id, by)
    _move(row, "undo")
    made, mended = (sum(row.result.get(kind, {}).values()) for kind in ("made", "mended"))
    row.rows = made + mended
    return _begin(row, tasks.run_undo, by, now, "import.undo")


@transaction.atomic
def drop_list(*, import_id: int, by: Actor, now: datetime) -> None:
    """Drop a list of which nothing is loaded; its file is deleted.

    :raises NotInReach, NotPermitted: ``by`` may not.
    :raises NotNow: it is being worked on, or applied.
    """
    row = _held(import_id, by)
    _move(row, "drop")
    marking.forget(row.pk)
    journal.write(at=now, by=by, act="import.drop", subject=row)
    _forget_file(row, now)


@transaction.atomic
def resume_list(*, import_id: int, by: Actor, now: datetime) -> Import:
    """Begin a job again that stopped half-way; what is done already does no harm.

    :raises NotInReach, NotPermitted: ``by`` may not.
    :raises NotNow: no job is under way.
    :raises StillAtWork: it made headway within the last five minutes.
    """
    row = _held(import_id, by)
    if row.state not in AT_WORK:
        raise NotNow
    if row.moved_at > now - STALLED:
        raise StillAtWork
    row.result = {**row.result, "resumed": row.result.get("resumed", 0) + 1}
    return _begin(row, _TASKS[row.state], by, now, "import.resume")


def resume_stopped(*, by: Actor, now: datetime) -> int:
    """Begin again the jobs that made no headway for five minutes; tell how many. Safe to repeat.

    One that stopped three times over is given up: a person decides what to do with it.

    :raises NotInReach: ``by`` is not the clock.
    """
    if by.kind != "clock":
        raise NotInReach
    stopped = Import.objects.filter(state__in=AT_WORK, moved_at__lte=now - STALLED)
    rows = list(stopped.values_list("pk", "result__resumed")[:_BATCH])
    for pk, resumed in rows:
        if (resumed or 0) < _MOST_RESUMED:
            resume_list(import_id=pk, by=by, now=now)
        else:
            _give_up(pk, by, now)
    return len(rows)


def forget_lists(*, by: Actor, now: datetime) -> int:
    """Delete the files of imports done 30 days ago; tell how many. Safe to repeat.

    :raises NotInReach: ``by`` is not the clock.
    """
    if by.kind != "clock":
        raise NotInReach
    done = Import.objects.filter(moved_at__lte=now - timedelta(days=KEPT_DAYS))
    ids = list(done.exclude(state__in=AT_WORK).exclude(path="").values_list("pk", flat=True))
    for pk in ids[:_BATCH]:
        _forget_one(pk, by, now)
    return len(ids[:_BATCH])


@transaction.atomic
def _give_up(pk: int, by: Actor, now: datetime) -> None:
    row = Import.objects.select_for_update().get(pk=pk)
    move, act = ("fail", "failed") if row.state == "checking" else ("halt", "halted")
    _move(row, move)
    row.job, row.fault, row.moved_at, row.finished_at = "", "imports.gave_up", now, now
    row.result = {**row.result, "fault": {}, "resumed": 0}
    row.save()
    journal.write(at=now, by=by, act=f"import.{act}", subject=row, code=row.fault)


@transaction.atomic
def _forget_one(pk: int, by: Actor, now: datetime) -> None:
    row = Import.objects.select_for_update().get(pk=pk)
    journal.write(at=now, by=by, act="import.forget", subject=row)
    _forget_file(row, row.moved_at)


@transaction.atomic
def _brought(row: Import, by: Actor, now: datetime) -> Import:
    row.save()
    told = {"scope": row.scope_id, "digest": row.digest}
    journal.write(at=now, by=by, act="import.bring", subject=row, **told)
    return row


def _opened(row: Import, settled: Settled, now: datetime) -> dict[str, Any]:
    places = Places(row.scope, settled.street)
    if settled.street and settled.street not in places.streets:
        raise NotInReach
    found = lists.opened(row, places, timezone.localdate(now).year, settled)
    return lists.described(found)


def _begin(
    row: Import,
    task: Any,  # noqa: ANN401 (a task)
    by: Actor,
    now: datetime,
    act: str,
    **told: Any,  # noqa: ANN401 (JSON)
) -> Import:
    """Give the import a new job, and start it once this transaction has ended."""
    row.job, row.done, row.fault = secrets.token_hex(8), 0, ""
    _save(row, now)
    journal.write(at=now, by=by, act=act, subject=row, **told)
    job = row.job
    transaction.on_commit(lambda: task.enqueue(row.pk, job))
    return row


def _seen(import_id: int, by: Actor) -> Import:
    row = Import.objects.select_related("scope").filter(pk=import_id).first()
    if row is None:
        raise NotInReach
    permissions.require_division(by, permissions.KEEP_HOUSING, row.scope)
    return row


def _held(import_id: int, by: Actor) -> Import:
    Import.objects.select_for_update().filter(pk=import_id).first()
    return _seen(import_id, by)


def _move(row: Import, act: str) -> None:
    try:
        row.state = IMPORT.after(row.state, act)
    except MoveRefused as refused:
        raise NotNow from refused


def _save(row: Import, now: datetime) -> None:
    row.moved_at, row.finished_at = now, None
    row.save()


def _forget_file(row: Import, moved_at: datetime) -> None:
    path, row.path = row.path, ""
    row.moved_at = moved_at
    row.save()
    forgotten: Callable[[], None] = lambda: lists.forget(path)  # noqa: E731 (for the end)
    transaction.on_commit(forgotten)


_TASKS = {"checking": tasks.run_check, "applying": tasks.run_apply, "undoing": tasks.run_undo}
