"""A control: the walls in pyproject.toml do stop a trespasser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A copy of this repository to trespass in."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def inspect(town: Path) -> str:
    checked = subprocess.run(
        [LINTER, "--no-cache"],
        cwd=town,
        env=os.environ | {"PYTHONPATH": str(town / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stdout


def test_walls_hold_without_trespass(town: Path) -> None:
    assert " 0 broken." in inspect(town)


@pytest.mark.parametrize(
    ("trespasser", "line", "wall"),
    [
        ("rules/errors.py", "import tuanti.solve", "The street runs one way"),
        ("sheets/__init__.py", "import tuanti.solve", "The street runs one way"),
        ("misc/__init__.py", "", "The street runs one way"),
        ("solve/trespass.py", "import django", "Rules and workshop know no framework"),
        ("rules/errors.py", "import numpy", "Rules use the standard library only"),
        ("rules/award/verify.py", "import tuanti.rules.errors", "The verifier stands alone"),
        ("rules/award/verify.py", "import tuanti.texts", "The verifier stands alone"),
    ],
)
def test_a_trespass_is_caught(town: Path, trespasser: str, line: str, wall: str) -> None:
    path = town / "src/tuanti" / trespasser
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    assert f"{wall} BROKEN" in inspect(town)
