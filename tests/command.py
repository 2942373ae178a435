"""The command line, run in this process; tests/cli/test_cli.py runs it in one of its own."""

import subprocess

from typer.testing import CliRunner

from tuanti.cli import app


def run(*words: object, lang: str = "en", width: int = 200) -> subprocess.CompletedProcess[str]:
    """Run a command as someone would; what it did not expect is raised."""
    spoken = {"TUANTI_LANG": lang, "COLUMNS": str(width)}
    answer = CliRunner().invoke(app, [*map(str, words)], env=spoken)
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return subprocess.CompletedProcess([], answer.exit_code, answer.stdout, answer.stderr)
