"""The working days of China as the ``holidays`` package knows them, for rules that may not ask.

It knows no framework, so that the command line may use it without one.
"""

from datetime import date
from functools import cache

from holidays import country_holidays

from tuanti.rules.deadlines import Calendar

# Since 2008 the holidays are those of today. Later than the last notice known, they are estimates.
_YEARS = range(2008, 2100)

# The notice of a year may move the last days of the year before: in 2007, 2011 and 2018 it reached
# back to 29 December. So those of the last year known are not settled yet.
_SETTLED = (12, 29)


@cache
def china() -> Calendar:
    """Take the calendar of mainland China.

    >>> china().works(date(2026, 2, 14)), china().works(date(2026, 2, 16))  # a Saturday, a Monday
    (True, False)
    """
    days = country_holidays("CN", years=_YEARS)
    working = frozenset(day for day in days.weekend_workdays if day.year in _YEARS)
    return Calendar(
        rest=frozenset(day for day in days if day not in working),
        working=working,
        published_from_on=date(_YEARS[0], 1, 1),
        published_until_on=date(max(day.year for day in working), *_SETTLED),
    )
