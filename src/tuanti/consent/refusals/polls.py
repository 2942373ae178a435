"""What is refused of rolls, ballots, proxies and closing; codes ``polls.*``."""

from tuanti.rules.errors import Fault, RuleBroken


class NoPlan(RuleBroken):
    """No plan has been chosen to vote on."""

    code = "polls.no_plan"


class RuleNotThere(RuleBroken):
    """The place has no such rule for a lift's vote."""

    code = "polls.rule_not_there"


class RollFaulty(RuleBroken):
    """The roll cannot be fixed; ``faults`` holds every fault."""

    code = "polls.roll_faulty"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults


class PeriodTooShort(RuleBroken):
    """The period of voting is shorter than the law of the place asks for."""

    code = "polls.period_too_short"


class PeriodTooLong(RuleBroken):
    """The period of voting is longer than anybody would wait."""

    code = "polls.period_too_long"


class BallotsSpent(RuleBroken):
    """The law of the place allows no further ballot."""

    code = "polls.ballots_spent"


class BallotTooSoon(RuleBroken):
    """The law of the place asks for a longer wait before a further ballot."""

    code = "polls.ballot_too_soon"


class NotOpenYet(RuleBroken):
    """Voting has not begun."""

    code = "polls.not_open_yet"


class TooLate(RuleBroken):
    """Voting is over: it came in at the deadline or after."""

    code = "polls.too_late"


class NotVoting(RuleBroken):
    """The consultation is not being voted on, or no longer."""

    code = "polls.not_voting"


class StillOpen(RuleBroken):
    """Ballots may still come in, or be under way."""

    code = "polls.still_open"


class ClosedAlready(RuleBroken):
    """The ballots have been counted."""

    code = "polls.closed_already"


class NotYourFlat(RuleBroken):
    """The roll does not know the person as an owner of that flat."""

    code = "polls.not_your_flat"


class NotOnTheRoll(RuleBroken):
    """The roll that was fixed does not hold the flat, or not this owner of it."""

    code = "polls.not_on_the_roll"


class AnswersAmiss(RuleBroken):
    """A matter was left unanswered, or an answer is none of the three."""

    code = "polls.answers_amiss"


class FormUsed(RuleBroken):
    """This form has been received already, with other answers."""

    code = "polls.form_used"


class FormTorn(RuleBroken):
    """What came in is no ballot: its number or its flat is missing."""

    code = "polls.form_torn"


class OneHand(RuleBroken):
    """Whoever kept the roll types and confirms nothing, and nobody confirms their own entry."""

    code = "polls.one_hand"


class NothingToConfirm(RuleBroken):
    """The ballot does not wait for a second person."""

    code = "polls.nothing_to_confirm"


class OriginalMissing(RuleBroken):
    """Here a ballot by phone counts with its signed original only: scan it."""

    code = "polls.original_missing"


class NotDisputable(RuleBroken):
    """The ballot is the person's own, or disputed or refused already."""

    code = "polls.not_disputable"


class NotDisputed(RuleBroken):
    """Nobody disputes the ballot."""

    code = "polls.not_disputed"


class ReasonUnknown(RuleBroken):
    """The reason is none of those there are."""

    code = "polls.reason_unknown"


class HolderMissing(RuleBroken):
    """A proxy is somebody: a name is needed."""

    code = "polls.holder_missing"


class CapacityUnknown(RuleBroken):
    """The capacity is none of those there are."""

    code = "polls.capacity_unknown"


class ProxyDates(RuleBroken):
    """The proxy would end before it begins."""

    code = "polls.proxy_dates"


class NotInForce(RuleBroken):
    """The proxy was revoked, has not begun, has ended, or is another owner's."""

    code = "polls.not_in_force"


class CodeUnread(RuleBroken):
    """The code of a ballot form or receipt is mistyped."""

    code = "polls.code_unread"


class CodeElsewhere(RuleBroken):
    """The ballot form belongs to another vote."""

    code = "polls.code_elsewhere"


class ReceiptUnread(RuleBroken):
    """The text is no receipt of ours."""

    code = "polls.receipt_unread"
