"""How plans are shown: their facts, what they make of each flat, schemes and plans side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tuanti.consent.drawing import Drawn, proposed_subsidy
from tuanti.consent.forms_plan import spelled
from tuanti.consent.models import Consultation, Plan
from tuanti.consent.queries import plans
from tuanti.consent.refusals.story import PlanRefused
from tuanti.consent.views.story_doing import address, fact, said
from tuanti.consent.views.story_page import elevation
from tuanti.rules.errors import RuleBroken
from tuanti.rules.sharing import comparing, running, shares
from tuanti.rules.sharing.plan import Plan as SharingPlan
from tuanti.rules.sharing.schemes import find
from tuanti.texts import sentence
from tuanti.texts.words import word
from tuanti.web.listing import Column, State
from tuanti.web.templatetags.layout import percent
from tuanti.web.templatetags.tuanti import spoken, yuan

SHOWN = ("area", "gd-ref", "stairs")  # beside a plan's own scheme, where nobody asked for others
_SIGNS = {"none": "ok", "slight": "info", "some": "warn", "serious": "no"}
_GRADES = ("daylight", "ventilation", "noise", "privacy")


@dataclass(frozen=True, slots=True)
class Named(Column):
    """A column called by a text of its own, such as a scheme's title."""

    title: str = ""

    @property
    def heading(self) -> str:
        """What it is called on this page."""
        return self.title


LINES = (
    Column("number", "consultation.shares.flat", sort="number"),
    Column("floor", "consultation.shares.floor", "number", "floor"),
    Column("area_dm2", "consultation.shares.area", "area", "area_dm2"),
    Column("pays", "consultation.shares.pays", "yuan", "pays"),
    Column("gets", "consultation.shares.gets", "yuan", "gets"),
    Column("runs", "consultation.shares.runs", "yuan", "runs"),
    Column("late", "consultation.shares.late", "yuan", "late"),
)


def lines_of(plan: Plan) -> list[dict[str, Any]]:
    """List what each flat pays: for building, a year's running, and if it joined later.

    Empty where the plan cannot be shared; see :func:`unshared`.
    """
    laid = plans.sharing_plan(plan)
    try:
        pays = shares.share(laid).pays_fen
        runs = running.running(laid, plan.running_fen, plan.running_rule)
    except RuleBroken:
        return []
    numbers = numbers_of(plan)
    return [
        {
            "number": numbers.get(flat.id, flat.id),
            "floor": flat.floor,
            "area_dm2": flat.area_dm2,
            "pays": paid,
            "gets": flat.compensation_fen or None,
            "runs": run,
            "late": _late(plan, flat.id),
        }
        for flat, paid, run in zip(laid.flats, pays, runs, strict=True)
    ]


def unshared(plan: Plan) -> str:
    """Say why a plan cannot be shared; "" if it can."""
    laid = plans.sharing_plan(plan)
    try:
        shares.share(laid)
        running.running(laid, plan.running_fen, plan.running_rule)
    except RuleBroken as refusal:
        return refusal_said(plan, refusal)
    return ""


def facts_of_plan(plan: Plan) -> Iterator[dict[str, object]]:
    """List what a plan says."""
    lang = spoken()
    profile = plan.profile
    yield fact("plan.profile", profile.title_zh if lang == "zh" else profile.title_en)
    yield fact("plan.entry", word(f"consultation.entries.{plan.entry}", lang))
    yield fact("plan.stops", plan.stops)
    yield fact("plan.position", plan.position)
    yield fact("plan.total", said("yuan", yuan=yuan(plan.total_fen)))
    law = sentence("consultation.by_rule", lang, law=plan.subsidy_law) if plan.subsidy_law else ""
    yield fact("plan.subsidy", said("yuan", yuan=yuan(plan.subsidy_fen)), note=law)
    yield fact("plan.net", said("yuan", yuan=yuan(plan.total_fen - plan.subsidy_fen)))
    scheme = find(plan.scheme)
    source = said("plan.source", source=scheme.source[lang], grade=scheme.grade)
    yield fact("plan.scheme", scheme.title[lang], note=source)
    if plan.inside:
        yield fact("plan.inside", word(f"consultation.insides.{plan.inside}", lang))
    rule = word(f"consultation.running_rules.{plan.running_rule}", lang)
    yield fact("plan.running", said("yuan_year", yuan=yuan(plan.running_fen)), note=rule)
    for matter, choice in plan.rights.items():
        yield fact(f"matters.{matter}", word(f"consultation.rights.{matter}.{choice}", lang))
    yield fact("plan.late", _late_rule(plan))


def _late_rule(plan: Plan) -> str:
    if not plan.late_factor_bp:
        return said("plan.late_none")
    factor = percent(plan.late_factor_bp)
    return said("plan.late_rule", years=plan.late_years, factor=factor)


