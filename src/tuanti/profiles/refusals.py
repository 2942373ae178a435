"""What this room refuses; codes ``profiles.*``."""

from tuanti.rules.errors import RuleBroken


class NotPermitted(RuleBroken):
    """Only a city's officer sets the prices plans are estimated by."""

    code = "profiles.not_permitted"


class DayPast(RuleBroken):
    """A cost model cannot come into force on a day that is over."""

    code = "profiles.day_past"


class DayTaken(RuleBroken):
    """Another cost model comes into force on that day."""

    code = "profiles.day_taken"


class SameModel(RuleBroken):
    """The model in force on that day is the same, letter for letter."""

    code = "profiles.same_model"


class ProfilesUnpriced(RuleBroken):
    """The model has no price for profiles plans may name on that day."""

    code = "profiles.unpriced"


class ProfileUnknown(RuleBroken):
    """There is no such profile on that day."""

    code = "profiles.unknown"
