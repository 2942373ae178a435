from datetime import date
from fractions import Fraction

import pytest

from tuanti.rules import law
from tuanti.rules.errors import Fact, Fault
from tuanti.rules.scoring import Exact, Terms, check

LAW = law.on(date(2026, 11, 22))


@pytest.mark.parametrize(
    ("terms", "field", "facts"),
    [
        (
            Terms("owners", "goods", 100, maintenance_years=51),
            "maintenance_years",
            {"value": "51", "low": 0, "high": "50"},
        ),
        (
            Terms("owners", "goods", 100, rate=Fraction(3, 2)),
            "rate",
            {"value": "3/2", "low": 0, "high": "1"},
        ),
    ],
)
def test_a_number_out_of_range_is_told_with_its_range(
    terms: Terms, field: str, facts: dict[str, Fact]
) -> None:
    fault = Fault("scoring.out_of_range", ("terms", field), {"field": field, **facts})
    assert check(terms, [], LAW) == (fault,)


def test_what_is_no_exact_number_is_told() -> None:
    half: Exact = 0.5  # type: ignore[assignment] # what a careless caller hands in
    facts = {"field": "rate", "value": "0.5"}
    fault = Fault("scoring.not_exact", ("terms", "rate"), facts)
    assert check(Terms("owners", "goods", 100, rate=half), [], LAW) == (fault,)
