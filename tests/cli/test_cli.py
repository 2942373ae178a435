import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cast import small_round
from tuanti.rules.award import verify as verifier
from tuanti.sheets.template import write_round

TUANTI = (sys.executable, "-c", "from tuanti.cli import main; main()")


def run(*words: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TUANTI, *map(str, words)],
        env=os.environ | {"TUANTI_LANG": lang, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def put(path: Path, **changes: object) -> Path:
    path.write_text(json.dumps(small_round() | changes), encoding="utf-8")
    return path


def rules(**changes: object) -> dict[str, Any]:
    return {"rules": small_round()["rules"] | changes}


@pytest.fixture(scope="module")
def awarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("awarded")
    write_round(small_round(), folder / "round.xlsx", "zh")
    answer = run("award", folder / "round.xlsx", "--out", folder / "out", "--gap", "0")
    assert (answer.returncode, answer.stderr) == (0, "")
    return folder / "out"


def test_the_version_is_said() -> None:
    assert run("--version").stdout.startswith("tuanti ")


def test_an_empty_template_is_written_and_its_gaps_are_faults(tmp_path: Path) -> None:
    assert run("template", tmp_path / "round.xlsx").returncode == 0
    answer = run("check", tmp_path / "round.xlsx")
    assert answer.returncode == 2
    assert "Round B" in answer.stderr or "项目 B" in answer.stderr


def test_a_sound_round_is_summed_up(tmp_path: Path) -> None:
    answer = run("check", put(tmp_path / "round.json"))
    assert answer.returncode == 0
    assert "3 lots, 4 parcels, 22 lifts, 3 suppliers" in answer.stdout


def test_an_award_is_written_verified_and_told(awarded: Path) -> None:
    assert sorted(path.name for path in awarded.iterdir()) == ["award.json", "award.xlsx"]
    assert verifier.main([str(awarded / "award.json")]) == 0
    said = run("verify", awarded / "award.json")
    assert said.returncode == 0
    assert "Verified independently" in said.stdout


def test_an_award_is_told_in_chinese(tmp_path: Path) -> None:
    answer = run("award", put(tmp_path / "r.json"), "--out", tmp_path / "out", lang="zh")
    assert answer.returncode == 0
    for said in ("虚构示例", "独立核验通过", "节约", "award.xlsx"):
        assert said in answer.stdout


def test_two_runs_write_the_same_files(awarded: Path, tmp_path: Path) -> None:
    write_round(small_round(), tmp_path / "round.xlsx", "zh")
    run("award", tmp_path / "round.xlsx", "--out", tmp_path, "--gap", "0")
    for name in ("award.json", "award.xlsx"):
        assert (tmp_path / name).read_bytes() == (awarded / name).read_bytes()


def test_bad_input_names_every_fault_and_writes_nothing(tmp_path: Path) -> None:
    data = small_round()
    data["bill"][0]["stops"] = 99
    data["suppliers"][1]["uscc"] = data["suppliers"][0]["uscc"]
    write_round(data, tmp_path / "round.xlsx", "en")
    answer = run("award", tmp_path / "round.xlsx", "--out", tmp_path / "out")
    assert answer.returncode == 2
    assert "Bill C2" in answer.stderr
    assert "Suppliers C3" in answer.stderr
    assert not (tmp_path / "out").exists()


def test_an_infeasible_round_is_proven_so_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "award.xlsx").write_bytes(b"of an earlier award")
    path = put(tmp_path / "r.json", **rules(winners_min=3, winners_max=None, share_min_bp=4000))
    answer = run("award", path, "--out", tmp_path)
    assert answer.returncode == 3
    assert "Fewest winners" in answer.stdout
    assert json.loads((tmp_path / "award.json").read_bytes())["award"] is None
    assert not (tmp_path / "award.xlsx").exists()
    checked = run("verify", tmp_path / "award.json")
    assert checked.returncode == 0
    assert "no award can keep every rule" in checked.stdout


def test_a_lot_without_bids_is_named(tmp_path: Path) -> None:
    data = small_round()
    data["lots"][1]["ceiling_fen"] = 100
    path = put(tmp_path / "r.json", lots=data["lots"], packages=[])
    answer = run("award", path, "--out", tmp_path)
    assert answer.returncode == 3
    assert "Lot “yz-2” has no valid bid (3 above a ceiling)" in answer.stdout


@pytest.mark.parametrize("gap", ["1e-4", "0.01", "-1%", "x"])
def test_a_gap_is_per_cent_or_0(tmp_path: Path, gap: str) -> None:
    answer = run("award", put(tmp_path / "r.json"), "--out", tmp_path / "out", f"--gap={gap}")
    assert answer.returncode == 2
    assert "is not a gap" in answer.stderr


def test_a_missing_file_and_a_strange_language_are_refused(tmp_path: Path) -> None:
    assert run("check", tmp_path / "none.xlsx").returncode == 2
    assert run("check", tmp_path / "none.xlsx", lang="fr").returncode == 2


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    path = put(tmp_path / "r.json")
    answer = run("award", path, "--out", path)
    assert answer.returncode == 2
    assert "cannot be written" in answer.stderr


def test_a_changed_award_fails(awarded: Path, tmp_path: Path) -> None:
    data = json.loads((awarded / "award.json").read_bytes())
    data["award"]["cost"] = str(int(data["award"]["cost"]) - 1)
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    assert run("verify", tmp_path / "a.json").returncode == 1
    assert run("explain", tmp_path / "a.json", "--supplier", "jia").returncode == 1


def test_the_expected_digest_must_match(awarded: Path) -> None:
    data = json.loads((awarded / "award.json").read_bytes())
    right = verifier.digest(data["award"])
    assert run("verify", awarded / "award.json", "--expect", right).returncode == 0
    assert run("verify", awarded / "award.json", "--expect", "0" * 64).returncode == 1


def test_only_known_formats_are_verified(tmp_path: Path) -> None:
    answer = run("verify", put(tmp_path / "r.json"))
    assert answer.returncode == 2
    assert "tuanti-round/1" in answer.stderr


def test_why_is_answered(awarded: Path) -> None:
    file = awarded / "award.json"
    asked = (
        (("--supplier", "jia"), "exact"),
        (("--supplier", "bing", "--lot", "sp-1"), "did not bid"),
        (("--without", "jia"), "yuan more"),
        (("--price-of", "share_max_bp"), "yuan dearer"),
    )
    for words, said in asked:
        answer = run("explain", file, *words)
        assert (answer.returncode, answer.stderr) == (0, "")
        assert said in answer.stdout


@pytest.mark.parametrize(
    "words",
    [(), ("--lot", "yz-1"), ("--supplier", "jia", "--without", "yi"), ("--without", "nobody"),
     ("--price-of", "nothing"), ("--supplier", "nobody")],
)  # fmt: skip
def test_an_unclear_question_is_refused(awarded: Path, words: tuple[str, ...]) -> None:
    answer = run("explain", awarded / "award.json", *words)
    assert (answer.returncode, answer.stdout) == (2, "")
