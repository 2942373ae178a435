"""Consent: the owners' roll and their ballots, counted under a dated rule of law.

>>> from datetime import date
>>> from tuanti.rules import law
>>> roll = Roll(tuple(Flat(f"{n}01", 70_00, (Owner(f"owner {n}"),)) for n in range(1, 7)))
>>> ballots = [Ballot("101", "no"), *(Ballot(f"{n}01", "yes") for n in (2, 3, 4))]
>>> special = Regime.of(law.find("cn/consent/special", on=date(2026, 11, 22)))
>>> found = tally(roll, ballots, special, on=date(2026, 11, 22))
>>> found.passed, found.law_ids
(True, ('cn/consent/special@2021-01-01',))
"""

from tuanti.rules.consent.finding import Condition, Measure, Outcome, Tally, Vote, least
from tuanti.rules.consent.needed import Needed, still_needed
from tuanti.rules.consent.regime import NotAConsentRule, Regime, Thresholds
from tuanti.rules.consent.roll import LIFT, Ballot, Flat, Mandate, Objection, Owner, Roll
from tuanti.rules.consent.tally import Unsound, check, tally, tally_all
from tuanti.rules.consent.voters import door

__all__ = [
    "LIFT",
    "Ballot",
    "Condition",
    "Flat",
    "Mandate",
    "Measure",
    "Needed",
    "NotAConsentRule",
    "Objection",
    "Outcome",
    "Owner",
    "Regime",
    "Roll",
    "Tally",
    "Thresholds",
    "Unsound",
    "Vote",
    "check",
    "door",
    "least",
    "still_needed",
    "tally",
    "tally_all",
]
