"""What several papers have in common: the plan, the count, who pays what, the check code."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import zip_longest

from tuanti.papers.blocks import Align, Block, Code, Column, Gauge, Kept, Pairs, Paper, Table, Text
from tuanti.papers.facts import Count, Head, Home, Lift
from tuanti.papers.numerals import numeral
from tuanti.papers.voice import Voice
from tuanti.rules.consent import Measure
from tuanti.rules.sharing import schemes

_LONG = 8  # rows, more of which go side by side


def paper(
    voice: Voice,
    head: Head,
    name: str,
    blocks: Iterable[Block],
    *,
    title: Sequence[str] = (),
    corner: Code | None = None,
    points: int = 14,
    least: int = 0,
    wide: bool = False,
) -> Paper:
    """Make a paper of a kind; an example is marked above each page and under its title."""
    kind = voice(f"kinds.{name}")
    lines = tuple(title) or (head.place, kind)
    warning = (Text(voice("example_note"), "mark"),) if head.made_up else ()
    return Paper(
        title=(voice("wide_title", place=lines[0], name="".join(lines[1:])),) if wide else lines,
        name=kind,
        code=voice("code", code=head.code) if head.code else "",
        on=head.on,
        blocks=(*warning, *blocks),
        mark=voice("example") if head.made_up else "",
        corner=corner,
        points=points,
        least=least,
        wide=wide,
    )


def floor(voice: Voice, number: int | None) -> str:
    """Call a floor; nothing where it is not known."""
    if number is None:
        return ""
    return voice("floor" if number > 0 else "basement", n=abs(number))


def particulars(voice: Voice, lift: Lift) -> Pairs:
    """Tell the plan: which lift, where, what it costs, who bears it, what it costs to run."""
    said = {
        "number": voice("lift.numbered", n=lift.number, name=lift.name),
        "profile": profile(voice, lift),
        "position": lift.position,
        "stops": voice("lift.stops_said", n=lift.stops, entry=voice(f"entries.{lift.entry}")),
        "total": cost(voice, lift),
        "subsidy": _subsidy(voice, lift),
        "shared": voice("sum", sum=voice.yuan(lift.shared_fen)),
        "scheme": schemes.find(lift.scheme).title[voice.lang],
        "running": voice(
            "lift.running_said",
            sum=voice.yuan(lift.running_fen),
            rule=voice(f"running_rules.{lift.running_rule}"),
        ),
    }
    return Pairs(tuple((voice(f"lift.{name}"), value) for name, value in said.items()))


def brief(voice: Voice, lift: Lift) -> Pairs:
    """Tell the plan in few lines, for papers that must stay short."""
    whole = dict(particulars(voice, lift).rows)
    money = [
        voice("lift.label", name=voice(f"lift.{name}"), value=whole[voice(f"lift.{name}")])
        for name in ("total", "subsidy", "shared")
    ]
    place = [whole[voice("lift.position")], whole[voice("lift.stops")]]
    lines = {
        "number": whole[voice("lift.number")],
        "profile": whole[voice("lift.profile")],
        "position": voice("then").join(place),
        "money": voice("then").join(money),
        "scheme": whole[voice("lift.scheme")],
        "running": whole[voice("lift.running")],
    }
    return Pairs(tuple((voice(f"lift.{name}"), value) for name, value in lines.items()))


def profile(voice: Voice, lift: Lift) -> str:
    """Name the lift, with its load and speed."""
    speed = _speed(lift.speed_mm_s)
    return voice("lift.profile_said", profile=lift.profile, load=lift.load_kg, speed=speed)


def counted_in(voice: Voice, number: int) -> str:
    """Write a clause's number as the language counts clauses."""
    return numeral(number) if voice.lang == "zh" else str(number)


def percent_bp(basis_points: int) -> str:
    """Write basis points as per cent, without idle noughts."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}{f'.{rest:02}'.rstrip('0') if rest else ''}%"


def counted(voice: Voice, count: Count) -> list[Block]:
    """Tell one matter's count: bars, the exact figures, the conditions, the finding, the law."""
    named = matter(voice, count.matter, count.scope)
    rows = tuple(_measured(voice, one) for one in count.measures)
    named_columns = columns(
        voice, ("measure", 0), ("reached", 0), ("threshold", 1), ("result", 0), right=("reached",)
    )
    finding = voice("counts.passed" if count.passed else "counts.failed", matter=named)
    return [
        Kept((Text(named, "strong"), *(_gauge(voice, one) for one in count.measures))),
        Kept(
            (
                Table(named_columns, rows),
                *(Text(_condition(voice, *one), "plain") for one in count.conditions),
                Text(finding, "strong"),
            )
        ),
        Text(voice("law", law=voice.law(count.law)), "note"),
    ]


