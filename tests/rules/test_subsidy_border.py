from datetime import date

from tests.rules.case_cast import shelf
from tuanti.rules.law import Rule
from tuanti.rules.subsidy import Lift, grant


def scheme(more: str) -> Rule:
    rows: dict[str, tuple[str, object]] = {
        "yunzhou/subsidy/lift": ("subsidy", f'{{ kind = "fixed", fen = 50, {more} }}')
    }
    return shelf(rows).rule("yunzhou/subsidy/lift@2000-01-01")


def test_a_grant_says_to_whom_it_is_paid() -> None:
    assert grant(scheme('payee = "applicant"'), Lift(6, 0)).payee == "applicant"
    assert grant(scheme("min_storeys = 4"), Lift(6, 0)).payee is None


def test_a_missed_day_is_no_place_in_the_data() -> None:
    late = Lift(6, 0, triggered_on=date(2027, 1, 1))
    (reason,) = grant(scheme('trigger = "use-registration", expires_on = 2026-12-31'), late).reasons
    assert (reason.code, reason.path) == ("subsidy.triggered_late", ())
