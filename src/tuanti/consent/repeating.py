"""A further ballot after one that failed: how often and how soon the law of the place allows it."""

from datetime import date

from tuanti.consent.refusals.polls import BallotsSpent, BallotTooSoon
from tuanti.places.calendars import china
from tuanti.rules.deadlines import Term, ending
from tuanti.rules.law import Law

_MOST, _AFTER = "consent/second-ballots-most", "consent/second-ballot-after"


def spent(law: Law, failed: int) -> bool:
    """Whether, once ``failed`` ballots have failed, the law allows no further one."""
    return bool(failed > law.rule(_MOST).value)


def further_ballot_from(law: Law, over_on: date) -> date:
    """Find the first day a further ballot may be begun after one that ended on a day.

    It is a wait and no term to act in, so that a rest day does not move it.
    """
    rule = law.rule(_AFTER)
    term = Term(rule.value, rule.unit, "apart", moves=False)  # type: ignore[arg-type]  # in days
    return ending(term, over_on, china()).on


def allow_further_ballot(law: Law, failed: int, over_on: date | None, on: date) -> None:
    """Let pass a further ballot on a day; the last one was over on ``over_on``, if there was one.

    :raises BallotsSpent: there have been as many as the law allows.
    :raises BallotTooSoon: the wait is not over; ``first`` is the first day.
    """
    if spent(law, failed):
        most = law.rule(_MOST)
        raise BallotsSpent(held=failed, most=most.value, law=most.id)
    if over_on and on < (first := further_ballot_from(law, over_on)):
        wait = law.rule(_AFTER)
        told = {"ended": over_on.isoformat(), "first": first.isoformat()}
        raise BallotTooSoon(**told, wait=wait.value, law=wait.id)
