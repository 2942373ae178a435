"""The command line: thin doors to the rooms."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tuanti.texts import LANGS, Lang, sentence

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

_Spoken = Annotated[
    str, typer.Option("--lang", envvar="TUANTI_LANG", help="语言 / language: zh, en")
]
_Gap = Annotated[
    str, typer.Option(help="要求的差距 / gap to prove: 0.01%; 0 = 最优 / the very best")
]
_Out = Annotated[Path, typer.Option("--out", help="结果文件夹 / folder for the results")]
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
    lang: _Spoken = "zh",
) -> None:
    """写出空白项目表。 Write the empty workbook of a round."""
    from tuanti.cli.bring import write_template

    raise typer.Exit(write_template(file, spoken(lang)))


@app.command()
def check(file: _RoundFile, lang: _Spoken = "zh") -> None:
    """检查项目表，列出全部问题。 Find every fault of a round."""
    from tuanti.cli.bring import check_round

    raise typer.Exit(check_round(file, spoken(lang)))


@app.command()
def award(file: _RoundFile, out: _Out, gap: _Gap = "0.01%", lang: _Spoken = "zh") -> None:
    """定标并核验。 Award a round, write award.xlsx and award.json, and verify them.

    退出码 / exit: 0 已证明 proven, 2 数据有误 faults, 3 无解 infeasible, 4 未达差距 at a limit.
    """
    from tuanti.cli.awarding import award_file

    raise typer.Exit(award_file(file, out, gap, spoken(lang)))


@app.command()
def verify(
    file: _AwardFile,
    expect: Annotated[
        str, typer.Option(help="应有的 SHA-256 / the SHA-256 that was published")
    ] = "",
    lang: _Spoken = "zh",
) -> None:
    """独立核验定标文件。 Check an award without trusting anyone."""
    from tuanti.cli.checking import verify_file

    raise typer.Exit(verify_file(file, expect, spoken(lang)))


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


@app.command()
def demo(out: _Out, lang: _Spoken = "zh") -> None:
    """两个虚构示例：一个区、一座城市。 Award two invented rounds and verify them."""
    from tuanti.cli.showing import show

    raise typer.Exit(show(out, spoken(lang)))


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
