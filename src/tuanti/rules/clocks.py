"""The clocks of a case: from which event to which, by whom, under which rule of law.

How long each runs, and in which unit, is law data; what it runs from and asks for is this table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tuanti.rules.deadlines import Kind
from tuanti.rules.regimes import REGIMES

# An inspection, an expert review or a hearing stops a licence's clock (Administrative Licence Law
# art. 45); an objection or complaint stops the purchase.
_LICENCE_STOPS = frozenset({"expert-review", "hearing", "inspection"})
_PURCHASE_STOPS = frozenset({"objection", "complaint"})


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock: it runs under ``rule`` (``topic/name``) from ``starts`` until ``ends``, for ``by``.

    ``starts`` is an event, or another clock's rule: then it runs from the day that one ends.
    ``ends`` is empty where nothing ends it but time. ``stops`` are the reasons it may be paused
    for, ``longer`` the events that extend it, in their order, and by which rule. ``moves`` is
    whether a last day on a rest day moves on; where more time than stated is a danger it does not.
    ``right``: one may act and need not. ``local``: only some places have the rule.
    """

    rule: str
    starts: str
    ends: str
    by: str
    kind: Kind = "within"
    moves: bool = True
    stops: frozenset[str] = frozenset()
    longer: tuple[tuple[str, str], ...] = ()
    right: bool = False
    local: bool = False

    @property
    def regime(self) -> str:
        """The regime it belongs to, or nothing if it runs under each."""
        topic = self.rule.partition("/")[0]
        return topic if topic in REGIMES else ""


_OWNERS = (
    Clock("notice/plan", "notice-posted", "notice-ended", "community", "lasts"),
    Clock("consent/challenge", "vote-announced", "suit-filed", "owners", right=True),
)

_LICENCES = (
    Clock("licence/consultation", "departments-asked", "departments-answered", "departments"),
    Clock(
        "licence/decision",
        "application-accepted",
        "licence-decided",
        "authority",
        stops=_LICENCE_STOPS,
        longer=(("decision-extended", "licence/decision-extension"),),
    ),
    Clock(
        "licence/joint-decision",
        "joint-application-accepted",
        "licence-decided",
        "authority",
        stops=_LICENCE_STOPS,
        longer=(("decision-extended", "licence/joint-extension"),),
    ),
    Clock("licence/handover", "licence-decided", "licence-handed-over", "authority"),
    Clock(
        "licence/hearing-request", "hearing-offered", "hearing-requested", "interested", right=True
    ),
    Clock("licence/hearing", "hearing-requested", "hearing-held", "authority"),
    Clock("licence/work-permit", "work-permit-requested", "work-permit", "authority"),
    Clock(
        "licence/start-work",
        "work-permit",
        "works-started",
        "builder",
        longer=(
            ("start-extended", "licence/start-extension"),
            ("start-extended-again", "licence/start-extension"),
        ),
    ),
)

_WORKS = (
    Clock("registration/file", "acceptance", "file-handed-over", "builder"),
    Clock("registration/use", "put-into-use", "use-registration", "user-unit"),
    Clock("registration/decision", "registration-requested", "use-registration", "regulator"),
    Clock("warranty/installation", "acceptance", "", "builder", "lasts", moves=False),
    Clock("warranty/waterproofing", "acceptance", "", "builder", "lasts", moves=False),
    Clock("warranty/lift", "acceptance", "", "builder", "lasts", local=True, moves=False),
    Clock("inspection/apply-before", "inspection-expiry", "inspection-requested", "user-unit",
          "before"),
    Clock("inspection/assessment-age", "put-into-use", "safety-assessed", "user-unit", local=True,
          moves=False),
    Clock("upkeep/self-inspection", "self-inspected", "", "maintainer", moves=False),
    Clock("upkeep/drill", "drill-held", "", "maintainer", moves=False),
)  # fmt: skip

