"""What a mandate says unless the owner says otherwise, and who may be named in it."""

from datetime import date

from tuanti.consent.models import Agreement, Consultation
from tuanti.people.queries import organisations
from tuanti.places.queries import tree
from tuanti.places.queries.eligible import law_of
from tuanti.rules.deadlines import add_months
from tuanti.rules.estimate import ceiling_fen

BUYERS = ("procurement-body", "procurement-agency", "street-office", "district-commission")


def usual_ceiling(agreement: Agreement, flat_id: int, on: date) -> int:
    """Reckon a flat's usual ceiling in fen, rounded down.

    That is its share and ``consent/mandate-allowance`` of the place on top.
    """
    share = next(one["fen"] for one in agreement.facts["parties"] if one["flat"] == flat_id)
    rule = law_of(agreement.consultation.stairwell, on).rule("consent/mandate-allowance")
    return ceiling_fen(share, allowance_bp=rule.value)


def usual_expiry(consultation: Consultation, on: date) -> date:
    """Find the last day a mandate given on a day holds: ``consent/mandate-months`` of the place."""
    rule = law_of(consultation.stairwell, on).rule("consent/mandate-months")
    return add_months(on, rule.value)


def buyers_there(consultation: Consultation) -> list[tuple[str, str]]:
    """List the organisations that buy for the place, by id and name."""
    street = consultation.stairwell.building.estate.street_id
    above = [street, *(one.pk for one in tree.ancestors_on(street))]
    rows = organisations().filter(kind__in=BUYERS, closed_on=None, place__in=above)
    return list(rows.order_by("kind", "name").values_list("pk", "name"))
