"""`tuanti tally` and the templates it reads, run as people run them."""

import json
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests import command
from tuanti.cli.law_words import mark
from tuanti.rules import law
from tuanti.sheets.consent_books import write_ballots, write_roll

ON = ("--on", "2026-11-22")


def run(*words: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return command.run(*words, lang=lang, width=120)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("vote")
    roll, ballots = folder / "roll.xlsx", folder / "ballots.xlsx"
    for kind, path in (("roll", roll), ("ballots", ballots)):
        answer = run("template", path, "--kind", kind, "--example", lang="zh")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert f"{path}。填好后运行" in answer.stdout
    return roll, ballots


def test_the_example_is_counted_as_the_handbook_says(files: tuple[Path, Path]) -> None:
    answer = run("tally", *files, "--law", "cn/consent/special", *ON, lang="zh")
    assert (answer.returncode, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert lines[1].startswith("【虚构示例】")
    assert lines[4].split("  ")[0] == "参与面积"
    assert "567.45 平方米  574.60 平方米  65.83%" in lines[4]
    assert "✕ 未达到" in lines[4]
    assert "✓ 达到" in lines[6]
    assert "表决没有通过。" in lines
    assert "还差 1 人同意，最少可以是：202（虚构市房屋管理局）（合计 75.40 平方米）。" in lines
    day = date(2026, 11, 22)
    for name in ("special", "persons", "area"):
        rule = law.find(f"cn/consent/{name}", on=day)
        assert any(f"{mark(rule, 'zh')}（{rule.id}）" in line for line in lines)


def test_the_same_is_given_as_data(files: tuple[Path, Path]) -> None:
    answer = run("tally", *files, *ON, "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    data = json.loads(answer.stdout)
    assert (data["format"], data["passed"], data["on"]) == ("tuanti-tally/1", False, "2026-11-22")
    assert data["law"][0]["id"] == "cn/consent/special@2021-01-01"
    assert all({"grade", "verified_by"} <= rule.keys() for rule in data["law"])
    (tally,) = data["tallies"]
    shares = [(m["share"], m["threshold"], m["passed"]) for m in tally["measures"]]
    assert shares == [
        ("291/442", "2/3", False),
        ("7/11", "2/3", False),
        ("221/291", "3/4", True),
        ("5/7", "3/4", False),
    ]
    assert (tally["needed"]["reach"], tally["needed"]["ask"]) == ("open", [["202"]])
    assert tally["needed"]["least_area_dm2"] == 7_15
    assert tally["law_ids"] == [rule["id"] for rule in data["law"]]
    assert "3312" not in answer.stdout


def test_a_city_may_ask_for_two_votes(files: tuple[Path, Path], tmp_path: Path) -> None:
    words = ("--law", "consent/stairwell", "--place", "shanghai", "--out", tmp_path / "t.xlsx")
    answer = run("tally", *files, *ON, *words)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "the lift · the building" in answer.stdout
    assert "common land · the estate" in answer.stdout
    assert "shanghai/consent/common-land@2021-01-01" in answer.stdout
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Result", "Votes", "Still needed"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--law", "jiulongpo/consent/stairwell-2017"), "≥ 1 "),
        (("--law", "cn/consent/ordinary", "--place", "chongqing"), "> 1/2"),
        (("--law", "consent/special", "--place", "chongqing", "--scope", "estate"), "≥ 3/4"),
    ],
)
def test_other_laws_are_at_hand(files: tuple[Path, Path], words: tuple[str], told: str) -> None:
    answer = run("tally", *files, *ON, *words)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert told in answer.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--law", "cn/consent/nothing"), "cn/consent/nothing"),
        (("--law", "nowhere/consent/special"), "nowhere"),
        (("--law", "cn/consent/challenge"), "no rule of consent"),
        (("--law", "special"), "special"),
        (("--on", "soon"), "soon"),
        (("--scope", "street"), "“street” is no scope"),
        (("--stairwell", "9"), "no stairwell “9”"),
        (("--pack", "no-such.toml"), "no-such.toml"),
        (("--on", "2026-11-08"), "ballots.xlsx 表决票 E8: "),
        (("--on", "2019-01-01"), "cn/consent/special"),
    ],
)
def test_what_cannot_be_counted_is_refused(
    files: tuple[Path, Path], words: tuple[str, str], told: str
) -> None:
    answer = run("tally", *files, *ON, *words)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert told in answer.stderr


def test_every_fault_of_both_files_is_told(tmp_path: Path) -> None:
    roll, ballots = tmp_path / "roll.xlsx", tmp_path / "ballots.xlsx"
    write_roll(roll, "en", example=False)
    write_ballots(ballots, "en", example=False)
    answer = run("tally", roll, ballots, *ON)
    assert (answer.returncode, answer.stdout) == (2, "")
    lines = answer.stderr.splitlines()
    assert lines[:2] == [
        "roll.xlsx Roll: The sheet “Roll” has no row. Fill in at least one.",
        "ballots.xlsx Ballots: The sheet “Ballots” has no row. Fill in at least one.",
    ]
    assert lines[2].startswith("The roll or the ballots have 2 problems")


def test_a_missing_file_is_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    answer = run("tally", files[0], tmp_path / "none.xlsx", *ON)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "none.xlsx" in answer.stderr


def test_a_result_never_takes_the_place_of_what_it_was_made_from(files: tuple[Path, Path]) -> None:
    before = files[1].read_bytes()
    answer = run("tally", *files, *ON, "--out", files[1])
    assert (answer.returncode, answer.stdout) == (2, "")
    assert files[1].read_bytes() == before


def test_a_result_that_cannot_be_written_is_told(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = run("tally", *files, *ON, "--out", tmp_path / "file" / "t.xlsx")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "cannot be written" in answer.stderr


@pytest.mark.parametrize("kind", ["round", "plan", "roll", "ballots"])
def test_every_kind_of_template_has_an_example(tmp_path: Path, kind: str) -> None:
    for words in ((), ("--example",)):
        answer = run("template", tmp_path / "t.xlsx", "--kind", kind, *words)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert (tmp_path / "t.xlsx").stat().st_size > 1_000


def test_an_unknown_kind_of_template_is_told(tmp_path: Path) -> None:
    answer = run("template", tmp_path / "t.xlsx", "--kind", "tree")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "round, plan, roll, ballots" in answer.stderr
    assert not (tmp_path / "t.xlsx").exists()
