"""Check an award, by the same program an auditor would run alone."""

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from tuanti.cli.bring import BAD_INPUT, complain, say
from tuanti.rules.award import verify
from tuanti.rules.award.document import FORMAT
from tuanti.texts import Lang

UNTRUE = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier said of a file, line by line."""

    true: bool
    lines: tuple[str, ...]

    @property
    def why(self) -> str:
        """What is wrong, in the verifier's words."""
        last = self.lines[-1] if self.lines else ""
        return last.removeprefix("WRONG: ")


def judge(path: Path, expect: str = "") -> Verdict:
    """Run the verifier on a file."""
    heard = io.StringIO()
    with redirect_stdout(heard):
        code = verify.main([str(path), *(["--expect", expect] if expect else [])])
    return Verdict(code == 0, tuple(heard.getvalue().splitlines()))


def load(path: Path, lang: Lang) -> dict[str, Any] | None:
    """Read a file that should be an award; None, with what is wrong said, if it is not."""
    if not path.is_file():
        complain("cli.no_file", lang, path=str(path))
        return None
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        data = None
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        complain("cli.wrong_format", lang, value=found if isinstance(found, str) else None)
        return None
    return dict(data)


def verify_file(path: Path, expect: str, lang: Lang) -> int:
    """Check a file, chosen by its format, and say what was found."""
    data = load(path, lang)
    if data is None:
        return BAD_INPUT
    verdict = judge(path, expect)
    for line in verdict.lines:
        typer.echo(line)
    if not verdict.true:
        complain("cli.not_verified", lang, why=verdict.why)
        return UNTRUE
    say("cli.verified" if data["award"] is not None else "cli.verified_none", lang)
    return 0
