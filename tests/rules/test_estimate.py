import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import small_round
from tuanti.rules import cost_model, estimate
from tuanti.rules.cost_model import Line, Model, ModelRefused, Span
from tuanti.rules.errors import Path
from tuanti.rules.estimate import AllowanceOutOfRange, Lift, LiftRefused
from tuanti.texts import LANGS, Lang, codes, facts_of, sentence

MODEL = cost_model.packaged()
SEVEN = Lift("p630", stops=7, entry="half")

TEXT = """
format = "tuanti-cost-model/1"
id = "invented"
title = { zh = "虚构", en = "invented" }
priced_on = 2026-11-22

[[profiles]]
id = "small"
title = { zh = "小", en = "small" }

[[profiles]]
id = "large"
title = { zh = "大", en = "large" }

[[lines]]
id = "car-small"
title = { zh = "轿厢", en = "car" }
per = "lift"
profiles = ["small"]
fen = { low = 900, likely = 1000, high = 1100 }
source = "invented"
grade = "memory"

[[lines]]
id = "car-large"
title = { zh = "轿厢", en = "car" }
per = "lift"
profiles = ["large"]
fen = { low = 1900, likely = 2000, high = 2100 }
source = "invented"
grade = "memory"

[[lines]]
id = "rail"
title = { zh = "导轨", en = "rail" }
per = "stop"
fen = { low = 10, likely = 10, high = 10 }
source = "invented"
grade = "memory"

[[lines]]
id = "door"
title = { zh = "层门", en = "door" }
per = "door"
fen = { low = 1, likely = 2, high = 3 }
source = "invented"
grade = "memory"

[[lines]]
id = "frame"
title = { zh = "钢架", en = "frame" }
per = "storey"
fen = { low = 100, likely = 100, high = 100 }
source = "invented"
grade = "memory"

[[lines]]
id = "corridor"
title = { zh = "连廊", en = "corridor" }
per = "lift"
entry = "flat"
fen = { low = 50, likely = 50, high = 50 }
source = "invented"
grade = "memory"

[[lines]]
id = "pipes"
title = { zh = "管线", en = "pipes" }
per = "lift"
asked = true
fen = { low = 7, likely = 7, high = 7 }
source = "invented"
grade = "memory"

[[lines]]
id = "design"
title = { zh = "设计", en = "design" }
per = "whole"
share = { low = "1/10", likely = "1/10", high = "1/5" }
source = "invented"
grade = "memory"

[[lines]]
id = "care"
title = { zh = "监理", en = "care" }
per = "whole"
share = { low = "0", likely = "1/10", high = "1/5" }
source = "invented"
grade = "memory"
"""
INVENTED = cost_model.read(TEXT)


def items(lift: Lift, model: Model = INVENTED) -> dict[str, tuple[int, int, int, int]]:
    found = estimate.estimate(lift, model)
    return {i.line.id: (i.count, i.fen.low, i.fen.likely, i.fen.high) for i in found.items}


# --- the count --------------------------------------------------------------------------------


def test_an_estimate_is_its_lines_multiplied_out() -> None:
    """By hand: 900+40+4+400 = 1344; 1000+40+8+400 = 1448; 1100+40+12+400 = 1552, then shares."""
    assert items(Lift("small", stops=4, entry="half")) == {
        "car-small": (1, 900, 1000, 1100),
        "rail": (4, 40, 40, 40),
        "door": (4, 4, 8, 12),
        "frame": (4, 400, 400, 400),
        "design": (1, 149, 181, 517),  # 1344/9 = 149.33; 1448/8 = 181; 1552/3 = 517.33
        "care": (1, 0, 181, 517),
    }
    found = estimate.estimate(Lift("small", stops=4, entry="half"), INVENTED)
    assert found.total == Span(1344 + 149, 1448 + 362, 1552 + 1034)


def test_storeys_and_doors_are_counted_by_themselves_if_given() -> None:
    found = items(Lift("large", stops=4, entry="half", storeys=5, doors=8))
    assert (found["rail"][0], found["door"][0], found["frame"][0]) == (4, 8, 5)
    assert found["car-large"] == (1, 1900, 2000, 2100)
    assert "car-small" not in found