def matter(voice: Voice, name: str, scope: str) -> str:
    """Name a matter with the scope that votes on it."""
    scoped = voice.word(f"consent.scopes.{scope}")
    return voice("counts.matter", matter=voice.word(f"consent.matters.{name}"), scope=scoped)


def shares(voice: Voice, homes: Sequence[Home]) -> Table:
    """List what each flat pays, two lists side by side where there are many; with their sum."""
    paying = [home for home in homes if home.share_fen is not None]
    rows = [(home.flat, floor(voice, home.floor), voice.yuan(home.share_fen)) for home in paying]
    head = columns(voice, ("flat", 2), ("floor", 2), ("share", 3), right=("share",))
    total = ("", voice.yuan(sum(home.share_fen or 0 for home in paying)))
    if len(rows) <= _LONG:
        return Table(head, tuple(rows), (voice("total"), *total))
    half = (len(rows) + 1) // 2
    pairs = zip_longest(rows[:half], rows[half:], fillvalue=("", "", ""))
    folded = tuple((*left, *right) for left, right in pairs)
    return Table((*head, *head), folded, (voice("total"), "", "", "", *total))


def checked(voice: Voice, head: Head, *, how: str = "check_how") -> Code:
    """Draw the code by which anyone checks the paper, or finds the stairwell's page."""
    if not head.checked:
        lines = [voice("code", code=head.code), voice("page_how")]
        return Code(head.address, tuple(lines), voice("page_picture"))
    lines = [voice("check", code=head.code), voice(how)]
    return Code(head.address, tuple(lines), voice("check_picture", code=head.code))


def sealed(voice: Voice, head: Head) -> tuple[Text, Text]:
    """Close a paper: who issues it, and when."""
    return (
        Text(f"{head.body}{voice('sealed')}", "right"),
        Text(voice("on_day", day=voice.day(head.on)), "right"),
    )


def columns(
    voice: Voice, *named: tuple[str, int], right: Sequence[str] = (), centre: Sequence[str] = ()
) -> tuple[Column, ...]:
    """Head a table: names of columns, each with its part of the width."""
    aligned: dict[str, Align] = dict.fromkeys(right, "right")
    middle: dict[str, Align] = dict.fromkeys(centre, "centre")
    return tuple(
        Column(voice(f"columns.{name}"), (aligned | middle).get(name, "left"), width)
        for name, width in named
    )


def cost(voice: Voice, lift: Lift) -> str:
    """Tell what the lift should cost, with the estimate's range where it has one."""
    total, low, high = map(voice.yuan, (lift.total_fen, lift.low_fen, lift.high_fen))
    if lift.low_fen == lift.high_fen:
        return voice("lift.exactly", total=total)
    return voice("lift.range", total=total, low=low, high=high)


def _speed(mm_s: int) -> str:
    whole, rest = divmod(mm_s, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _subsidy(voice: Voice, lift: Lift) -> str:
    if not lift.subsidy_fen:
        return voice("lift.subsidy_none")
    amount = voice.yuan(lift.subsidy_fen)
    if not lift.subsidy_law:
        return voice("lift.subsidy_said", sum=amount)
    return voice("lift.subsidy_law", sum=amount, law=voice.law([lift.subsidy_law]))


def _measured(voice: Voice, measure: Measure) -> tuple[str, ...]:
    have, base, need = (_amount(voice, measure, n) for n in _figures(measure))
    value = str(measure.threshold)
    bound = voice("counts.over" if measure.strict else "counts.at_least", value=value, need=need)
    reached = voice("counts.fraction", have=have, base=base, percent=voice.percent(measure.share))
    result = voice("counts.reached" if measure.passed else "counts.missed")
    return (voice.word(f"consent.measures.{measure.name}"), reached, bound, result)


def _figures(measure: Measure) -> tuple[int, int, int]:
    return measure.have, measure.base, measure.need


def _amount(voice: Voice, measure: Measure, number: int) -> str:
    return voice.area(number) if measure.name.endswith("area") else f"{number}"


def _gauge(voice: Voice, measure: Measure) -> Gauge:
    tick = Fraction(measure.threshold)
    return Gauge(
        label=voice.word(f"consent.measures.{measure.name}"),
        have=measure.have,
        base=max(measure.base, 1),
        tick=(tick.numerator, tick.denominator),
        said=voice.percent(measure.share),
    )


def _condition(voice: Voice, name: str, met: bool) -> str:  # noqa: FBT001 (one fact)
    result = voice("counts.condition_met" if met else "counts.condition_open")
    return voice("counts.condition", name=voice.word(f"consent.conditions.{name}"), result=result)
