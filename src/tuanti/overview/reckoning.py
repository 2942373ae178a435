"""«How is my share computed?»: the steps, other schemes beside it, and what would change it."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from tuanti.consent.queries import plans
from tuanti.overview.case import Case, plan_of
from tuanti.overview.course import said
from tuanti.overview.explaining import Explanation, explanation_of
from tuanti.overview.laws import funds_of
from tuanti.overview.money import monthly_of
from tuanti.overview.page import head_of
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing import plan as facts
from tuanti.rules.sharing.schemes import find
from tuanti.rules.sharing.shares import share
from tuanti.web.templatetags.tuanti import spoken, storey, yuan

BESIDE = 3  # schemes at the most, the plan's own among them
_OTHERS = ("area", "gd-ref", "equal", "stairs")  # the law's default first
_PLACES = 8  # enough to come to the same fen by hand


def shown(case: Case) -> dict[str, Any]:
    """Show all homes of the reader: the steps, the schemes, the effects; then what running costs.

    Without a plan, or where it cannot be shared as it stands, there are no homes to show.
    """
    plan = plan_of(case)
    return {
        **head_of(case),
        "code": case.reader.stairwell.code,
        "plan": plan,
        "homes": _homes(case, plan) if plan else [],
        "notes": funds_of(case.reader.stairwell, case.today, spoken()),
    }


def decimals(value: Fraction, places: int = _PLACES) -> str:
    """Write a number in decimals, rounded half up where it goes on.

    >>> decimals(Fraction(6, 5)), decimals(Fraction(1, 3), 4), decimals(Fraction(1234567))
    ('1.2', '0.3333', '1,234,567')
    """
    whole, tail = divmod(int(value * 10**places + Fraction(1, 2)), 10**places)
    return f"{whole:,}" + f".{tail:0{places}}".rstrip("0").rstrip(".")


def equals(value: Fraction, places: int = _PLACES) -> str:
    """The sign before a number in decimals: ≈ where it was rounded."""
    return "=" if (value * 10**places).denominator == 1 else "≈"


def _homes(case: Case, plan: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a row of consent)
    laid, monthly = case.laid_out(plan), monthly_of(case, plan)
    try:
        share(laid)
    except RuleBroken:
        return []
    return [_home(plan, laid, flat, monthly) for flat in case.reader.flats]


def _home(
    plan: Any,  # noqa: ANN401 (a row of consent)
    laid: facts.Plan,
    flat: Any,  # noqa: ANN401 (a row of places)
    monthly: dict[int, int],
) -> dict[str, Any]:
    found = explanation_of(laid, str(flat.pk))
    at = next((n for n, one in enumerate(laid.flats) if one.id == str(flat.pk)), None)
    if found is None or at is None:
        return {"number": flat.number, "steps": [], "pays": said("bill.free")}
    return {
        "number": flat.number,
        "pays": said("bill.yuan", yuan=yuan(found.fen)),
        "steps": [*_steps(plan, laid, laid.flats[at], found)],
        "schemes": _schemes(plan, at),
        "effects": [*_effects(plan, laid, at)],
        "monthly": yuan(monthly.get(flat.pk, 0)),
        "yearly": yuan(plan.running_fen),
        "rule": said(f"running.{plan.running_rule}") if plan.running_fen else "",
    }


def _steps(
    plan: Any,  # noqa: ANN401 (a row of consent)
    laid: facts.Plan,
    mine: facts.Flat,
    found: Explanation,
) -> Iterator[dict[str, str]]:
    yield _step("shared", _whole_sum(laid))
    yield _step("scheme", find(plan.scheme).title[spoken()], found.scheme.source[spoken()])
    if found.all_fixed_fen:
        names = {"own": yuan(found.fixed_fen), "rest": yuan(found.divided_fen)}
        yield {"title": said("sums.fixed"), "line": said("sums.fixed_line", **names), "note": ""}
    if found.weight is None:
        percent = decimals(Fraction(found.fen * 100, found.shared_fen or 1), 2)
        yield _step("game", said("sums.game_line", percent=percent, yuan=yuan(found.fen)))
        return
    if found.by not in ("area", "whole-m2") or len({entry for _, entry in found.entries}) > 1:
        yield _step("entry", _entries(found), _counts_as(mine, found))
    yield _step("weight", _weight(found), said(f"sums.part.{_part_name(found)}"))
    yield _step("sum", said("sums.sum_line", sum=decimals(found.all_weights or Fraction(0))))
    figures = {
        "rest": yuan(found.divided_fen),
        "weight": decimals(found.weight.value),
        "sum": decimals(found.all_weights or Fraction(0)),
        "is": equals(found.exact_fen / 100, 4),
        "share": decimals(found.exact_fen / 100, 4),
    }
    yield _step("divide", said("sums.divide_line", **figures))
    note = said("sums.rounded" if found.rounded else "sums.exact")
    yield _step("result", said("bill.yuan", yuan=yuan(found.fen)), note)


def _step(name: str, line: str, note: str = "") -> dict[str, str]:
    return {"title": said(f"sums.{name}"), "line": line, "note": note, "name": name}


def _whole_sum(laid: facts.Plan) -> str:
    paid_out = sum(flat.compensation_fen for flat in laid.flats)
    known = {"total": yuan(laid.total_fen), "shared": yuan(laid.shared_fen)}
    if laid.subsidy_fen and paid_out:
        known |= {"subsidy": yuan(laid.subsidy_fen), "paid": yuan(paid_out)}
        return said("sums.shared_line.both", **known)
    if laid.subsidy_fen:
        return said("sums.shared_line.subsidy", **known, subsidy=yuan(laid.subsidy_fen))
    if paid_out:
        return said("sums.shared_line.paid", **known, paid=yuan(paid_out))
    return said("sums.shared_line.plain", shared=known["shared"])


def _entries(found: Explanation) -> str:
    between = said("sums.between")
    return between.join(
        said("sums.entry_line", floor=storey(floor), entry=decimals(entry))
        for floor, entry in found.entries
    )


def _counts_as(mine: facts.Flat, found: Explanation) -> str:
    entry = decimals(found.weight.entry) if found.weight else ""
    if found.floor == mine.floor:
        return said("sums.entry_own", entry=entry)
    return said("sums.entry_moved", floor=decimals(found.floor), entry=entry)


def _weight(found: Explanation) -> str:
    weight = found.weight
    if weight is None or weight.part == 1:
        return decimals(weight.entry) if weight else ""
    known = {"entry": decimals(weight.entry), "part": decimals(weight.part)}
    sign = equals(weight.value)
    return said("sums.weight_line", **known, **{"is": sign}, value=decimals(weight.value))


def _part_name(found: Explanation) -> str:
    inside = found.inside if found.by in ("floor", "flat") else ""
    return f"{found.by}-{inside}".rstrip("-")


def _schemes(plan: Any, at: int) -> list[dict[str, Any]]:  # noqa: ANN401 (a row of consent)
    """The plan's own scheme beside others that can share it, three at the most."""
    wanted = [plan.scheme, *(one for one in _OTHERS if one != plan.scheme)]
    compared = plans.comparison_of(plan, wanted)
    return [
        {
            "title": find(column.shares.scheme).title[spoken()],
            "own": column.shares.scheme == plan.scheme,
            "pays": said("bill.yuan", yuan=yuan(column.shares.pays_fen[at])),
            "change": _change(column.changes_fen[at]),
            "gain": column.gain,
            "lose": column.lose,
        }
        for column in compared.columns[:BESIDE]
    ]