def test_what_belongs_to_an_entry_or_is_asked_for_counts_only_then() -> None:
    plain = items(Lift("small", stops=4, entry="half"))
    assert not {"corridor", "pipes"} & set(plain)
    assert items(Lift("small", stops=4, entry="flat"))["corridor"] == (1, 50, 50, 50)
    assert items(Lift("small", stops=4, entry="half", asks=("pipes",)))["pipes"] == (1, 7, 7, 7)


@pytest.mark.parametrize(("direct", "share"), [(9, 1), (14, 2), (13, 1), (4, 0), (5, 1)])
def test_a_share_is_rounded_half_up(direct: int, share: int) -> None:
    """A tenth of the whole is a ninth of the rest: 13/9 = 1.44, 14/9 = 1.56."""
    line = next(line for line in INVENTED.lines if line.id == "rail")
    tenth = Fraction(1, 10)
    shared = replace(line, id="design", per="whole", fen=None, share=(tenth, tenth, tenth))
    model = replace(
        INVENTED, lines=(replace(line, per="lift", fen=Span(direct, direct, direct)), shared)
    )
    assert items(Lift("small", 2, "half"), model)["design"] == (1, share, share, share)


def test_exactly_half_a_fen_goes_up() -> None:
    line = next(line for line in INVENTED.lines if line.id == "rail")
    third = Fraction(1, 3)  # of the whole: half of the rest
    shared = replace(line, id="design", per="whole", fen=None, share=(third, third, third))
    model = replace(INVENTED, lines=(replace(line, per="lift", fen=Span(1, 3, 4)), shared))
    assert items(Lift("small", 2, "half"), model)["design"] == (1, 1, 2, 2)


# --- the packaged model -----------------------------------------------------------------------


def test_the_packaged_model_says_where_every_figure_comes_from_and_is_unverified() -> None:
    assert MODEL.lines
    assert all(line.source and line.grade in ("B", "C", "memory") for line in MODEL.lines)
    assert not estimate.estimate(SEVEN, MODEL).verified


def test_a_model_checked_by_a_person_is_verified() -> None:
    checked = replace(
        INVENTED, lines=tuple(replace(line, verified_by="甲") for line in INVENTED.lines)
    )
    assert estimate.estimate(Lift("small", 4, "half"), checked).verified
    first = replace(checked, lines=(INVENTED.lines[0], *checked.lines[1:]))
    assert not estimate.estimate(Lift("small", 4, "half"), first).verified
    assert estimate.estimate(Lift("large", 4, "half"), first).verified


def test_the_packaged_model_comes_near_the_published_sums() -> None:
    """A half-landing lift of six storeys: 32 wan direct, 38 with design and the like (published).

    Flat-floor: about 70 wan all in, of which 7 are compensation the model leaves out.
    """
    half = estimate.estimate(Lift("p630", 6, "half"), MODEL)
    direct = sum(item.fen.likely for item in half.items if item.line.per != "whole")
    assert abs(direct - 32_000_000) < 1_000_000
    assert half.total.low < 38_000_000 < half.total.high
    flat = estimate.estimate(Lift("p630", 6, "flat"), MODEL)
    assert abs(flat.total.likely - 63_000_000) < 3_000_000


def test_the_packaged_model_knows_the_profiles_of_the_sample() -> None:
    assert set(MODEL.profiles) == {"p450", "p630", "p800"}


# --- budgets and ceilings ---------------------------------------------------------------------


def test_a_budget_is_the_sum_of_its_lifts() -> None:
    small, large = Lift("small", 4, "half"), Lift("large", 6, "flat")
    one, other = (estimate.estimate(lift, INVENTED).total for lift in (small, large))
    assert estimate.budget([(small, 3), (large, 2)], INVENTED) == one * 3 + other * 2
    assert estimate.budget([], INVENTED) == Span(0, 0, 0)


@pytest.mark.parametrize(
    ("fen", "allowance_bp", "ceiling"),
    [
        (100, 0, 100),
        (100, 500, 105),
        (99, 100, 99),  # 99.99: a ceiling is never above its allowance
        (100, 99, 100),
        (100, -1, 99),
        (100, -10_000, 0),
        (100, 10_000, 200),
    ],
)
def test_a_ceiling_is_rounded_down_to_the_fen(fen: int, allowance_bp: int, ceiling: int) -> None:
    assert estimate.ceiling_fen(fen, allowance_bp) == ceiling


