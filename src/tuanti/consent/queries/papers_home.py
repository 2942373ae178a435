"""Papers of the agreement and the household: minutes, agreement, mandates, packs."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tuanti.consent.models import Agreement, Consultation, Mandate
from tuanti.consent.queries import notices, story
from tuanti.consent.queries.mandates import usual_ceiling, usual_expiry
from tuanti.consent.queries.papers_told import (
    Money,
    Printing,
    head_of,
    lift_of,
    money_of,
    names_of,
    shown_name,
)
from tuanti.consent.queries.papers_vote import Made
from tuanti.papers import facts as of
from tuanti.people.queries import name_of, organisations
from tuanti.places.codes import shown_code
from tuanti.rules.deadlines import day_of

_FUNDS = ("cost/provident-fund", "cost/maintenance-fund")


def minutes(here: Consultation, printing: Printing) -> Made:
    """Make the minutes of every meeting, each with what was asked since the one before."""
    before = None
    for row in here.meetings.order_by("held_at", "id"):
        asked = here.questions.select_related("flat").filter(at__lte=row.at).order_by("id")
        yield (
            row.pk,
            of.Minutes(
                head=head_of(here, printing),
                held_at=row.held_at,
                where=row.place,
                present=row.present,
                flats=here.stairwell.flats.count(),
                text=row.text,
                recorder=name_of(row.by),
                exchanges=tuple(_exchange(one) for one in asked if not before or one.at > before),
            ),
        )
        before = row.at


def agreements(here: Consultation, printing: Printing) -> Made:
    """Make the agreement that was drawn up last, from what was frozen."""
    row = notices.agreement_of(here)
    if row is None:
        return
    facts, terms = row.facts, row.facts["terms"]
    owners = [owner for one in facts["parties"] for owner in one["owners"]]
    names = names_of(owners, printing.by)
    signed = {pk: day_of(at) for pk, at in row.signings.values_list("flat_id", "at")}
    lift = lift_of(row.plan, printing.lang)
    yield (
        0,
        of.Agreement(
            head=_agreed_head(here, row, printing),
            number=row.number,
            lift=lift,
            homes=tuple(_party(one, names, signed) for one in (*facts["parties"], *_paid(facts))),
            group=tuple(
                shown_name(one.owner_id, one.owner.name, printing.by)
                for one in story.group_of(here)
            ),
            manager=terms["manager"],
            fund=terms["fund"],
            repairs=terms["repairs"],
            other=terms["other"],
            law=tuple(facts["signing"]["law"]),
            digest=row.digest,
        ),
    )


def mandates(here: Consultation, printing: Printing) -> Made:
    """Make a mandate for each flat that pays: as given, or to be filled in and signed."""
    row = notices.agreement_of(here)
    if row is None:
        return
    given = {one.flat_id: one for one in row.mandates.filter(left_at=None)}
    owners = [owner for one in row.facts["parties"] for owner in one["owners"]]
    names = names_of(owners, printing.by)
    buyers = {one.buyer for one in given.values()}
    titles = dict(organisations().filter(pk__in=buyers).values_list("pk", "name"))
    for one in row.facts["parties"]:
        yield (
            one["flat"],
            of.Mandate(
                head=_agreed_head(here, row, printing),
                home=_party(one, names, {}),
                lift=lift_of(row.plan, printing.lang),
                buyer=_common(titles),
                agreement=shown_code(row.code),
                **_terms_given(given.get(one["flat"]), row, one["flat"], printing.on),
            ),
        )


def packs(here: Consultation, printing: Printing) -> Made:
    """Make a pack for each household, by the plan that was chosen."""
    plan = here.plan
    if plan is None:
        return
    money, lift = money_of(plan), lift_of(plan, printing.lang)
    agreement = notices.agreement_of(here)
    given = (
        {one.flat_id: one for one in agreement.mandates.filter(left_at=None)} if agreement else {}
    )
    there_ = story.law_of(here, printing.on)
    funds = [rule for key in _FUNDS if (rule := there_.get(key))]
    rows = here.stairwell.flats.prefetch_related("ownerships__owner").order_by("floor", "number")
    for row in rows:
        held = [(one.owner_id, one.owner.name) for one in row.ownerships.all()]
        names = tuple(shown_name(pk, name, printing.by) for pk, name in held)
        mandate = given.get(row.pk)
        yield (
            row.pk,
            of.Pack(
                head=_agreed_head(here, agreement, printing),
                home=_home(row, money, names),
                lift=lift,
                ceiling_fen=(mandate.above_fen or mandate.ceiling_fen) if mandate else None,
                fund_law=tuple(rule.id for rule in funds),
                fund_notes=tuple(rule.note[printing.lang] for rule in funds if rule.note),
                agreement=shown_code(agreement.code) if agreement else "",
            ),
        )


def _home(row: Any, money: Money, names: tuple[str, ...]) -> of.Home:  # noqa: ANN401 (a row of places)
    return of.Home(
        row.number,
        row.floor,
        row.area_dm2,
        names,
        share_fen=money.shares_fen.get(row.pk),
        running_fen=money.running_fen.get(row.pk),
        compensation_fen=money.compensation_fen.get(row.pk, 0),
    )


def _exchange(one: Any) -> of.Exchange:  # noqa: ANN401 (a row of ours)
    return of.Exchange(one.flat.number, one.text, one.answer)


def _agreed_head(here: Consultation, row: Agreement | None, printing: Printing) -> of.Head:
    if row is None:
        return head_of(here, printing)
    on = day_of(row.made_at)
    return head_of(here, printing, shown_code(row.code), f"/v/{row.code}", on)


def _paid(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List those who are compensated and pay nothing: no party, but in the table."""
    parties = {one["flat"] for one in facts["parties"]}
    return [
        one | {"owners": (), "running_fen": 0}
        for one in facts["compensated"]
        if one["flat"] not in parties
    ]


def _party(one: Mapping[str, Any], names: Mapping[int, str], signed: Mapping[int, Any]) -> of.Home:
    return of.Home(
        one["number"],
        one["floor"],
        owners=tuple(names[pk] for pk in one["owners"] if pk in names),
        share_fen=one["fen"],
        running_fen=one["running_fen"],
        compensation_fen=one["compensation_fen"],
        signed_on=signed.get(one["flat"]),
    )


def _terms_given(
    given: Mandate | None, agreement: Agreement, flat: int, on: date
) -> dict[str, Any]:
    """Take a mandate's ceiling and last day, or the usual ones to be signed."""
    if given:
        return {
            "ceiling_fen": given.above_fen or given.ceiling_fen,
            "expires_on": given.expires_on,
        }
    return {
        "ceiling_fen": usual_ceiling(agreement, flat, on),
        "expires_on": usual_expiry(agreement.consultation, on),
    }


def _common(titles: Mapping[str, str]) -> str:
    """Name the buyer the neighbours chose, where there is one."""
    return next(iter(titles.values())) if len(titles) == 1 else ""