_TENDERING = (
    Clock("tendering/prequalification", "prequalification-sale-ended", "prequalification-deadline",
          "buyer", "apart"),
    Clock("tendering/document-supply", "documents-issued", "documents-ended", "buyer", "lasts"),
    Clock("tendering/bid-period", "documents-issued", "bid-deadline", "buyer", "apart"),
    Clock("tendering/clarification", "bid-deadline", "clarification-issued", "buyer", "before",
          right=True),
    Clock("tendering/objection-before", "bid-deadline", "objection-filed", "bidders", "before",
          right=True),
    Clock("tendering/objection-answer", "objection-filed", "objection-answered", "buyer"),
    Clock("tendering/candidate-notice-start", "report-received", "candidates-published", "buyer"),
    Clock("tendering/candidate-notice", "candidates-published", "candidates-ended", "buyer",
          "lasts", stops=_PURCHASE_STOPS),
    Clock("tendering/winner-notice", "candidates-ended", "award-notice", "buyer",
          stops=_PURCHASE_STOPS, local=True),
    Clock("tendering/contract", "award-notice", "contract-signed", "buyer", stops=_PURCHASE_STOPS),
    Clock("tendering/report", "winner-confirmed", "written-report", "buyer"),
    Clock("tendering/bond-refund-losers", "contract-signed", "losers-refunded", "buyer"),
    Clock("tendering/bond-refund-winner", "contract-signed", "winner-refunded", "buyer"),
    Clock("tendering/contract-filing", "contract-signed", "contract-filed", "buyer", local=True),
    Clock("tendering/complaint", "harm-known", "complaint-filed", "bidders",
          stops=frozenset({"objection"}), right=True),
    Clock("tendering/complaint-acceptance", "complaint-filed", "complaint-accepted", "supervisor"),
    Clock("tendering/complaint-decision", "complaint-accepted", "complaint-decided", "supervisor",
          stops=frozenset({"expert-review", "inspection"})),
    Clock("tendering/archive", "purchase-ended", "", "buyer", "lasts", local=True, moves=False),
)  # fmt: skip

_FISCAL = (
    Clock("fiscal/intent-notice", "intent-published", "documents-issued", "buyer", "apart"),
    Clock("fiscal/prequalification", "prequalification-announced", "prequalification-deadline",
          "buyer", "apart"),
    Clock("fiscal/document-supply", "documents-issued", "documents-ended", "buyer", "lasts"),
    Clock("fiscal/bid-period", "documents-issued", "bid-deadline", "buyer", "apart"),
    Clock("fiscal/clarification", "bid-deadline", "clarification-issued", "buyer", "before",
          right=True),
    Clock("fiscal/inquiry-answer", "inquiry-received", "inquiry-answered", "buyer"),
    Clock("fiscal/report", "evaluation-ended", "report-received", "agency"),
    Clock("fiscal/confirm-winner", "report-received", "winner-confirmed", "buyer"),
    Clock("fiscal/winner-notice", "winner-confirmed", "award-notice", "buyer"),
    Clock("fiscal/result-notice", "award-notice", "result-notice-ended", "buyer", "lasts"),
    Clock("fiscal/contract", "award-notice", "contract-signed", "buyer", stops=_PURCHASE_STOPS),
    Clock("fiscal/contract-publication", "contract-signed", "contract-published", "buyer"),
    Clock("fiscal/contract-filing", "contract-signed", "contract-filed", "buyer"),
    Clock("fiscal/bond-refund-losers", "award-notice", "losers-refunded", "buyer"),
    Clock("fiscal/bond-refund-winner", "contract-signed", "winner-refunded", "buyer"),
    Clock("fiscal/challenge", "harm-known", "challenge-filed", "bidders", right=True),
    Clock("fiscal/challenge-answer", "challenge-filed", "challenge-answered", "buyer"),
    Clock("fiscal/complaint", "fiscal/challenge-answer", "complaint-filed", "bidders", right=True),
    Clock("fiscal/complaint-decision", "complaint-filed", "complaint-decided", "supervisor",
          stops=frozenset({"expert-review", "inspection"})),
    Clock("fiscal/complaint-pause-most", "purchase-paused", "purchase-resumed", "supervisor",
          moves=False),
    Clock("fiscal/archive", "purchase-ended", "", "buyer", "lasts", moves=False),
)  # fmt: skip

CLOCKS: tuple[Clock, ...] = (*_OWNERS, *_LICENCES, *_WORKS, *_TENDERING, *_FISCAL)

# Events no clock runs from or to, that a subsidy may wait for, or that start one.
_SUBSIDY_EVENTS = ("supervision-inspection", "subsidy-applied")


def _events(clocks: Iterable[Clock]) -> Iterable[str]:
    for clock in clocks:
        yield from (clock.starts, clock.ends, *(event for event, _ in clock.longer))
    yield from _SUBSIDY_EVENTS


BY_RULE: Mapping[str, Clock] = MappingProxyType({clock.rule: clock for clock in CLOCKS})
assert len(BY_RULE) == len(CLOCKS), "a rule has one clock"

# Every event a case may have a date for.
EVENTS: tuple[str, ...] = tuple(
    dict.fromkeys(event for event in _events(CLOCKS) if event and event not in BY_RULE)
)
