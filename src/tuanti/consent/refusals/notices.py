"""What is refused after the vote, and at the worker's desk."""

from tuanti.rules.errors import RuleBroken


class NotOnNotice(RuleBroken):
    """There is no notice one could object to."""

    code = "notices.not_on_notice"


class NoticeNotBegun(RuleBroken):
    """The objection is older than the notice it is about."""

    code = "notices.not_begun"


class NoticeEnded(RuleBroken):
    """The last day to object is over."""

    code = "notices.ended"


class NoticeRuns(RuleBroken):
    """The notice has not ended yet."""

    code = "notices.runs"


class ObjectionsOpen(RuleBroken):
    """Somebody's objection has not been settled."""

    code = "notices.objections_open"


class ObjectionStands(RuleBroken):
    """The objection is named and written, so that nobody may set it aside for lacking it."""

    code = "notices.objection_stands"


class ObjectionClosed(RuleBroken):
    """The objection is settled, withdrawn or void already."""

    code = "notices.objection_closed"


class FlatElsewhere(RuleBroken):
    """The flat does not stand in the building."""

    code = "notices.flat_elsewhere"


class TextMissing(RuleBroken):
    """A few words are needed."""

    code = "notices.text_missing"


class PaperMissing(RuleBroken):
    """What was signed on paper, or hung up, is shown by a scan or a photo."""

    code = "notices.paper_missing"


class PhoneNotWritten(RuleBroken):
    """Here the law does not count an electronic signature as a written one."""

    code = "notices.phone_not_written"


class AheadOfTime(RuleBroken):
    """It is told of a time that has not come yet."""

    code = "notices.ahead_of_time"


class NobodyPays(RuleBroken):
    """Under the plan no flat pays anything, so that there is nobody to sign."""

    code = "notices.nobody_pays"


class NoAgreement(RuleBroken):
    """No agreement has been drawn up that could be signed."""

    code = "notices.no_agreement"


class AgreementReplaced(RuleBroken):
    """A newer agreement has taken the place of this one."""

    code = "notices.agreement_replaced"


class NotAParty(RuleBroken):
    """The flat, or the person, is no party to the agreement."""

    code = "notices.not_a_party"


class SignedBefore(RuleBroken):
    """This owner has signed for this flat already."""

    code = "notices.signed_before"


class NotAgreed(RuleBroken):
    """A mandate follows an agreement that everybody who pays has signed."""

    code = "notices.not_agreed"


class NotABuyer(RuleBroken):
    """The organisation is none that buys for owners."""

    code = "notices.not_a_buyer"


class OtherBuyer(RuleBroken):
    """The neighbours have named another buyer: one lift is bought by one."""

    code = "notices.other_buyer"


class MandateGiven(RuleBroken):
    """The flat has a mandate that holds."""

    code = "notices.mandate_given"


class MandateOver(RuleBroken):
    """The mandate was left, or has expired."""

    code = "notices.mandate_over"


class ExpiryOutside(RuleBroken):
    """The mandate would end before it begins, or later than can be foreseen."""

    code = "notices.expiry_outside"


class CeilingMissing(RuleBroken):
    """A mandate says up to how much may be bought."""

    code = "notices.ceiling_missing"


class NotAbove(RuleBroken):
    """The sum lies within the ceiling, so that there is nothing to confirm."""

    code = "notices.not_above"


class MandatesLacking(RuleBroken):
    """Not every flat that pays has a mandate that holds."""

    code = "notices.mandates_lacking"


class NotVoting(RuleBroken):
    """Serving a ballot by notice needs a vote that is open."""

    code = "notices.not_voting"


class NotTicked(RuleBroken):
    """What one binds oneself to is agreed to by a tick, never by a mere click."""

    code = "notices.not_ticked"