def item_of(item: Mapping[str, Any]) -> dict[str, object]:
    """Show a line of a frozen estimate."""
    return {
        "title": item["title"][spoken()],
        "count": item["count"],
        "fen": item["fen"],
        "source": item["source"],
        "grade": item["grade"],
        "verified": item["verified_by"],
    }


def impacts_of(plan: Plan, *, may: bool) -> dict[str, Any]:
    """Show what a plan does to each flat on the elevation, and who says so beneath."""
    said_of = {one.flat_id: one for one in plan.impacts.all()}

    def tile(flat: Any) -> dict[str, object]:  # noqa: ANN401 (a row of places)
        one = said_of.get(flat.pk)
        worst = max((getattr(one, name) for name in _GRADES), key=list(_SIGNS).index) if one else ""
        return {
            "label": flat.number,
            "state": _SIGNS[worst] if worst else "wait",
            "text": word(f"consultation.grades.{worst or 'unknown'}", spoken()),
            "url": address("impact", plan.pk, flat.pk) if may else "",
        }

    rows = plan.impacts.select_related("flat")
    return {**elevation(plan.consultation, tile), "impacts": [_impact(one) for one in rows]}


def _impact(one: Any) -> dict[str, object]:  # noqa: ANN401 (a row of ours)
    return {
        "flat": one.flat.number,
        "grades": [
            {
                "label": word(f"consultation.impact_form.{name}", spoken()),
                "state": _SIGNS[getattr(one, name)],
                "text": word(f"consultation.grades.{getattr(one, name)}", spoken()),
            }
            for name in _GRADES
        ],
        "occupied": one.occupied,
        "note": one.note,
        "author": one.author,
    }


def preview_of(here: Consultation, drawn: Drawn) -> dict[str, Any]:
    """Show what a plan would make of every flat, beside a few other schemes."""
    wanted = dict.fromkeys((drawn.laid.scheme, *SHOWN))
    try:
        beside: comparing.Comparison | None = comparing.compare(drawn.laid, tuple(wanted))
    except RuleBroken:
        beside = None
    numbers = {str(flat.pk): flat.number for flat in here.stairwell.flats.all()}
    columns = beside.columns if beside else ()
    runs = running.running(drawn.laid, drawn.facts.running_fen, drawn.facts.running_rule)
    return {
        "total": drawn.estimate.total,
        "subsidy": drawn.subsidy_fen,
        "law": law_said(drawn.subsidy_law),
        "shared": drawn.shares.shared_fen,
        "schemes": [find(one.shares.scheme).title[spoken()] for one in columns],
        "lines": [
            {
                "number": numbers[flat.id],
                "floor": flat.floor,
                "pays": [one.shares.pays_fen[at] for one in columns],
                "runs": runs[at],
            }
            for at, flat in enumerate(drawn.laid.flats)
        ],
    }


def proposal_of(here: Consultation, total_fen: int | None, on: Any) -> str:  # noqa: ANN401 (a day)
    """Say which subsidy the rules of the place propose; "" while there is nothing to go by."""
    if not total_fen:
        return ""
    granted, law_id = proposed_subsidy(here, total_fen, 0, on)
    if granted is None:
        return said("plan_form.no_subsidy")
    return said("plan_form.subsidy_rule", yuan=yuan(granted.paid_fen), law=law_said(law_id))


def law_said(law_id: str) -> str:
    """Name the article of a rule of law; "" for none."""
    return sentence("consultation.by_rule", spoken(), law=law_id) if law_id else ""


def beside(one: plans.Difference, found: Sequence[Plan]) -> dict[str, object]:
    """Show one line of plans side by side."""
    titles = _titles(found)
    return {
        "label": _label(one.name),
        "values": [_value(one.name, value, titles) for value in one.values],
        "differs": one.differs,
    }


def _titles(found: Sequence[Plan]) -> dict[str, str]:
    """Map the ids of profiles and of lines of the cost model to their titles."""
    lang = spoken()
    items = {item["id"]: item["title"][lang] for plan in found for item in plan.estimate["items"]}
    return items | {
        plan.profile_id: plan.profile.title_zh if lang == "zh" else plan.profile.title_en
        for plan in found
    }


def homes_beside(
    here: Consultation, found: Sequence[Plan], *, only: bool
) -> Iterator[dict[str, object]]:
    """Show what each flat would pay under each plan; None where one cannot be shared."""
    sums: list[Mapping[int, int]] = []
    for plan in found:
        try:
            sums.append(plans.shares_of(plan))
        except RuleBroken:
            sums.append({})
    for flat in here.stairwell.flats.order_by("pk"):
        values = [one.get(flat.pk) for one in sums]
        differs = any(value != values[0] for value in values)
        if differs or not only:
            yield {"flat": flat.number, "values": values, "differs": differs}


