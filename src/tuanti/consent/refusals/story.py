"""What is refused before the vote; codes ``consultation.*``."""

from collections.abc import Iterable

from tuanti.rules.errors import Fact, Fault, RuleBroken


class NotNow(RuleBroken):
    """The consultation has not come so far, or is past it."""

    code = "consultation.not_now"


class HasLift(RuleBroken):
    """The stairwell has a lift."""

    code = "consultation.has_lift"


class NotEligible(RuleBroken):
    """Under the rules of the place no lift may be added here."""

    code = "consultation.not_eligible"


class FlatElsewhere(RuleBroken):
    """The flat is in another stairwell."""

    code = "consultation.flat_elsewhere"


class NotYourFlat(RuleBroken):
    """Whoever asks owns another flat."""

    code = "consultation.not_your_flat"


class OwnerElsewhere(RuleBroken):
    """The person owns no such flat."""

    code = "consultation.owner_elsewhere"


class AlreadyWished(RuleBroken):
    """The flat wishes for a lift already."""

    code = "consultation.already_wished"


class NotWishing(RuleBroken):
    """The flat has no wish to take back."""

    code = "consultation.not_wishing"


class AnswerUnknown(RuleBroken):
    """The answer is none of those there are."""

    code = "consultation.answer_unknown"


class AlreadyInGroup(RuleBroken):
    """The owner is a representative already."""

    code = "consultation.already_in_group"


class GroupFull(RuleBroken):
    """The owners' group has as many members as it may have."""

    code = "consultation.group_full"


class GroupIncomplete(RuleBroken):
    """The owners' group has too few members."""

    code = "consultation.group_incomplete"


class LeftAlready(RuleBroken):
    """The representative has left the group."""

    code = "consultation.left_already"


class PlanRefused(RuleBroken):
    """A plan has faults; ``faults`` holds every one, with its path.

    Paths are ``("plan", field)``, ``("flats", row id of the flat, field)`` and
    ``("table", place, field)``.
    """

    code = "consultation.plan_refused"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults))


class PlanDropped(RuleBroken):
    """The plan was dropped."""

    code = "consultation.plan_dropped"


class PlanChosen(RuleBroken):
    """The plan is the one to be voted on."""

    code = "consultation.plan_chosen"


class TooManyPlans(RuleBroken):
    """There are as many plans as can be compared."""

    code = "consultation.too_many_plans"


class AuthorMissing(RuleBroken):
    """Somebody has to answer for it by name."""

    code = "consultation.author_missing"


class AlreadyAnswered(RuleBroken):
    """The question was answered before."""

    code = "consultation.already_answered"


class AlreadyInvited(RuleBroken):
    """The body was asked already."""

    code = "consultation.already_invited"


class NotInvited(RuleBroken):
    """The body was not asked, or no longer."""

    code = "consultation.not_invited"


def missing(field: str) -> Fault:
    """Say that a field of a plan is empty."""
    return Fault("consultation.field_missing", ("plan", field), {"field": field})


def outside(field: str, value: int, low: int, high: int) -> Fault:
    """Say that a number of a plan cannot be right."""
    facts: dict[str, Fact] = {"field": field, "value": value, "low": low, "high": high}
    return Fault("consultation.number_outside", ("plan", field), facts)


def unknown(field: str, value: str) -> Fault:
    """Say that a choice of a plan is none of those there are."""
    return Fault("consultation.choice_unknown", ("plan", field), {"field": field, "value": value})