def _change(fen: int) -> str:
    if not fen:
        return said("effects.same")
    return said("effects.more" if fen > 0 else "effects.less", yuan=yuan(abs(fen)))


def _effects(
    plan: Any,  # noqa: ANN401 (a row of consent)
    laid: facts.Plan,
    at: int,
) -> Iterator[dict[str, str]]:
    """What would change the share: no subsidy, a home fewer or more, joining later."""
    now = share(laid).pays_fen
    if laid.subsidy_fen:
        yield from _if("subsidy", replace(laid, subsidy_fen=0), at, now[at])
    others = [n for n, flat in enumerate(laid.flats) if n != at and flat.pays and now[n]]
    if len(others) > 1:
        dearest = max(others, key=lambda n: now[n])
        yield from _if("fewer", _with(laid, dearest, takes_part=False), at, now[at])
    away = [n for n, flat in enumerate(laid.flats) if n != at and not flat.takes_part]
    if away:
        yield from _if("more_homes", _with(laid, away[0], takes_part=True), at, now[at])
    for name, years in (("late_soon", 0), ("late_after", plan.late_years)):
        yield from _late(plan, laid, at, name, years)


def _if(name: str, other: facts.Plan, at: int, now: int) -> Iterator[dict[str, str]]:
    try:
        fen = share(other).pays_fen[at]
    except RuleBroken:
        return
    pays = said("bill.yuan", yuan=yuan(fen))
    yield {"name": said(f"effects.{name}"), "pays": pays, "change": _change(fen - now)}


def _with(laid: facts.Plan, at: int, *, takes_part: bool) -> facts.Plan:
    flats = [*laid.flats]
    flats[at] = replace(flats[at], takes_part=takes_part)
    return replace(laid, flats=tuple(flats))


def _late(
    plan: Any,  # noqa: ANN401 (a row of consent)
    laid: facts.Plan,
    at: int,
    name: str,
    years: int,
) -> Iterator[dict[str, str]]:
    if name == "late_after" and not plan.late_factor_bp:
        return
    try:
        joined = plans.joining_later(plan, int(laid.flats[at].id), years)
    except RuleBroken:
        return
    now = share(laid).pays_fen[at]
    yield {
        "name": said(f"effects.{name}", n=plan.late_years),
        "pays": said("bill.yuan", yuan=yuan(joined.pays_fen)),
        "change": _change(joined.pays_fen - now),
    }