@pytest.mark.parametrize("allowance_bp", [-10_001, 10_001])
def test_an_allowance_beyond_all_measure_is_refused(allowance_bp: int) -> None:
    with pytest.raises(AllowanceOutOfRange) as refused:
        estimate.ceiling_fen(100, allowance_bp)
    assert all(sentence(refused.value.code, lang, **refused.value.facts) for lang in LANGS)


def test_a_rounds_bill_gets_a_ceiling_a_line() -> None:
    bill = [line | {"profile": "p630"} for line in small_round()["bill"]]
    found = estimate.bill_ceilings(bill, MODEL, 500)
    assert len(found) == len(bill)
    assert found[0] == estimate.ceiling_fen(estimate.estimate(SEVEN, MODEL).total.likely, 500)
    nine = estimate.estimate(Lift("p630", 9, "flat"), MODEL).total.likely
    assert found[1] == estimate.ceiling_fen(nine, 500)


# --- faults -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lift", "expected"),
    [
        (Lift("p9", 4, "half"), [("unknown_profile", "profile")]),
        (Lift("small", 1, "half"), [("out_of_range", "stops")]),
        (Lift("small", 41, "half"), [("out_of_range", "stops")]),
        (Lift("small", 4, "half", storeys=0), [("out_of_range", "storeys")]),
        (Lift("small", 4, "half", doors=1), [("out_of_range", "doors")]),
        (Lift("small", 4, "half", doors=81), [("out_of_range", "doors")]),
        (Lift("small", True, "half"), [("out_of_range", "stops")]),  # noqa: FBT003 (on purpose)
        (Lift("small", 4, "half", asks=("pipes", "gold")), [("unknown_asks", "asks")]),
        (Lift("small", 4, "half", asks=("rail",)), [("unknown_asks", "asks")]),
        (
            Lift("p9", 0, "side", storeys=41, doors=4.0),  # type: ignore[arg-type] # on purpose
            [
                ("out_of_range", "stops"),
                ("out_of_range", "storeys"),
                ("out_of_range", "doors"),
                ("unknown_profile", "profile"),
                ("unknown_entry", "entry"),
            ],
        ),
    ],
)
def test_every_reason_against_a_lift_is_told_at_once(
    lift: Lift, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(LiftRefused) as refused:
        estimate.estimate(lift, INVENTED)
    faults = refused.value.faults
    assert [(f.code, f.path) for f in faults] == [(f"estimate.{c}", (p,)) for c, p in expected]
    assert refused.value.facts == {"count": len(expected)}
    for fault in faults:
        assert facts_of(fault.code, "zh") <= set(fault.facts)
        assert all(sentence(fault.code, lang, **fault.facts) for lang in LANGS)


def test_a_model_with_nothing_to_ask_for_says_so() -> None:
    none = replace(INVENTED, lines=tuple(line for line in INVENTED.lines if not line.asked))
    [fault] = estimate.check(Lift("small", 4, "half", asks=("pipes",)), none)
    assert "（空）" in sentence(fault.code, "zh", **fault.facts)


@pytest.mark.parametrize(
    "lift",
    [
        Lift("small", 2, "half", storeys=1, doors=2),
        Lift("large", 40, "flat", storeys=40, doors=80, asks=("pipes",)),
    ],
)
def test_lifts_at_the_borders_can_be_estimated(lift: Lift) -> None:
    assert estimate.check(lift, INVENTED) == ()


Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


MODEL_FAULTS: list[tuple[Edit, list[tuple[str, Path]]]] = [
    (lambda _: "x = ", [("estimate.not_toml", ())]),
    (lambda _: "x = " + "[" * 10_000, [("estimate.not_toml", ())]),
    (swap("model/1", "model/2"), [("estimate.unknown_choice", ("format",))]),
    (swap('id = "large"', 'id = "small"'), [
        ("estimate.id_twice", ("profiles", 1, "id")),
        ("estimate.unknown_profile", ("lines", 1, "profiles", 0)),
    ]),
    (swap('id = "door"', 'id = "rail"'), [("estimate.id_twice", ("lines", 3, "id"))]),
    (swap("low = 900", "low = 1001"), [("estimate.span_reversed", ("lines", 0, "fen"))]),
    (swap("high = 1100", "high = 999"), [("estimate.span_reversed", ("lines", 0, "fen"))]),
    (swap('low = "1/10"', 'low = "2/10"'), [("estimate.span_reversed", ("lines", 7, "share"))]),
    (swap('high = "1/5"', 'high = "4/5"'), [("estimate.nothing_left", ("lines",))]),
    (swap('profiles = ["large"]', 'profiles = ["small"]'), [
        ("estimate.profile_without_price", ("profiles", 1, "id")),
    ]),
    (swap('profiles = ["large"]', 'profiles = ["large", "huge"]'), [
        ("estimate.unknown_profile", ("lines", 1, "profiles", 1)),
    ]),
    (swap('entry = "flat"', 'entry = "up"'), [("estimate.unknown_choice", ("lines", 5, "entry"))]),
    (swap('grade = "memory"', 'grade = "D"'), [("estimate.unknown_choice", ("lines", 0, "grade"))]),
    (swap('per = "stop"', 'per = "metre"'), [("law.unknown_choice", ("lines", 2, "per"))]),
    (swap('per = "stop"', 'per = "whole"'), [
        ("law.field_unknown", ("lines", 2, "fen")),
        ("law.field_missing", ("lines", 2, "share")),
    ]),
    (swap("high = 1100", "high = 100_000_000_001"), [
        ("law.out_of_range", ("lines", 0, "fen", "high")),
    ]),
    (swap("low = 900", "low = 9.5"), [("law.not_a_number", ("lines", 0, "fen", "low"))]),
    (swap('source = "invented"', 'source = " "'), [("law.field_missing", ("lines", 0, "source"))]),
    (lambda text: swap("low = 900", "low = -1")(swap("2026-11-22", '"today"')(text)), [
        ("law.not_a_date", ("priced_on",)),
        ("law.out_of_range", ("lines", 0, "fen", "low")),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), MODEL_FAULTS)
def test_every_fault_of_a_model_is_told_at_once(
    edit: Edit, expected: list[tuple[str, Path]]
) -> None:
    faults = cost_model.check(edit(TEXT))
    assert sorted((f.code, f.path) for f in faults) == sorted(expected)
    for fault in faults:
        assert facts_of(fault.code, "zh") <= set(fault.facts)
        assert all(sentence(fault.code, lang, **fault.facts) for lang in LANGS)
    with pytest.raises(ModelRefused) as refused:
        cost_model.read(edit(TEXT))
    assert refused.value.facts == {"count": len(expected)}


def test_a_fault_of_writing_names_its_line() -> None:
    [early] = cost_model.check("a = 1\nb = 2\nc =\nd = 4\n")
    assert early.facts == {"line": 3}
    [deep] = cost_model.check("x = " + "[" * 10_000)
    assert deep.facts == {"line": 1}
    [late] = cost_model.check("a = 1\nb = '''\n")
    assert late.facts["line"] in (2, 3)


def test_a_line_may_cost_a_billion_yuan() -> None:
    assert cost_model.check(swap("high = 1100", "high = 100_000_000_000")(TEXT)) == ()


def test_shares_may_come_up_to_the_whole_but_not_reach_it() -> None:
    close = swap('high = "1/5"', 'high = "79/100"')(TEXT)
    assert cost_model.check(close) == ()
    assert cost_model.check(swap("79/100", "80/100")(close)) != ()


def test_without_lines_for_profiles_all_profiles_are_alike() -> None:
    text = TEXT.replace('profiles = ["small"]\n', "").replace('profiles = ["large"]\n', "")
    model = cost_model.read(text)
    totals = {estimate.estimate(Lift(name, 4, "half"), model).total for name in ("small", "large")}
    assert len(totals) == 1


def test_every_sentence_of_the_room_is_shown_by_some_test() -> None:
    shown = {code for _, expected in MODEL_FAULTS for code, _ in expected}
    shown |= {f"estimate.{name}" for name in ("unknown_entry", "unknown_asks", "out_of_range")}
    shown |= {ModelRefused.code, LiftRefused.code, AllowanceOutOfRange.code}
    assert {code for code in shown if code.startswith("estimate.")} == {
        code for code in codes("zh") if code.startswith("estimate.")
    }


def test_the_packaged_text_is_plain_toml_without_a_fault() -> None:
    text = (files("tuanti.rules") / "cost_model.toml").read_text(encoding="utf-8")
    assert cost_model.check(text) == ()
    assert len(tomllib.loads(text)["lines"]) == len(MODEL.lines)


DOCS = FilePath(__file__).parents[2] / "docs"


@pytest.mark.parametrize("lang", LANGS)
def test_the_handbook_shows_the_packaged_model(lang: Lang) -> None:
    page = (DOCS / lang / "reference/cost-model.md").read_text("utf-8")
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \|.* \| (.+) \| (.+) \| (.+) \| ([^|]+) \|$", page, re.MULTILINE
    )
    told = {row[0]: row[1:] for row in rows}
    assert told == {line.id: (*shown(line), line.grade) for line in MODEL.lines}
    assert MODEL.priced_on.isoformat() in page


def shown(line: Line) -> list[str]:
    if line.share is not None:
        return [f"{float(share * 100):g} %" for share in line.share]
    assert line.fen is not None
    return [f"{fen // 100:,}" for fen in spans(line.fen)]


@pytest.mark.parametrize("lang", LANGS)
def test_the_handbooks_example_is_a_sound_model(lang: Lang) -> None:
    page = (DOCS / lang / "reference/cost-model.md").read_text("utf-8")
    [text] = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    model = cost_model.read(text)
    assert estimate.estimate(SEVEN, model).total.likely == 10_937_500  # 10.5 million / 0.96


@pytest.mark.parametrize("lang", LANGS)
def test_the_handbooks_figures_are_those_of_the_program(lang: Lang) -> None:
    page = (DOCS / lang / "reference/cost-model.md").read_text("utf-8")
    assert f"{estimate.estimate(SEVEN, MODEL).total.likely} " in page


# --- properties -------------------------------------------------------------------------------

lifts = st.builds(
    Lift,
    profile=st.sampled_from(sorted(MODEL.profiles)),
    stops=st.integers(2, 39),
    entry=st.sampled_from(["flat", "half"]),
    asks=st.sampled_from([(), ("pipes",)]),
)


def spans(span: Span) -> tuple[int, int, int]:
    return span.low, span.likely, span.high


@given(lifts)
def test_items_add_up_to_the_fen_and_the_range_is_in_order(lift: Lift) -> None:
    found = estimate.estimate(lift, MODEL)
    parts = zip(*(spans(item.fen) for item in found.items), strict=True)
    assert tuple(map(sum, parts)) == spans(found.total)
    for item in found.items:
        assert 0 <= item.fen.low <= item.fen.likely <= item.fen.high


@given(lifts)
def test_a_share_is_within_a_fen_of_its_part_of_the_whole(lift: Lift) -> None:
    found = estimate.estimate(lift, MODEL)
    for item in found.items:
        if item.line.share:
            for fen, share, whole in zip(
                spans(item.fen), item.line.share, spans(found.total), strict=True
            ):
                assert abs(fen - share * whole) < 2


@given(lifts)
def test_one_more_stop_never_costs_less(lift: Lift) -> None:
    taller = replace(lift, stops=lift.stops + 1)
    totals = (spans(estimate.estimate(one, MODEL).total) for one in (lift, taller))
    assert all(fewer < more for fewer, more in zip(*totals, strict=True))


@given(st.integers(0, 10**12), st.integers(-10_000, 10_000))
def test_a_ceiling_is_the_greatest_fen_within_its_allowance(fen: int, allowance_bp: int) -> None:
    ceiling = estimate.ceiling_fen(fen, allowance_bp)
    exact = fen * (1 + Fraction(allowance_bp, 10_000))
    assert ceiling <= exact < ceiling + 1


@given(st.text(max_size=60))
def test_no_text_makes_the_reading_stumble(text: str) -> None:
    for fault in cost_model.check(text):
        assert sentence(fault.code, "zh", **fault.facts)


ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    ["0", "-1", "1.5", '"x"', "[]", "{}", "true", '["small"]', '"1/2"', "2026-01-01"]
)


@given(st.data())
def test_no_value_makes_the_reading_stumble(data: st.DataObject) -> None:
    rows = TEXT.splitlines()
    at = data.draw(st.sampled_from([n for n, row in enumerate(rows) if " = " in row]))
    name = rows[at].split(" = ")[0]
    rows[at] = data.draw(st.sampled_from(["", f"{name} = {data.draw(ANYTHING)}"]))
    for fault in cost_model.check("\n".join(rows)):
        assert sentence(fault.code, "en", **fault.facts)
