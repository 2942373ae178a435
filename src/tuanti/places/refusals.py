"""What this room refuses: each answer has a sentence in ``texts`` that says what to do next."""

from tuanti.rules.errors import RuleBroken


class NotInReach(RuleBroken):
    """Nothing like it stands where the actor has a post."""

    code = "places.not_in_reach"


class NotPermitted(RuleBroken):
    """The actor sees it, but none of their duties lets them do this."""

    code = "places.not_permitted"


class NameMissing(RuleBroken):
    """A name or number is needed."""

    code = "places.name_missing"


class NameTaken(RuleBroken):
    """Something of this name is there already."""

    code = "places.name_taken"


class WrongLevel(RuleBroken):
    """A division of another level was named."""

    code = "places.wrong_level"


class CommunityElsewhere(RuleBroken):
    """The community lies in another street."""

    code = "places.community_elsewhere"


class OutOfRange(RuleBroken):
    """A figure is above or below what there is."""

    code = "places.out_of_range"


class UnknownValue(RuleBroken):
    """A value is none of those known."""

    code = "places.unknown_value"


class StillInUse(RuleBroken):
    """Something hangs on what was to be removed."""

    code = "places.still_in_use"


class NeededElsewhere(RuleBroken):
    """A consultation, a vote or the like has it on file."""

    code = "places.needed_elsewhere"


class BadPhone(RuleBroken):
    """A telephone number that cannot be one."""

    code = "places.bad_phone"


class BadIdNumber(RuleBroken):
    """An ID number whose length or check digit is wrong."""

    code = "places.bad_id_number"


class BadShare(RuleBroken):
    """A share that is no fraction above 0 and up to 1."""

    code = "places.bad_share"


class SharesTooMany(RuleBroken):
    """The shares of a flat would come to more than the whole."""

    code = "places.shares_too_many"


class SharesMixed(RuleBroken):
    """Some owners of a flat hold shares and others hold it jointly."""

    code = "places.shares_mixed"


class OwnerTwice(RuleBroken):
    """The person owns the flat already."""

    code = "places.owner_twice"


class NotAnOwner(RuleBroken):
    """The person does not own the flat."""

    code = "places.not_an_owner"


class OwnerErased(RuleBroken):
    """The person's data were erased."""

    code = "places.owner_erased"


class StillOwns(RuleBroken):
    """The person still owns a flat, so that their data are needed."""

    code = "places.still_owns"


class NotDead(RuleBroken):
    """Heirs are named for one who is not recorded as dead."""

    code = "places.not_dead"


class ReasonMissing(RuleBroken):
    """A reason is needed, in a few words."""

    code = "places.reason_missing"


class EvidenceKind(RuleBroken):
    """The file is no photo (JPEG, PNG) and no PDF, whatever its name says."""

    code = "places.evidence_kind"


class EvidenceSize(RuleBroken):
    """The file is empty or larger than we keep."""

    code = "places.evidence_size"


class EvidenceMissing(RuleBroken):
    """A paper or photo is needed."""

    code = "places.evidence_missing"


class DayAhead(RuleBroken):
    """A day that has not come yet."""

    code = "places.day_ahead"


class DaysReversed(RuleBroken):
    """The end is before the beginning."""

    code = "places.days_reversed"


class BrandMissing(RuleBroken):
    """An installed lift has a maker."""

    code = "places.brand_missing"


class AlreadyWithdrawn(RuleBroken):
    """It was taken back before."""

    code = "places.already_withdrawn"


class AlreadyAgreed(RuleBroken):
    """The person agreed to this before, and has not taken it back."""

    code = "places.already_agreed"


class AlreadyAnswered(RuleBroken):
    """The report was answered before."""

    code = "places.already_answered"


class CodeMistyped(RuleBroken):
    """A stairwell code whose length or check character is wrong."""

    code = "places.code_mistyped"


class CodeUnknown(RuleBroken):
    """No stairwell has this code."""

    code = "places.code_unknown"


class TooManyTries(RuleBroken):
    """Too many codes were tried."""

    code = "places.too_many_tries"


class RollIncomplete(RuleBroken):
    """Flats lack an area or an owner, so that no roll can be made."""

    code = "places.roll_incomplete"


class PasscodeWrong(RuleBroken):
    """The code that came by message is wrong or too old, or none was sent."""

    code = "places.passcode_wrong"