def scheme_columns(found: comparing.Comparison) -> list[Column]:
    """Make the columns of the comparison: a flat, then each scheme."""
    first: list[Column] = list(LINES[:3])
    for at, one in enumerate(found.columns):
        title = find(one.shares.scheme).title[spoken()]
        first.append(Named(one.shares.scheme, "", "yuan", value=_at(at), title=title))
    return first


def scheme_lines(plan: Plan, found: comparing.Comparison) -> list[dict[str, Any]]:
    """List each flat with what it pays under each scheme."""
    numbers = numbers_of(plan)
    return [
        {
            "number": numbers.get(flat.id, flat.id),
            "floor": flat.floor,
            "area_dm2": flat.area_dm2,
            "sums": [one.shares.pays_fen[at] for one in found.columns],
        }
        for at, flat in enumerate(_laid(plan).flats)
    ]


def column_of(one: comparing.Column, plan: Plan) -> dict[str, object]:
    """Show a scheme beside the reference: who gains, who loses, whether it holds."""
    scheme, lang = find(one.shares.scheme), spoken()
    state, text = State("wait", said("schemes.not_judged")), ""
    if one.judged:
        state = State("ok", said("schemes.stable"))
    if one.worst:
        state = State("warn", said("schemes.unstable"))
        text = sentence(
            "sharing.unstable",
            lang,
            floors="、".join(map(str, one.worst.floors)),
            count=len(one.worst.flats),
            pays=one.worst.pays_fen,
            alone=one.worst.alone_fen,
            excess=one.worst.excess_fen,
        )
    return {
        "title": scheme.title[lang],
        "chosen": scheme.id == plan.scheme,
        "gain": one.gain,
        "lose": one.lose,
        "state": state.state,
        "stability": state.text,
        "text": text,
        "source": said("plan.source", source=scheme.source[lang], grade=scheme.grade),
        "url": f"?reference={scheme.id}",
    }


def numbers_of(plan: Plan) -> dict[str, str]:
    """Map the ids of flats to their numbers."""
    flats = plan.consultation.stairwell.flats.all()
    return {str(flat.pk): flat.number for flat in flats}


def refusal_said(plan: Plan, refusal: RuleBroken) -> str:
    """Say a refusal of the sharing rules, flats and schemes by name."""
    facts = spelled(refusal.facts, numbers_of(plan))
    return sentence(refusal.code, spoken(), **facts)


def faults_said(plan: Plan, refusal: PlanRefused) -> list[str]:
    """Say every fault of a plan."""
    numbers = numbers_of(plan)
    return [sentence(f.code, spoken(), **spelled(f.facts, numbers)) for f in refusal.faults]


def _late(plan: Plan, ident: str) -> int | None:
    """Reckon what joining after the term would cost a flat; None where it cannot be told."""
    try:
        return plans.joining_later(plan, int(ident), plan.late_years).pays_fen
    except RuleBroken:
        return None


def _laid(plan: Plan) -> SharingPlan:
    return plans.sharing_plan(plan)


def _at(place: int) -> Any:  # noqa: ANN401 (a value of a row)
    return lambda row: row["sums"][place]


_BOOKS = {
    "entry": "entries",
    "inside": "insides",
    "running_rule": "running_rules",
}
_LABELS = {
    "profile_id": "plan.profile",
    "total_fen": "plan.total",
    "subsidy_fen": "plan.subsidy",
    "running_fen": "plan.running",
    "late_years": "plan_form.late_years",
    "late_factor_bp": "plan_form.late_factor",
    "running_rule": "plan_form.running_rule",
    "asks": "plan_form.asks",
}


def _label(name: str) -> str:
    if name.startswith("rights."):
        return said(f"matters.{name.removeprefix('rights.')}")
    return said(_LABELS.get(name, f"plan.{name}"))


def _value(name: str, value: Any, titles: Mapping[str, str]) -> str:  # noqa: ANN401 (a plan's)
    if value in (None, "", []):
        return "—"
    if name.startswith("rights."):
        return word(f"consultation.{name}.{value}", spoken())
    if name in _BOOKS:
        return word(f"consultation.{_BOOKS[name]}.{value}", spoken())
    if name.endswith("_fen"):
        return yuan(value)
    if name.endswith("_bp"):
        return percent(value)
    if name == "scheme":
        return find(value).title[spoken()]
    if name == "asks":
        return ("、" if spoken() == "zh" else ", ").join(titles.get(one, one) for one in value)
    return titles.get(str(value), str(value)) if name == "profile_id" else str(value)
