"""What a resident signs: the owners' agreement, and after it the mandate to buy."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse

from tuanti.consent.queries import notices
from tuanti.consent.queries.mandates import buyers_there, usual_ceiling, usual_expiry
from tuanti.overview.answering import here
from tuanti.overview.case import Case
from tuanti.overview.course import day_said, said
from tuanti.places.codes import shown_code
from tuanti.web.templatetags.tuanti import yuan

_TERMS = ("manager", "fund", "repairs", "other")


def signings_of(case: Case) -> list[dict[str, Any]]:
    """The agreement to be read and signed, for each home of the reader that has yet to sign."""
    if case.agreement is None or case.state not in ("on-notice", "agreed"):
        return []
    owner = case.reader.actor.owner
    signed = notices.signed_by(case.agreement)
    return [
        {
            "url": reverse("consent:sign", args=[case.agreement.pk]),
            "number": party["number"],
            "flat": party["flat"],
            "next": here(case),
            "lines": [*_clauses(case.agreement, party)],
            "code": shown_code(case.agreement.code),
        }
        for party in _own_parties(case)
        if owner in party["owners"] and owner not in signed[party["flat"]]
    ]


def mandates_of(case: Case) -> list[dict[str, Any]]:
    """The mandate to be given, for each home of the reader without one."""
    if case.agreement is None or case.state not in ("agreed", "mandated"):
        return []
    lacking = {party["flat"] for party in notices.unmandated(case.agreement, case.today)}
    wanted = [
        party
        for party in _own_parties(case)
        if party["flat"] in lacking and case.reader.actor.owner in party["owners"]
    ]
    if not wanted:
        return []
    buyers = _buyers(case)
    expires = day_said(usual_expiry(case.consultation, case.today))
    return [
        {
            "url": reverse("consent:mandate", args=[case.agreement.pk]),
            "number": party["number"],
            "flat": party["flat"],
            "next": here(case),
            "share": yuan(party["fen"]),
            "usual": f"{usual_ceiling(case.agreement, party['flat'], case.today) / 100:.2f}",
            "buyers": buyers,
            "expires": expires,
        }
        for party in wanted
    ]


def _own_parties(case: Case) -> list[Mapping[str, Any]]:
    return [one for one in case.agreement.facts["parties"] if one["flat"] in case.reader.homes]


def _buyers(case: Case) -> list[tuple[str, str]]:
    """Who may buy: whom the neighbours have named, or else those that buy for the place."""
    named = set(
        notices.mandates_in_force(case.agreement, case.today).values_list("buyer", flat=True)
    )
    there = buyers_there(case.consultation)
    return [one for one in there if one[0] in named] or there


def _clauses(agreement: Any, party: Mapping[str, Any]) -> Iterator[dict[str, str]]:  # noqa: ANN401
    """What one home agrees to, line by line."""
    plan, terms = agreement.facts["plan"], agreement.facts["terms"]
    yield _line("share", said("bill.yuan", yuan=yuan(party["fen"])))
    if party["running_fen"]:
        yield _line("running", said("bill.yuan", yuan=yuan(party["running_fen"])))
    entry = said(f"entries.{plan['entry']}")
    yield _line("where", said("agreement.where_line", position=plan["position"], entry=entry))
    for name in _TERMS:
        if terms[name]:
            yield _line(name, terms[name])
    percent = plan["late_factor_bp"] // 100
    late = {"n": plan["late_years"]} | ({"percent": percent} if percent else {})
    yield _line("late", said("plans.late_text" if percent else "plans.late_plain", **late))


def _line(name: str, value: str) -> dict[str, str]:
    return {"label": said(f"agreement.{name}"), "value": value}
