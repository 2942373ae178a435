"""The owners' agreement (增设电梯协议): every clause from the plan that was chosen."""

from collections.abc import Iterator

from tuanti.papers.blocks import Block, Heading, Kept, Leaf, Paper, Table, Text
from tuanti.papers.facts import Agreement, Home, Lift
from tuanti.papers.kinds import parts
from tuanti.papers.voice import Voice
from tuanti.rules.errors import Fact
from tuanti.rules.sharing import schemes


def paper(facts: Agreement, voice: Voice) -> Paper:
    """Put an agreement together."""
    title = [facts.head.place, voice("agreement.title")]
    if facts.number > 1:
        title.append(voice("agreement.again", n=facts.number))
    blocks = (
        Text(voice("agreement.preamble", place=facts.head.place)),
        *_articles(facts, voice),
        *_closing(facts, voice),
        *_annex(facts, voice),
    )
    return parts.paper(voice, facts.head, "agreement", blocks, title=title)


def _articles(facts: Agreement, voice: Voice) -> Iterator[Block]:
    for number, (name, lines) in enumerate(_clauses(facts, voice), 1):
        head = voice(f"agreement.titles.{name}")
        yield Heading(voice("agreement.article", n=parts.counted_in(voice, number), title=head))
        yield from (Text(line) for line in lines)


def _clauses(facts: Agreement, voice: Voice) -> Iterator[tuple[str, list[str]]]:
    """Yield each article's name and lines, in their order."""
    lift = facts.lift

    def say(clause: str, **told: Fact) -> str:
        return voice(f"agreement.clauses.{clause}", **told)

    yield "lift", [_lift(lift, voice)]
    yield "budget", [say("budget", **_sums(lift, voice)), say("budget_above")]
    shared = sum(home.share_fen or 0 for home in facts.homes)
    scheme = schemes.find(lift.scheme).title[voice.lang]
    yield "sharing", [say("sharing", scheme=scheme, sum=voice.yuan(shared))]
    yield "raising", [say("raising"), *_own(facts.fund)]
    yield "compensation", [_compensation(facts, voice)]
    rights = [voice(f"agreement.rights.{matter}.{choice}") for matter, choice in lift.rights]
    yield "use", [say("own"), *rights]
    rule = voice(f"running_rules.{lift.running_rule}")
    yield "running", [say("running", sum=voice.yuan(lift.running_fen), rule=rule)]
    yield "repair", [say("repair"), *_own(facts.repairs)]
    manager = facts.manager or voice("agreement.manager_blank")
    yield "managing", [say("managing", manager=manager), say("income")]
    yield "joining", [_joining(lift, voice)]
    names = voice.listed(facts.group)
    group = say("group", n=len(facts.group), names=names) if facts.group else say("group_blank")
    yield "group", [group]
    for name in ("transfer", "buying", "cancelling", "harm", "disputes"):
        yield name, [say(name)]
    if facts.other.strip():
        yield "other", _own(facts.other)
    yield "effect", [say("effect")]


def _own(text: str) -> list[str]:
    """What the owners wrote themselves, a paragraph a line."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _lift(lift: Lift, voice: Voice) -> str:
    return voice(
        "agreement.clauses.lift",
        profile=parts.profile(voice, lift),
        stops=lift.stops,
        entry=voice(f"entries.{lift.entry}"),
        position=lift.position,
    )


def _sums(lift: Lift, voice: Voice) -> dict[str, Fact]:
    return {
        "total": parts.cost(voice, lift),
        "subsidy": voice.yuan(lift.subsidy_fen),
        "shared": voice.yuan(lift.shared_fen),
    }


def _joining(lift: Lift, voice: Voice) -> str:
    if not lift.late_factor_bp:
        return voice("agreement.clauses.joining_same")
    more = parts.percent_bp(lift.late_factor_bp)
    return voice("agreement.clauses.joining", years=lift.late_years, percent=more)


def _compensation(facts: Agreement, voice: Voice) -> str:
    paid = sum(home.compensation_fen for home in facts.homes)
    if not paid:
        return voice("agreement.clauses.compensation_none")
    return voice("agreement.clauses.compensation", sum=voice.yuan(paid))


def _closing(facts: Agreement, voice: Voice) -> list[Block]:
    lift_law = [facts.lift.subsidy_law] if facts.lift.subsidy_law else []
    law = Text(voice("agreement.law", law=voice.law([*facts.law, *lift_law])), "note")
    cited = [law] if facts.law or lift_law else []
    return [*cited, Text(voice("unverified"), "note"), parts.checked(voice, facts.head)]


def _annex(facts: Agreement, voice: Voice) -> list[Block]:
    paid = any(home.compensation_fen for home in facts.homes)
    shown = [("flat", 0), ("owner", 4), ("share", 0), ("running", 0)]
    shown += [("compensation", 0)] * paid + [("signature", 5), ("day", 4)]
    head = parts.columns(voice, *shown, right=("share", "running", "compensation"))
    rows = tuple(_row(home, voice, paid=paid) for home in facts.homes)
    return [
        Leaf(),
        Kept((Heading(voice("agreement.annex")), Text(voice("agreement.annex_lead"), "plain"))),
        Table(head, rows, _total(facts, voice, paid=paid), tall=True, small=True),
        *_digest(facts, voice),
    ]


def _row(home: Home, voice: Voice, *, paid: bool) -> tuple[str, ...]:
    row = [home.flat, voice("between").join(home.owners)]
    row += [voice.yuan(home.share_fen), voice.yuan(home.running_fen)]
    if paid:
        row.append(voice.yuan(home.compensation_fen))
    return (*row, "", voice.day(home.signed_on) if home.signed_on else "")


def _total(facts: Agreement, voice: Voice, *, paid: bool) -> tuple[str, ...]:
    shares = sum(home.share_fen or 0 for home in facts.homes)
    running = sum(home.running_fen or 0 for home in facts.homes)
    row = [voice("total"), "", voice.yuan(shares), voice.yuan(running)]
    if paid:
        row.append(voice.yuan(sum(home.compensation_fen for home in facts.homes)))
    return (*row, "", "")


def _digest(facts: Agreement, voice: Voice) -> list[Text]:
    if not facts.digest:
        return []
    return [Text(voice("agreement.digest", code=facts.head.code, digest=facts.digest), "note")]
