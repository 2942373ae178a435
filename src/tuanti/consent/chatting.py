"""One-click text for the neighbours' chat group: its words go by the state, and name nobody."""

from django.utils import timezone

from tuanti.consent.models import Consultation
from tuanti.consent.queries import notices, polls
from tuanti.places.naming import whole_name
from tuanti.texts import Lang
from tuanti.texts.words import say


def chat_text(consultation: Consultation, address: str, lang: Lang) -> str:
    """Write the text for a consultation's group; ``address`` is the stairwell's public page."""
    facts: dict[str, str | int] = {
        "place": whole_name(consultation.stairwell, lang),
        "address": address,
        "until": "",
        "last_on": "",
        "done": 0,
        "left": 0,
    }
    notice = notices.notice_of(consultation)
    if notice is not None:
        facts["last_on"] = notice.last_on.isoformat()
    if consultation.state == "open" and (poll := polls.poll_of(consultation)):
        own = set(poll.roll.filter(own=True).values_list("flat_id", flat=True))
        done = len(own & polls.answered(poll))
        until = f"{timezone.localtime(poll.closes_at):%Y-%m-%d %H:%M}"
        facts |= {"until": until, "done": done, "left": len(own) - done}
    return say(f"notices.chat.texts.{consultation.state}", lang, **facts)
