"""A consultation and all that belongs to it, in the order of the story."""

from tuanti.consent.models.notices import (
    Agreement,
    Contact,
    Mandate,
    Mediation,
    Notice,
    NoticePhoto,
    Objection,
    Signing,
)
from tuanti.consent.models.polls import Poll, Proxy, Record, RollFlat, RollOwner
from tuanti.consent.models.story import (
    Canvass,
    Consultation,
    Impact,
    Invitation,
    Meeting,
    Plan,
    Question,
    Representative,
    Statement,
    Wish,
)

__all__ = [
    "Agreement",
    "Canvass",
    "Consultation",
    "Contact",
    "Impact",
    "Invitation",
    "Mandate",
    "Mediation",
    "Meeting",
    "Notice",
    "NoticePhoto",
    "Objection",
    "Plan",
    "Poll",
    "Proxy",
    "Question",
    "Record",
    "Representative",
    "RollFlat",
    "RollOwner",
    "Signing",
    "Statement",
    "Wish",
]
