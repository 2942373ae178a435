"""The repository keeps the house's rules that no linter knows."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))
VERIFIER = ROOT / "src/tuanti/rules/award/verify.py"

# One letter of each stands in brackets, so that this file does not name what it forbids.
ELSEWHERE = re.compile(
    r"""
      \bpyp[i]\. | pythonhoste[d]\. | \bregistr[y]\.[a-z] | \bcrate[s]\.io\b | \bprox[y]\.golang\b
    | \bmirror[s]?\.[a-z] | inde[x][-_]url | fin[d][-_]links
    | (?<![\w./-]) / (?: wor[k] | hom[e] | roo[t] | User[s] ) /
    """,
    re.VERBOSE,
)


def kept_files() -> Iterator[Path]:
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    assert listed.returncode == 0, listed.stderr
    for name in listed.stdout.split("\0"):
        if (path := ROOT / name).is_file():
            yield path


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def code_lines_of(path: Path) -> int:
    """Count the lines that hold code: neither blank, nor a docstring, nor a comment alone."""
    text = path.read_text("utf-8")
    explained = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node)
        for line in range(node.body[0].lineno, length(node.body[0]) + node.body[0].lineno)
    }
    return sum(
        number not in explained and bool(line.partition("#")[0].strip())
        for number, line in enumerate(text.splitlines(), 1)
    )


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_kept_file_names_a_registry_or_a_machine() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in kept_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if ELSEWHERE.search(line)
    }
    assert found == set()


@pytest.mark.parametrize(
    "line",
    ["https://pyp~i.org/simple", "--extra-index~-url x", "cd /wor~k/main", "'/roo~t/x'"],
)
def test_a_named_registry_or_machine_is_found(line: str) -> None:
    assert not ELSEWHERE.search(line)
    assert ELSEWHERE.search(line.replace("~", ""))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_locked_release_is_pinned_with_hashes(lock: Path) -> None:
    releases = lock.read_text("utf-8").replace("\\\n", " ").splitlines()
    pinned = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+( ; [^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert releases
    assert [release for release in releases if not pinned.fullmatch(release)] == []


def test_no_file_passes_400_lines() -> None:
    written = [path for path in SOURCES if path.parent.name != "migrations"]  # Django writes those
    assert {path.name: lines_of(path) for path in written if lines_of(path) > 400} == {}


def test_no_function_passes_70_lines() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and length(node) > 70
    ] == []


def test_an_auditor_can_read_the_verifier_in_one_sitting() -> None:
    assert code_lines_of(VERIFIER) < 300
    assert lines_of(VERIFIER) < 375  # with what explains it


def test_the_verifier_imports_the_standard_library_only() -> None:
    imported = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            imported.add("." if node.level else (node.module or "").partition(".")[0])
    assert imported - sys.stdlib_module_names == set()


def test_help_wakes_neither_numpy_nor_django() -> None:
    ask = """
import sys
from tuanti.cli import main
sys.argv = ["tuanti", "--help"]
try:
    main()
finally:
    sys.stderr.write(" ".join({"django", "highspy", "numpy"} & set(sys.modules)))
"""
    answer = run(sys.executable, "-c", ask)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_make_alone_lists_every_verb() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony
    listed = {line.split()[1] for line in run("make", "--no-print-directory").stdout.splitlines()}
    assert listed == set(phony[1].split())


def test_tests_cannot_leave_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(Exception, match=r"192\.0\.2\.1"):
        outside.connect(("192.0.2.1", 9))  # TEST-NET-1: nobody lives there
