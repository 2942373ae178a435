"""The demo: two invented rounds, written, read back, awarded, verified and told."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import typer

from tuanti.cli.awarding import award_problem
from tuanti.cli.bring import bring, complain, say
from tuanti.sample import city, district
from tuanti.sheets.template import write_round
from tuanti.texts import Lang

# The district's award is proven the very best, the city's to a hundredth of a per cent.
_SAMPLES: tuple[tuple[str, Callable[[], dict[str, Any]], Fraction], ...] = (
    ("district", district, Fraction(0)),
    ("city", city, Fraction(1, 10_000)),
)


def show(out: Path, lang: Lang) -> int:
    """Award the samples under ``out``; the worst exit code of them."""
    worst = 0
    for name, make, gap in _SAMPLES:
        folder = out / name
        try:
            worst = max(worst, _show(folder, make(), gap, lang))
        except OSError as wrong:
            return complain("cli.cannot_write", lang, path=str(folder), why=wrong.strerror or "")
    typer.echo("")
    say("cli.fictional", lang)
    return worst


def _show(folder: Path, data: dict[str, Any], gap: Fraction, lang: Lang) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, indent=1)
    (folder / "round.json").write_text(text + "\n", encoding="utf-8")
    write_round(data, folder / "round.xlsx", lang)
    problem = bring(folder / "round.xlsx", lang)
    assert problem is not None
    code = award_problem(problem, folder, gap, lang)
    for file in ("round.xlsx", "round.json"):
        say("cli.written", lang, path=str(folder / file))
    return code
