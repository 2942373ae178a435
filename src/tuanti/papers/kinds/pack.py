"""The household pack (家庭资料包): what a flat pays and when, and the papers it needs."""

from tuanti.papers.blocks import Block, Column, Heading, Leaf, Pairs, Paper, Table, Text
from tuanti.papers.facts import Lift, Pack
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice
from tuanti.rules.sharing import schemes

_MONTHS = 12


def paper(facts: Pack, voice: Voice) -> Paper:
    """Put a household's pack together; a certificate for resale is its last page."""
    blocks = (
        _particulars(facts, voice),
        *_paying(facts, voice),
        *_running(facts, voice),
        *_refund(voice),
        *_fund(facts, voice),
        *_later(facts, voice),
        *_certificate(facts, voice),
    )
    title = (facts.head.place, voice("pack.for_flat", flat=facts.home.flat), voice("pack.title"))
    return parts.paper(voice, facts.head, "pack", blocks, title=title)


def _particulars(facts: Pack, voice: Voice) -> Pairs:
    home = facts.home
    said = {
        "flat": home.flat,
        "owners": voice.listed(home.owners),
        "area": voice("metres", area=voice.area(home.area_dm2)),
        "share": voice("sum", sum=voice.yuan(home.share_fen or 0)),
        "month": voice("pack.about", sum=voice.yuan(_monthly(facts))),
    }
    if home.compensation_fen:
        said["compensation"] = voice("sum", sum=voice.yuan(home.compensation_fen))
    if facts.ceiling_fen is not None:
        said["ceiling"] = voice("sum", sum=voice.yuan(facts.ceiling_fen))
    return Pairs(tuple((voice(f"pack.{name}"), value) for name, value in said.items()))


def _monthly(facts: Pack) -> int:
    """A month's running costs, rounded up to the fen."""
    return -(-(facts.home.running_fen or 0) // _MONTHS)


def _paying(facts: Pack, voice: Voice) -> list[Block]:
    head = Heading(voice.section(1, "pack.pay"))
    if not facts.home.share_fen:
        return [head, Text(voice("pack.share_none"))]
    lift = facts.lift
    how = voice(
        "pack.pay_how",
        total=voice.yuan(lift.total_fen),
        subsidy=voice.yuan(lift.subsidy_fen),
        shared=voice.yuan(lift.shared_fen),
        scheme=schemes.find(lift.scheme).title[voice.lang],
        share=voice.yuan(facts.home.share_fen),
    )
    return [head, Text(how), *_instalments(facts, voice), Text(voice("pack.pay_safe"), "strong")]


def _instalments(facts: Pack, voice: Voice) -> list[Block]:
    if not facts.instalments:
        return [Text(voice("pack.pay_later"))]
    rows = tuple(
        (voice(f"pack.events.{one.event}"), voice.yuan(one.fen)) for one in facts.instalments
    )
    total = (voice("total"), voice.yuan(sum(one.fen for one in facts.instalments)))
    columns = (Column(voice("pack.event"), width=3), Column(voice("pack.amount"), "right", 2))
    return [Table(columns, rows, total)]


def _running(facts: Pack, voice: Voice) -> list[Block]:
    said = voice(
        "pack.running_how",
        all=voice.yuan(facts.lift.running_fen),
        rule=voice(f"running_rules.{facts.lift.running_rule}"),
        year=voice.yuan(facts.home.running_fen or 0),
        month=voice.yuan(_monthly(facts)),
    )
    return [Heading(voice.section(2, "pack.running")), Text(said)]


def _refund(voice: Voice) -> list[Block]:
    lines = voice.lines("pack", ("refund_before", "refund_after", "refund_above"))
    items = (Text(voice("item", n=n, text=line), "item") for n, line in enumerate(lines, 1))
    return [Heading(voice.section(3, "pack.refund")), *items]


def _fund(facts: Pack, voice: Voice) -> list[Block]:
    said: list[Block] = [
        Heading(voice.section(4, "pack.fund")),
        Text(voice("pack.fund_how")),
        Text(voice("pack.fund_papers"), "plain"),
    ]
    said += [Text(note) for note in facts.fund_notes]
    if facts.fund_law:
        said.append(Text(voice("law", law=voice.law(facts.fund_law)), "note"))
    return [*said, Text(voice("unverified"), "note")]


def _later(facts: Pack, voice: Voice) -> list[Block]:
    lines = [_joining(facts.lift, voice), voice("pack.sell")]
    if facts.agreement:
        lines.append(voice("pack.agreement", code=facts.agreement))
    return [Heading(voice.section(5, "pack.later")), *(Text(line) for line in lines)]


def _joining(lift: Lift, voice: Voice) -> str:
    if not lift.late_factor_bp:
        return voice("pack.later_same")
    more = parts.percent_bp(lift.late_factor_bp)
    return voice("pack.later_how", years=lift.late_years, percent=more)


def _certificate(facts: Pack, voice: Voice) -> list[Block]:
    if not facts.home.share_fen:
        return [parts.checked(voice, facts.head)]
    certified = voice(
        "pack.certificate_said",
        place=facts.head.place,
        flat=facts.home.flat,
        owners=voice.listed(facts.home.owners),
        share=voice.yuan(facts.home.share_fen),
    )
    return [
        Leaf(),
        Heading(voice("pack.certificate"), centred=True),
        Text(certified),
        Text(_paid(facts, voice)),
        Text(voice("pack.certificate_use")),
        parts.checked(voice, facts.head),
        Text(voice("pack.keeper"), "right"),
        Text(voice("blank_day"), "right"),
    ]


def _paid(facts: Pack, voice: Voice) -> str:
    if facts.paid_fen is None:
        return voice("pack.certificate_blank")
    on = voice.day(facts.head.on)
    return voice("pack.certificate_paid", day=on, paid=voice.yuan(facts.paid_fen))
