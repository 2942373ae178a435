"""The database itself keeps a vote: roll, rules and ledger cannot be changed by hand."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from tests.places_cast import load_tree
from tests.polls_cast import DURING, OVER, House, found_house, opened, say
from tuanti.consent import guards
from tuanti.consent.commands import polls
from tuanti.consent.models import Poll, Record, RollFlat, RollOwner
from tuanti.consent.queries import polls as known
from tuanti.people.actors import CLOCK
from tuanti.people.commands.keys import rotate_keys

pytestmark = pytest.mark.django_db
KEPT: tuple[type[models.Model], ...] = (Poll, RollFlat, RollOwner, Record)


@pytest.fixture
def house() -> House:
    load_tree()
    return found_house()


@pytest.fixture
def poll(house: House) -> Poll:
    poll = opened(house)
    say(house, poll, 0)
    say(house, poll, 1)
    return Poll.objects.get(pk=poll.pk)


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError as wrong:
        return "added to, never changed" in str(wrong)
    return False


def other(row: models.Model, column: models.Field[Any, Any]) -> Any:  # noqa: ANN401 (any column)
    """A value the column could hold, and does not."""
    now = getattr(row, column.attname)
    match column:
        case models.BooleanField():
            return not now
        case models.DateTimeField():
            return (now or DURING) + timedelta(seconds=1)
        case models.DateField():
            return now + timedelta(days=1)
        case models.JSONField():
            return {"changed": True}
        case models.UUIDField():
            return "00000000-0000-4000-8000-000000000000"
        case models.ForeignKey() | models.IntegerField() | models.BigAutoField():
            return (now or 0) + 1000
    return f"{now}x"[-2:]


def test_no_fixed_column_can_be_changed(poll: Poll) -> None:
    free = {"consent_rollflat": {"served_at"}, "consent_rollowner": {"name"}}
    moving = {"consent_poll": {"seq", "head", "closed_at", "result", "passed"}}
    for model in KEPT:
        row = model._default_manager.order_by("pk").first()
        assert row is not None
        table = model._meta.db_table
        for column in model._meta.concrete_fields:
            if column.name in free.get(table, set()) | moving.get(table, set()):
                continue
            changed = {column.attname: other(row, column)}
            rows = model._default_manager.filter(pk=row.pk)
            assert refused(partial(rows.update, **changed)), changed
    assert known.fault_of(poll) is None


def test_every_column_is_either_kept_or_free() -> None:
    for model in KEPT:
        columns = {one.column for one in model._meta.concrete_fields}
        table = model._meta.db_table
        assert columns == {*guards.KEPT[table], *guards.FREE[table]}


def test_nothing_can_be_deleted(poll: Poll) -> None:
    for model in KEPT:
        assert refused(partial(emptied, model._meta.db_table))
    assert poll.records.count() == 2


def emptied(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 (ours)


def test_nothing_takes_the_place_of_a_row(poll: Poll) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")
    row = poll.records.earliest("seq")
    names = [f'"{one.column}"' for one in Record._meta.concrete_fields]
    into, out = ", ".join(names), ", ".join(["id + 500", *names[1:]])
    twin = f"INSERT OR REPLACE INTO consent_record ({into}) SELECT {out} FROM consent_record"  # noqa: S608 (ours)
    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute(f"{twin} WHERE id = %s", [row.pk]))


def test_the_head_moves_one_line_at_a_time(poll: Poll) -> None:
    rows = Poll.objects.filter(pk=poll.pk)
    changes: list[dict[str, Any]] = [
        {"head": "0" * 64}, {"seq": 1}, {"seq": 9}, {"seq": 0, "head": ""},
    ]  # fmt: skip
    for changed in changes:
        assert refused(partial(rows.update, **changed)), changed


def test_a_count_is_kept_once(poll: Poll) -> None:
    polls.close_poll(poll_id=poll.pk, by=CLOCK, now=OVER)
    rows = Poll.objects.filter(pk=poll.pk)
    changes: list[dict[str, Any]] = [{"passed": True}, {"result": {}}, {"closed_at": None}]
    for changed in [*changes, {"seq": 3}]:
        assert refused(partial(rows.update, **changed)), changed


def test_a_name_can_be_sealed_anew_or_erased(poll: Poll) -> None:
    rotate_keys(by=CLOCK, now=DURING)
    RollOwner.objects.update(name="")
    assert known.fault_of(poll) is None


def test_the_guards_can_be_lifted_and_put_up_again(poll: Poll) -> None:
    guards.take_down(connection)
    Record.objects.filter(seq=2).update(by="somebody")
    fault = known.fault_of(poll)
    assert fault is not None
    assert (fault.code, fault.facts["seq"]) == ("ballots.changed", 2)
    guards.put_up(connection)
    assert refused(lambda: Record.objects.filter(seq=2).update(by="another"))


@pytest.mark.django_db(transaction=True)
def test_emptying_the_tables_of_a_test_leaves_the_guards_standing() -> None:
    load_tree()
    house = found_house()
    say(house, opened(house), 0)
    call_command("flush", interactive=False, verbosity=0)
    assert not Record.objects.exists()
    load_tree()
    house = found_house()
    say(house, opened(house), 0)
    assert refused(lambda: Record.objects.update(by="somebody"))
