"""The command line: thin doors to the rooms."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tuanti.cli.journal import journal_app
from tuanti.texts import LANGS, Lang, sentence

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Spoken = Annotated[
    str, typer.Option("--lang", envvar="TUANTI_LANG", help="语言 / language: zh, en")
]
_Gap = Annotated[
    str, typer.Option(help="要求的差距 / gap to prove: 0.01%; 0 = 最优 / the very best")
]
_Out = Annotated[Path, typer.Option("--out", help="结果文件夹 / folder for the results")]
_LawPack = Annotated[
    Path | None, typer.Option("--pack", help="本地法规包 / a pack of your own beside ours")
]
_On = Annotated[str, typer.Option("--on", help="哪一天 / the day: 2026-11-22; 默认今天 / today")]
_Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
_RoundFile = Annotated[Path, typer.Argument(help="项目表 / the round: .xlsx, .json")]
_AwardFile = Annotated[Path, typer.Argument(help="定标文件 / award.json")]


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"tuanti {version('tuanti')}")
        raise typer.Exit


@app.callback()
def tuanti(
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / version")
    ] = False,
) -> None:
    """团梯：加装电梯集中带量采购。 Buy retrofit lifts together; anyone can check the award."""


@app.command()
def template(
    file: Annotated[Path, typer.Argument(help="要写的模板 / where to write it: round.xlsx")],
    kind: Annotated[
        str,
        typer.Option(help="round 项目, plan 分摊方案, roll 花名册, ballots 表决票"),
    ] = "round",
    example: Annotated[
        bool, typer.Option("--example", help="填好虚构示例 / with an invented example")
    ] = False,
    lang: _Spoken = "zh",
) -> None:
    """写出空白表格。 Write a workbook to fill in: a round, a plan, a roll, ballots."""
    from tuanti.cli.bring import write_template

    raise typer.Exit(write_template(file, kind, spoken(lang), example=example))


@app.command()
def check(file: _RoundFile, lang: _Spoken = "zh") -> None:
    """检查项目表，列出全部问题。 Find every fault of a round."""
    from tuanti.cli.bring import check_round

    raise typer.Exit(check_round(file, spoken(lang)))


@app.command()
def award(file: _RoundFile, out: _Out, gap: _Gap = "0.01%", lang: _Spoken = "zh") -> None:
    """定标并核验。 Award a round, write award.xlsx and award.json, and verify them.

    退出码 / exit: 0 已证明 proven, 1 核验不符 not verified, 2 数据有误 faults,
    3 无解 infeasible, 4 未达差距 at a limit.
    """
    from tuanti.cli.awarding import award_file

    raise typer.Exit(award_file(file, out, gap, spoken(lang)))


@app.command()
def verify(
    what: Annotated[str, typer.Argument(help="定标文件，或 receipt / award.json, or: receipt")],
    receipt: Annotated[str, typer.Argument(help="回执文件或原文 / its file, or the note")] = "",
    expect: Annotated[
        str, typer.Option(help="应有的 SHA-256 / the SHA-256 that was published")
    ] = "",
    key: Annotated[str, typer.Option(help="回执：公布的公钥 / receipt: the published key")] = "",
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """独立核验定标文件或表决回执。 Check an award, or a ballot's receipt, trusting nobody.

    tuanti verify award.json · tuanti verify receipt 回执.txt --key …
    """
    if what == "receipt":
        from tuanti.cli.receipts import verify_receipt

        raise typer.Exit(verify_receipt(receipt, key, spoken(lang), as_json=as_json))
    from tuanti.cli.checking import verify_file

    raise typer.Exit(verify_file(Path(what), expect, spoken(lang)))


@app.command()
def explain(
    file: _AwardFile,
    supplier: Annotated[str, typer.Option(help="供应商编号 / supplier's ID")] = "",
    lot: Annotated[str, typer.Option(help="标段编号 / lot's ID")] = "",
    without: Annotated[str, typer.Option(help="去掉哪家 / leave this supplier out")] = "",
    price_of: Annotated[str, typer.Option(help="去掉哪条规则 / drop this rule")] = "",
    gap: Annotated[
        str, typer.Option(help="重新定标的差距 / gap; 默认同原结果 / as in the file")
    ] = "",
    lang: _Spoken = "zh",
) -> None:
    """为什么是这个结果。 What would have won; what a supplier or a rule is worth."""
    from tuanti.cli.explaining import Question, explain_file

    question = Question(supplier, lot, without, price_of)
    raise typer.Exit(explain_file(file, question, gap, spoken(lang)))


@app.command("award-samples")
def award_samples(out: _Out, lang: _Spoken = "zh") -> None:
    """两个虚构示例：一个区、一座城市。 Award two invented rounds and verify them."""
    from tuanti.cli.showing import show

    raise typer.Exit(show(out, spoken(lang)))


@app.command()
def demo(
    home: Annotated[Path, typer.Option("--home", help="数据文件夹 / folder of its data")] = Path(
        "tuanti-demo"
    ),
    port: Annotated[int, typer.Option(help="端口 / port on this machine")] = 8000,
    size: Annotated[str, typer.Option(help="大小 / size: tiny, demo, city")] = "demo",
    reset: Annotated[bool, typer.Option("--reset", help="清空重来 / begin anew")] = False,
    lang: _Spoken = "zh",
) -> None:
    """在浏览器里看虚构示例城市。 Walk an invented city in the browser."""
    from tuanti.cli import house

    spoke = spoken(lang)
    raise typer.Exit(house.demo(home, port, house.checked_size(size, spoke), spoke, reset=reset))


@app.command()
def serve(
    bind: Annotated[str, typer.Option(help="地址 / address")] = "127.0.0.1:8000",
    workers: Annotated[int, typer.Option(help="进程数 / processes")] = 3,
    lang: _Spoken = "zh",
) -> None:
    """正式运行网站（设置见文档）。 Serve the house for real; settings come from the environment."""
    from tuanti.cli import house

    raise typer.Exit(house.serve(bind, workers, spoken(lang)))


@app.command()
def migrate() -> None:
    """建立或更新数据库。 Bring the database to this version."""
    from tuanti.cli import house

    house.migrate()


@app.command()
def tick(
    at: Annotated[str, typer.Option(help="时刻 / instant: 2026-12-31T16:00:00Z")] = "",
) -> None:
    """做完到期的事。 Do everything that has fallen due."""
    from tuanti.cli import house

    house.manage("tick", *(("--at", at) if at else ()))


@app.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
def manage(words: Annotated[list[str], typer.Argument(help="命令 / command")]) -> None:
    """管理命令。 Run a management command: db_worker, open_house, rekey and others."""
    from tuanti.cli import house

    raise typer.Exit(house.passed_on(words))


app.add_typer(journal_app, name="journal")
law_app = typer.Typer(no_args_is_help=True, help="法规依据。 The law: what binds where and when.")
app.add_typer(law_app, name="law")


@law_app.command("list")
def law_list(
    place: Annotated[str, typer.Option(help="地方编号 / place: cn, chongqing")] = "cn",
    on: _On = "",
    topic: Annotated[str, typer.Option(help="类别 / topic: consent, notice")] = "",
    pack: _LawPack = None,
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """列出某地某日施行的规则。 List the rules in force in a place on a day."""
    from tuanti.cli.law import list_rules

    spoke = spoken(lang)
    raise typer.Exit(list_rules(place, on, topic, pack, spoke, as_json=as_json))


@law_app.command("show")
def law_show(
    rule: Annotated[str, typer.Argument(help="规则编号 / the rule: cn/consent/special")] = "",
    on: _On = "",
    all_of_them: Annotated[bool, typer.Option("--all", help="全部，Markdown / every rule")] = False,
    pack: _LawPack = None,
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """显示一条规则，或全部。 Show one rule, or print all as a page."""
    from tuanti.cli.law import show_all, show_rule

    spoke = spoken(lang)
    if bool(rule) == all_of_them:
        typer.echo(sentence("law.id_or_all", spoke), err=True)
        raise typer.Exit(2)
    if all_of_them:
        raise typer.Exit(show_all(pack, spoke))
    raise typer.Exit(show_rule(rule, on, pack, spoke, as_json=as_json))


@law_app.command("check")
def law_check(
    file: Annotated[Path, typer.Argument(help="法规包 / the pack: dazu.toml")],
    lang: _Spoken = "zh",
) -> None:
    """检查本地法规包，列出全部问题。 Find every fault of a pack of your own."""
    from tuanti.cli.law import check_pack

    raise typer.Exit(check_pack(file, spoken(lang)))


@app.command()
def share(
    file: Annotated[Path, typer.Argument(help="方案表 / the plan: plan.xlsx")],
    scheme: Annotated[str, typer.Option(help="换用的方案 / another scheme: gd-ref")] = "",
    compare: Annotated[bool, typer.Option("--compare", help="各方案对照 / every scheme")] = False,
    joiner: Annotated[str, typer.Option(help="后加入的户号 / the flat that joins late")] = "",
    factor: Annotated[str, typer.Option(help="上浮系数 / factor on top: 0, 1, 50%")] = "",
    subsidy_lost: Annotated[
        str, typer.Option(help="另加少拿的补贴（元）/ plus a lost subsidy, yuan")
    ] = "",
    delay: Annotated[str, typer.Option(help="另加误期费用（元）/ plus costs of delay, yuan")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="结果工作簿 / workbook to write: shares.xlsx")
    ] = None,
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """分摊费用：每户付多少，各方案对照，后加入。 Share the cost of a lift, flat by flat."""
    from tuanti.cli.sharing import Asked, share_file

    asked = Asked(scheme, compare, joiner, factor, subsidy_lost, delay)
    raise typer.Exit(share_file(file, asked, out, spoken(lang), as_json=as_json))


@app.command()
def tally(
    roll: Annotated[Path, typer.Argument(help="花名册 / the roll: roll.xlsx")],
    ballots: Annotated[Path, typer.Argument(help="表决票 / the ballots: ballots.xlsx")],
    law: Annotated[str, typer.Option(help="按哪条规则 / the rule")] = "cn/consent/special",
    on: _On = "",
    place: Annotated[str, typer.Option(help="地方编号 / place: shanghai, chongqing")] = "",
    stairwell: Annotated[str, typer.Option(help="加装的单元 / stairwell with the lift: 3-1")] = "",
    scope: Annotated[
        str, typer.Option(help="换用的范围 / another scope: stairwell, building, estate")
    ] = "",
    pack: _LawPack = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="结果工作簿 / workbook to write: tally.xlsx")
    ] = None,
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """计票：四项门槛，逐票说明，还差谁。 Count a vote: four tests, every vote, who is needed."""
    from tuanti.cli.tallying import Asked, tally_files

    asked = Asked(law, on, place, stairwell, scope, pack)
    raise typer.Exit(tally_files(roll, ballots, asked, out, spoken(lang), as_json=as_json))


@law_app.command("regime")
def law_regime(
    money: Annotated[
        str, typer.Option(help="谁的钱 / whose money: fiscal 财政, state-funds 国企, owners 业主")
    ],
    kind: Annotated[str, typer.Option(help="买什么 / what: goods 货物, works 工程, services 服务")],
    value_yuan: Annotated[str, typer.Option(help="单项合同金额（元） / one contract, in yuan")],
    tied: Annotated[
        bool, typer.Option("--tied", help="与工程不可分 / goods or services tied to works")
    ] = False,
    uniform: Annotated[
        bool, typer.Option("--uniform", help="技术标准统一 / uniform technical standards")
    ] = False,
    place: Annotated[str, typer.Option(help="地方编号 / place: cn, chongqing")] = "cn",
    on: _On = "",
    pack: _LawPack = None,
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """适用哪种采购制度：按问卷建议，写明条文。 Which regime of procurement binds, and why."""
    from tuanti.cli.regime import Asked, ask_regime

    spoke = spoken(lang)
    asked = Asked(money, kind, value_yuan, tied, uniform, place, on, pack)
    raise typer.Exit(ask_regime(asked, spoke, as_json=as_json))


@app.command()
def due(
    file: Annotated[Path, typer.Argument(help="案件文件 / the case: case.json")],
    on: _On = "",
    pack: _LawPack = None,
    as_json: _Json = False,
    lang: _Spoken = "zh",
) -> None:
    """到期提醒：一个案件里，谁在哪天之前做什么，依据哪一条。 What falls due when in a case."""
    from tuanti.cli.due import due_file

    raise typer.Exit(due_file(file, on, pack, spoken(lang), as_json=as_json))


def spoken(lang: str) -> Lang:
    """Take a language at its word, or say which there are."""
    for known in LANGS:
        if lang == known:
            return known
    typer.echo(sentence("cli.bad_lang", "zh", value=lang), err=True)
    typer.echo(sentence("cli.bad_lang", "en", value=lang), err=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a terminal of another encoding shows what it can
            reconfigure(errors="replace")
    app()
