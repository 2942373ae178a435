"""The outbox, for the platform's administrators: whom masked, what only in a demonstration."""

from django.conf import settings
from django.http import Http404, HttpResponseBase

from tuanti.people import permissions, queries
from tuanti.people.http import Request
from tuanti.people.models import CHANNELS, Message
from tuanti.texts.words import WordMissing, say, word
from tuanti.web.forms import chosen
from tuanti.web.listing import Column, Filter, Listing, State, listing_response
from tuanti.web.templatetags.tuanti import spoken

_SIGNS = {"waiting": "wait", "sent": "ok", "failed": "no"}


def outbox(request: Request) -> HttpResponseBase:
    """List the messages, newest first."""
    if not permissions.runs_the_platform(request.actor):
        raise Http404
    listing = Listing(
        request,
        queries.messages(),
        _columns(),
        filters=[
            Filter(
                "state",
                "people.message.state",
                chosen("people.message.states", list(_SIGNS)),
                lambda rows, state: rows.filter(state=state),
            ),
            Filter(
                "channel",
                "people.message.channel",
                chosen("people.message.channels", list(CHANNELS)),
                lambda rows, channel: rows.filter(channel=channel),
            ),
        ],
        title=say("people.outbox.title", spoken()),
        empty="people.outbox.empty",
    )
    return listing_response(request, "people/outbox.html", listing, {"shown": settings.DEMO})


def _columns() -> list[Column]:
    text = [Column("text", "people.message.text", exported=False)] if settings.DEMO else []
    return [
        Column("created_at", "people.message.created_at", kind="moment", sort="created_at"),
        Column("channel", "people.message.channel", value=_channel),
        Column("to", "people.message.to", value=lambda message: message.masked_to),
        Column("purpose", "people.message.purpose", sort="purpose", value=_purpose),
        *text,
        Column("state", "people.message.state", kind="state", sort="state", value=_state),
        Column("tries", "people.message.tries", kind="number", sort="tries"),
        Column("fault", "people.message.fault", value=_fault),
    ]


def _channel(message: Message) -> str:
    return word(f"people.message.channels.{message.channel}", spoken())


def _purpose(message: Message) -> str:
    return _or_itself("people.message.purposes", message.purpose)


def _state(message: Message) -> State:
    said = word(f"people.message.states.{message.state}", spoken())
    return State(_SIGNS[message.state], said)


def _fault(message: Message) -> str:
    return _or_itself("people.message.faults", message.fault)


def _or_itself(path: str, name: str) -> str:
    try:
        return word(f"{path}.{name}", spoken()) if name else ""
    except WordMissing:
        return name
