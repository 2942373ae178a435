"""The handbook says what is: its examples verify, both languages stand side by side, links lead."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
VERIFIER = ROOT / "src/tuanti/rules/award/verify.py"
ONE_LANGUAGE = {"reference/measurements.md", "reference/benchmarks.md"}  # a pointer; its target
COMMANDS = (
    "template",
    "check",
    "award",
    "verify",
    "explain",
    "due",
    "share",
    "tally",
    "award-samples",
    "demo",
    "serve",
    "migrate",
    "tick",
    "manage",
    "journal",
    "law",
)


@pytest.mark.parametrize(
    ("name", "bound"), [("two-lots-one-list", 672_000_000), ("two-lots-tree", 684_000_000)]
)
def test_the_worked_example_proves_what_the_page_says(name: str, bound: int) -> None:
    path = DOCS / "examples" / f"{name}.json"
    answer = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(path)], capture_output=True, text=True, check=True
    )
    assert json.loads(path.read_text("utf-8"))["certificate"]["bound"] == str(bound)
    assert str(bound) in answer.stdout


def test_every_page_stands_in_both_languages() -> None:
    pages = [
        {str(path.relative_to(DOCS / lang)) for path in (DOCS / lang).rglob("*.md")}
        for lang in ("zh", "en")
    ]
    assert pages[0] ^ pages[1] <= ONE_LANGUAGE


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_is_in_the_reference(lang: str) -> None:
    page = (DOCS / lang / "reference/cli.md").read_text("utf-8")
    assert [command for command in COMMANDS if f"tuanti {command}" not in page] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md"])
def test_links_of_the_front_pages_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"", (ROOT / name).read_text("utf-8"))
    targets = [a or b for a, b in links if not (a or b).startswith(("http", "mailto"))]
    assert [target for target in targets if not (ROOT / target).exists()] == []
