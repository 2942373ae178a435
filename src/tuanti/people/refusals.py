"""What this room refuses."""

from tuanti.rules.errors import RuleBroken


class UnknownOrganisation(RuleBroken):
    """There is no such organisation."""

    code = "people.unknown_organisation"


class OrganisationTaken(RuleBroken):
    """An open organisation of that id, or of that name in that place, exists."""

    code = "people.organisation_taken"


class OrganisationClosed(RuleBroken):
    """The organisation is closed."""

    code = "people.organisation_closed"


class NameMissing(RuleBroken):
    """A name is empty, or longer than there is room for."""

    code = "people.name_missing"


class BadIdentifier(RuleBroken):
    """An id or a sign-in name has letters it may not have."""

    code = "people.bad_identifier"


class UnknownAccount(RuleBroken):
    """There is no such account."""

    code = "people.unknown_account"


class AccountTaken(RuleBroken):
    """Somebody signs in by that name already."""

    code = "people.account_taken"


class AccountClosed(RuleBroken):
    """The account is closed."""

    code = "people.account_closed"


class OwnAccount(RuleBroken):
    """Nobody does this to their own account."""

    code = "people.own_account"


class UnknownPost(RuleBroken):
    """There is no such post."""

    code = "people.unknown_post"


class PostHeld(RuleBroken):
    """The person holds that very post in that time."""

    code = "people.post_held"


class PostEnded(RuleBroken):
    """The post has ended."""

    code = "people.post_ended"


class OwnPost(RuleBroken):
    """Nobody gives a post to themselves."""

    code = "people.own_post"


class LastAdministrator(RuleBroken):
    """The platform would be left without an administrator."""

    code = "people.last_administrator"


class ScopeOutside(RuleBroken):
    """The post would reach further than its organisation does."""

    code = "people.scope_outside"


class PeriodEmpty(RuleBroken):
    """A period ends before it begins."""

    code = "people.period_empty"


class HouseOpen(RuleBroken):
    """The platform has its first administrator."""

    code = "people.house_open"


class BadPhone(RuleBroken):
    """That is no mobile number."""

    code = "people.bad_phone"


class CodeTooSoon(RuleBroken):
    """A code was sent moments ago; ``seconds`` tells how long to wait."""

    code = "people.code_too_soon"


class TooManyCodes(RuleBroken):
    """As many codes as may be were sent within the hour; ``minutes`` tells how long to wait."""

    code = "people.too_many_codes"


class CodeWrong(RuleBroken):
    """That is not the code; ``left`` tries are left."""

    code = "people.code_wrong"


class CodeExpired(RuleBroken):
    """There is no code that could still be used: none was sent, it was used, or it is old."""

    code = "people.code_expired"


class TriesSpent(RuleBroken):
    """The code was tried too often."""

    code = "people.tries_spent"


class UnknownChannel(RuleBroken):
    """Messages do not leave by that channel."""

    code = "people.unknown_channel"
