"""What a household may print or keep: what it pays and when, what comes back, which papers."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from tuanti.consent.queries import notices
from tuanti.overview.case import Case, plan_of
from tuanti.overview.course import day_said, said
from tuanti.overview.laws import funds_of
from tuanti.overview.money import bill_for, homes_of
from tuanti.overview.page import head_of
from tuanti.places.codes import shown_code
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken, yuan

_STEPS = ("agree", "mandate", "award", "deposit", "built")
_FUND_PAPERS = ("identity", "title", "agreement", "contract", "receipt", "card")
_REFUNDS = ("before", "after", "leaving", "subsidy")


def shown(case: Case) -> dict[str, Any]:
    """Show the pack of the reader's homes, as far as things are settled."""
    plan = plan_of(case)
    bill = bill_for(case, plan) if plan else None
    return {
        **head_of(case),
        "code": case.reader.stairwell.code,
        "plan": plan,
        "homes": [_home(case, told) for told in (homes_of(case, bill) if bill else ())],
        "steps": [said(f"pack.when.{name}") for name in _STEPS],
        "fund": case.agreement.facts["terms"]["fund"] if case.agreement else "",
        "refunds": [said(f"pack.refund.{name}") for name in _REFUNDS],
        "papers": [word(f"overview.pack.papers.{name}", spoken()) for name in _FUND_PAPERS],
        "notes": funds_of(case.reader.stairwell, case.today, spoken()),
        "on": case.today,
    }


def _home(case: Case, told: dict[str, Any]) -> dict[str, Any]:
    flat = told["flat"]
    return {
        **told,
        "number": flat.number,
        "share": yuan(told["fen"]),
        "url": f"{reverse('consent:paper', args=[case.consultation.pk, 'pack'])}?which={flat.pk}"
        if case.consultation.plan_id
        else "",
        "ceiling": _ceiling(case, flat.pk),
        "signed": _signed(case, flat.pk),
        "agreement": shown_code(case.agreement.code) if case.agreement else "",
    }


def _ceiling(case: Case, flat: int) -> str:
    """The most the flat may be asked for, by its mandate."""
    if case.agreement is None:
        return ""
    held = notices.mandates_in_force(case.agreement, case.today).filter(flat=flat).first()
    if held is None:
        return ""
    most = yuan(held.above_fen or held.ceiling_fen)
    return said("pack.ceiling", yuan=most, day=day_said(held.expires_on))


def _signed(case: Case, flat: int) -> str:
    """When the flat signed the agreement."""
    if case.agreement is None:
        return ""
    signing = case.agreement.signings.filter(flat=flat).order_by("id").first()
    return said("pack.signed", day=day_said(timezone.localdate(signing.at))) if signing else ""
