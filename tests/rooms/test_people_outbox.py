"""The outbox: nothing is lost, nothing goes elsewhere, nobody is told twice what a door refused."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from pytest_django import Settings

from tests.people_cast import NOW
from tuanti.journal.models import Entry
from tuanti.people.actors import CLOCK
from tuanti.people.commands.outbox import (
    KEPT,
    PAUSES,
    TRIES,
    Delivered,
    deliver_due,
    forget_messages,
    queue_message,
)
from tuanti.people.models import Message
from tuanti.people.queries import messages_to
from tuanti.people.refusals import UnknownChannel

pytestmark = pytest.mark.django_db
PHONE = "13800001234"


class Door(BaseHTTPRequestHandler):
    """Takes messages, or answers what it was told to."""

    answers: ClassVar[list[int]] = []
    seen: ClassVar[list[tuple[str, dict[str, str], dict[str, str]]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.answers.pop(0) if self.answers else 202)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")  # type: ignore[attr-defined]  # an HTTPServer
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def door(settings: Settings) -> Iterator[type[Door]]:
    Door.answers, Door.seen = [], []
    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/in"
    settings.OUTBOX = dict.fromkeys(("sms", "wechat", "mail"), address)
    settings.OUTBOX_TOKEN = "hush"  # noqa: S105 (nobody's)
    yield Door
    server.shutdown()
    thread.join()
    server.server_close()


def queued(text: str = "明天上午九点停水。", channel: str = "sms", **facts: object) -> Message:
    given = {"channel": channel, "to": PHONE, "text": text, "purpose": "notice", **facts}
    return queue_message(**given, by=CLOCK, now=NOW)  # type: ignore[arg-type]  # as given


def test_a_message_goes_to_the_configured_address_with_our_token(door: type[Door]) -> None:
    message = queued()
    assert deliver_due(by=CLOCK, now=NOW) == Delivered(sent=1)
    ((path, headers, told),) = door.seen
    assert (path, headers["Authorization"]) == ("/in", "Bearer hush")
    assert told == {
        "id": str(message.pk),
        "channel": "sms",
        "to": PHONE,
        "text": "明天上午九点停水。",
        "purpose": "notice",
    }
    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("sent", NOW)
    assert deliver_due(by=CLOCK, now=NOW) == Delivered()


def test_a_door_that_refuses_is_tried_again_later_with_the_same_id(door: type[Door]) -> None:
    door.answers = [503, 429, 200]
    message, at = queued(), NOW
    for pause in PAUSES[:2]:
        assert deliver_due(by=CLOCK, now=at) == Delivered(delayed=1)
        assert deliver_due(by=CLOCK, now=at + pause - timedelta(seconds=1)) == Delivered()
        at += pause
    assert deliver_due(by=CLOCK, now=at) == Delivered(sent=1)
    assert {told["id"] for _, _, told in door.seen} == {str(message.pk)}


def test_after_the_last_try_it_has_failed_and_says_why(door: type[Door]) -> None:
    door.answers = [500] * TRIES
    message, at = queued(), NOW
    for _ in range(TRIES):
        deliver_due(by=CLOCK, now=at)
        at += PAUSES[-1]
    message.refresh_from_db()
    assert (message.state, message.fault, message.tries) == ("failed", "http-500", TRIES)
    assert deliver_due(by=CLOCK, now=at) == Delivered()
    assert [e.act for e in Entry.objects.order_by("id")] == ["message.queue", "message.fail"]


def test_a_redirect_is_a_refusal_and_is_not_followed(door: type[Door]) -> None:
    door.answers = [307]
    queued()
    assert deliver_due(by=CLOCK, now=NOW) == Delivered(delayed=1)
    assert [path for path, _, _ in door.seen] == ["/in"]


def test_a_shut_door_is_knocked_at_once_a_round(settings: Settings) -> None:
    settings.OUTBOX = {"sms": "http://127.0.0.1:9/in", "mail": "console"}
    for _ in range(7):
        queued()
    queued(channel="mail")
    assert deliver_due(by=CLOCK, now=NOW) == Delivered(sent=1, delayed=7)
    assert set(Message.objects.filter(channel="sms").values_list("fault", flat=True)) == {
        "unreachable"
    }


def test_what_comes_too_late_is_not_sent(door: type[Door]) -> None:
    queued(until_at=NOW + timedelta(minutes=10))
    assert deliver_due(by=CLOCK, now=NOW + timedelta(minutes=10)) == Delivered(failed=1)
    assert not door.seen


def test_what_is_not_due_waits(door: type[Door]) -> None:
    queued(due_at=NOW + timedelta(hours=1))
    assert deliver_due(by=CLOCK, now=NOW) == Delivered()
    assert deliver_due(by=CLOCK, now=NOW + timedelta(hours=1)) == Delivered(sent=1)
    assert len(door.seen) == 1


def test_a_round_sends_no_more_than_it_may(door: type[Door]) -> None:
    for _ in range(8):
        queued()
    assert deliver_due(by=CLOCK, now=NOW, limit=7) == Delivered(sent=7)
    assert len(door.seen) == 7


@pytest.mark.parametrize("demo", [True, False])
def test_the_console_masks_whom_and_tells_the_text_only_in_a_demonstration(
    settings: Settings, caplog: pytest.LogCaptureFixture, *, demo: bool
) -> None:
    settings.DEMO = demo
    queued()
    with caplog.at_level(logging.INFO, logger="tuanti.outbox"):
        deliver_due(by=CLOCK, now=NOW)
    (line,) = caplog.messages
    assert line.startswith("[sms] 138****1234 ")
    assert ("停水" in line) is demo


@pytest.mark.parametrize("demo", [True, False])
def test_a_code_that_left_is_readable_only_in_a_demonstration(
    settings: Settings, *, demo: bool
) -> None:
    settings.DEMO = demo
    message = queued("验证码 123456", purpose="passcode")
    deliver_due(by=CLOCK, now=NOW)
    message.refresh_from_db()
    assert ("123456" in message.text) is demo


def test_old_messages_are_emptied_and_their_entries_stay() -> None:
    message = queued()
    deliver_due(by=CLOCK, now=NOW)
    entries = list(Entry.objects.values_list("act", flat=True))
    assert forget_messages(by=CLOCK, now=NOW + KEPT) == 0
    assert forget_messages(by=CLOCK, now=NOW + KEPT + timedelta(seconds=1)) == 1
    assert forget_messages(by=CLOCK, now=NOW + KEPT + timedelta(seconds=1)) == 0
    message.refresh_from_db()
    assert (message.to, message.text, bytes(message.to_index)) == ("", "", b"")
    acts = list(Entry.objects.order_by("id").values_list("act", flat=True))
    assert acts == [*entries, "message.forget"]


def test_a_channel_we_do_not_have_is_refused() -> None:
    with pytest.raises(UnknownChannel):
        queued(channel="pigeon")


def test_messages_are_found_by_whom_they_are_for() -> None:
    queued()
    assert messages_to("138 0000 1234").count() == 1
    assert messages_to("13900000000").count() == 0
