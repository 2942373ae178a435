"""A plan's money as a page shows it: every sum written out."""

from typing import Any

from tuanti.consent.queries import plans
from tuanti.overview.case import Case, plan_of
from tuanti.overview.costs import Bill, Home, bill_or_none
from tuanti.overview.course import said
from tuanti.rules.errors import RuleBroken
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken, square_metres, storey, yuan

_MONTHS = 12


def shown(case: Case) -> dict[str, Any]:
    """Show the bill of the plan the case is about; nothing before there is one."""
    plan = plan_of(case)
    bill = bill_for(case, plan) if plan else None
    if bill is None:
        return {"unreckoned": plan is not None}
    return {"bill": bill, "homes": homes_of(case, bill), **sums_of(bill)}


def bill_for(case: Case, plan: Any) -> Bill | None:  # noqa: ANN401 (a row of consent)
    """Make a plan's bill for the reader; None where it cannot be reckoned."""
    return bill_or_none(plan, case.laid_out(plan), case.flats, case.reader.homes)


def monthly_of(case: Case, plan: Any) -> dict[int, int]:  # noqa: ANN401 (a row of consent)
    """Map each flat to a month's running costs in fen, rounded up; none where none are told."""
    if not plan.running_fen:
        return {}
    try:
        yearly = plans.running_of(plan, case.laid_out(plan))
    except RuleBroken:
        return {}
    return {flat: -(-fen // _MONTHS) for flat, fen in yearly.items()}


def homes_of(case: Case, bill: Bill) -> list[dict[str, Any]]:
    """Show each home of the reader: where it is, under which plan, what it pays."""
    monthly = monthly_of(case, bill.plan)
    return [_home(bill, home, monthly.get(home.flat.pk, 0)) for home in bill.homes]


def sums_of(bill: Bill) -> dict[str, Any]:
    """Write out a bill's bars and lines."""
    return {
        "spread": any(one.differs for one in bill.floors),
        "floors": [
            {
                "floor": one.floor,
                "mine": one.mine,
                "bp": one.bp,
                "free": one.free,
                "differs": one.differs,
                "low": _about(one.low_fen),
                "high": _about(one.high_fen) if one.differs else yuan(one.high_fen),
            }
            for one in bill.floors
        ],
        "parts": [
            {"name": word(f"overview.bill.parts.{name}", spoken()), "yuan": yuan(fen)}
            for name, fen in bill.parts
        ],
        "sums": {
            "total": yuan(bill.total_fen),
            "subsidy": yuan(bill.subsidy_fen),
            "compensation": yuan(bill.compensation_fen),
            "shared": yuan(bill.shared_fen),
        },
    }


def _home(bill: Bill, home: Home, month_fen: int) -> dict[str, Any]:
    flat = home.flat
    facts = {
        "floor": storey(flat.floor) if flat.floor is not None else "",
        "number": flat.number,
        "area": square_metres(flat.area_dm2),
        "plan": bill.plan.name,
    }
    month = said("bill.yuan", yuan=yuan(month_fen)) if month_fen else ""
    return {"flat": flat, "text": said("bill.home", **facts), "fen": home.fen, "monthly": month}


def _about(fen: int) -> str:
    """Write a sum in whole yuan: of a floor whose flats differ, the fen say nothing."""
    return yuan((fen + 50) // 100 * 100)
