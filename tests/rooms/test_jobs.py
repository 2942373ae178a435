"""The clock does what is due, all of it, and again without harm."""

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.journal_cast import NOON, act
from tuanti.jobs import clock
from tuanti.jobs.clock import TIMED_ACTS, tick
from tuanti.jobs.management.commands import tick as command
from tuanti.journal.models import Checkpoint
from tuanti.people.actors import CLOCK

pytestmark = pytest.mark.django_db


def names(rounds: tuple[clock.Done, ...]) -> list[str]:
    return [done.act for done in rounds]


def test_a_tick_seals_what_was_written() -> None:
    act()
    assert tick(NOON)[-1].result == 1
    assert Checkpoint.objects.get().at == NOON


def test_a_tick_may_come_again() -> None:
    act()
    tick(NOON)
    assert [done.fault for done in tick(NOON)] == [None] * len(TIMED_ACTS)
    assert Checkpoint.objects.count() == 1


def test_the_seal_comes_last() -> None:
    assert names(tick(NOON))[-1] == "seal_entries"


def test_an_act_that_fails_does_not_hold_up_the_next(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Any] = []

    def fail(*, by: object, now: datetime) -> None:
        raise ZeroDivisionError(by, now)

    def remember(**facts: object) -> None:
        told.append(facts)

    with caplog.at_level(logging.ERROR):
        first, second = tick(NOON, (fail, remember))
    assert isinstance(first.fault, ZeroDivisionError)
    assert second.fault is None
    assert told == [{"by": CLOCK, "now": NOON}]
    assert "fail failed" in caplog.text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-12-31T16:00:00Z", datetime(2026, 12, 31, 16, tzinfo=UTC)),
        ("2027-01-01 00:00", datetime(2026, 12, 31, 16, tzinfo=UTC)),
    ],
)
def test_a_tick_can_be_played_at_another_time(said: str, meant: datetime) -> None:
    act()
    call_command("tick", "--at", said)
    assert Checkpoint.objects.get().at == meant


@pytest.mark.parametrize("words", [("--at", "soon"), ("--every", "0"), ("--every", "never")])
def test_a_tick_at_no_time_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("tick", *words)


def test_a_fault_is_the_commands_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = clock.Done("seal_entries", fault=ZeroDivisionError("by nothing"))
    monkeypatch.setattr(command, "tick", lambda _now: (wrong,))
    with pytest.raises(CommandError, match="seal_entries: by nothing"):
        call_command("tick")


def test_a_clock_that_goes_on_ticks_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[datetime] = []

    def stop(seconds: float) -> None:
        assert seconds == 20
        if len(rounds) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", stop)
    monkeypatch.setattr(command, "tick", rounds.append)
    with pytest.raises(KeyboardInterrupt):
        call_command("tick", "--every", "20")
    assert len(rounds) == 3
