import json
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from tests.command import run
from tuanti.cli.columns import print_table
from tuanti.sheets import tables
from tuanti.sheets.sharing_books import example_plan, layout, write_template


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.xlsx"
    write_template(path, "zh", example=True)
    return path


def test_each_flat_has_a_line_and_the_sums_are_below(plan: Path) -> None:
    answer = run("share", plan)
    assert (answer.returncode, answer.stderr) == (0, "")
    lines = answer.stdout.splitlines()
    assert "荷花苑 3 栋 2 单元" in lines
    assert "376,000.00 yuan to share" in answer.stdout
    (first,) = [line for line in lines if line.startswith("601 ")]
    assert first.split() == [
        "601",
        "6",
        "李叔",
        "82.50",
        "44,582.27",
        "0.00",
        "44,582.27",
        "770.70",
    ]
    (total,) = [line for line in lines if line.startswith("Total")]
    assert total.split() == ["Total", "376,000.00", "6,000.00", "370,000.00", "6,500.00"]
    assert "Unverified (grade C)" in answer.stdout
    assert "No group of flats pays more" in answer.stdout
    assert "Running costs of 6,500.00 yuan a year" in answer.stdout
    assert "Civil Code, art. 283 (unverified, grade A)" in answer.stdout


def test_it_is_told_in_chinese(plan: Path) -> None:
    answer = run("share", plan, "--compare", lang="zh")
    assert answer.returncode == 0
    for said in ("虚构示例", "需分摊 376,000.00 元", "未核实（依据等级 C）", "与“广东参考系数”相比",
                 "少付最多的是", "没有哪一组住户", "合计"):  # fmt: skip
        assert said in answer.stdout


def test_all_schemes_stand_side_by_side(plan: Path) -> None:
    answer = run("share", plan, "--compare")
    heads = next(line for line in answer.stdout.splitlines() if line.startswith("Flat"))
    assert heads.split() == [
        "Flat", "Floor", "equal", "area", "gd-ref", "stairs", "coef-area", "sample-hz", "shapley",
        "fixed-airport", "nucleolus",
    ]  # fmt: skip
    (total,) = [line for line in answer.stdout.splitlines() if line.startswith("Total")]
    assert total.split() == ["Total", *["376,000.00"] * 9]
    assert "ningbo A stairwell in Ningbo\n  The table of scheme “ningbo” has no floor 7" in (
        answer.stdout
    )
    assert "Flat 702 loses most" in answer.stdout


def test_a_narrow_terminal_gets_the_table_in_blocks(plan: Path) -> None:
    answer = run("share", plan, "--compare", width=60)
    table = answer.stdout[: answer.stdout.index("equal Equal")].splitlines()[3:]
    assert max(cell_len(line) for line in table) <= 60
    assert sum(line.startswith("Flat") for line in table) == 3
    assert sum(line.startswith("701") for line in table) == 3


def test_another_scheme_may_be_named(plan: Path) -> None:
    answer = run("share", plan, "--scheme", "stairs")
    assert "stairs By storeys climbed" in answer.stdout
    assert "57,846.15" in answer.stdout


def test_a_late_joiner_pays_and_the_others_get_it_back(plan: Path) -> None:
    answer = run("share", plan, "--joiner", "402", "--factor", "1", "--subsidy-lost", "1,500.5",
                 "--delay", "20")  # fmt: skip
    assert "its share under the original scheme is 28,796.41 yuan" in answer.stdout
    assert "it pays 59,113.32" in answer.stdout  # twice the share, 1,500.50 and 20
    (total,) = [x for x in answer.stdout.splitlines() if x.startswith("Total") and "59,113" in x]
    assert total.split() == ["Total", "376,000.00", "59,113.32", "59,113.32", "376,000.00"]


@pytest.mark.parametrize(("factor", "pays"), [("50%", "43,194.62"), ("1/2", "43,194.62"),
                                              ("0.5", "43,194.62"), ("", "28,796.41")])  # fmt: skip
def test_a_factor_is_written_as_people_do(plan: Path, factor: str, pays: str) -> None:
    assert f"it pays {pays}," in run("share", plan, "--joiner", "402", "--factor", factor).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scheme", "ningbo"), "has no floor 7, so it cannot be used for flat 701"),
        (("--scheme", "bj2022"), "its numbers were not found"),
        (("--scheme", "gd_ref"), "There is no scheme “gd_ref”"),
        (("--joiner", "999"), "no flat 999"),
        (("--joiner", "401"), "Flat 401 takes part already"),
        (("--joiner", "402", "--factor", "-1"), "“-1” is not a factor"),
        (("--joiner", "402", "--factor", "twice"), "“twice” is not a factor"),
        (("--joiner", "402", "--factor", "1/0"), "“1/0” is not a factor"),
        (("--joiner", "402", "--delay", "-5"), "“-5” is not an amount"),
        (("--joiner", "402", "--delay", "5.123"), "“5.123” is not an amount"),
        (("--factor", "1"), "go with --joiner only"),
        (("--delay", "1"), "go with --joiner only"),
        (("--subsidy-lost", "1"), "go with --joiner only"),
        (("--lang", "fr"), "“fr” is not a language"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    plan: Path, words: tuple[str, ...], said: str
) -> None:
    answer = run("share", plan, *words)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_every_fault_is_said_with_its_cell(tmp_path: Path) -> None:
    data = example_plan("en")
    data["flats"][3]["floor"] = 99
    data["plan"]["subsidy_fen"] = 10**10
    tables.write(layout(), tmp_path / "plan.xlsx", "en", data)
    answer = run("share", tmp_path / "plan.xlsx")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "Plan B5: The subsidy of 100,000,000.00 yuan" in answer.stderr
    assert "Flats B5: Floor 99" in answer.stderr
    assert "2 problems were found" in answer.stderr


def test_what_is_passed_over_is_noted(plan: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(plan)
    book.create_sheet("草稿")
    book.save(tmp_path / "plan.xlsx")
    answer = run("share", tmp_path / "plan.xlsx")
    assert answer.returncode == 0
    assert "草稿" in answer.stderr


def test_a_missing_file_is_said() -> None:
    answer = run("share", "nowhere.xlsx")
    assert answer.returncode == 2
    assert "There is no file “nowhere.xlsx”" in answer.stderr


def test_json_holds_every_sum_in_fen(plan: Path) -> None:
    answer = run("share", plan, "--compare", "--joiner", "402", "--json")
    assert (answer.returncode, answer.stderr) == (0, "")
    found = json.loads(answer.stdout)
    assert (found["format"], found["scheme"]) == ("tuanti-shares/1", "gd-ref")
    assert sum(found["pays_fen"]) == found["shared_fen"] == 37_600_000
    assert sum(found["receives_fen"]) == 600_000
    assert found["shared_fen"] == found["total_fen"] - found["subsidy_fen"] + 600_000
    assert sum(found["running_fen"]) == 650_000
    assert [flat["id"] for flat in found["flats"]][:2] == ["101", "102"]
    by_id = {scheme["id"]: scheme for scheme in found["schemes"]}
    assert by_id["gd-ref"]["pays_fen"] == found["pays_fen"]
    assert by_id["stairs"]["changes_fen"] == [
        a - b for a, b in zip(by_id["stairs"]["pays_fen"], found["pays_fen"], strict=True)
    ]
    assert (by_id["stairs"]["judged"], by_id["stairs"]["worst_group"]) == (True, None)
    assert by_id["area"]["grade"] == "A"
    refused = {one["id"]: one["code"] for one in found["refused"]}
    assert refused["bj2022"] == "sharing.numbers_unknown"
    assert found["joining"]["pays_fen"] == sum(found["joining"]["refunds_fen"]) == 2_879_641
    assert found["law_ids"] == ["cn/cost/default-share@2021-01-01"]


def test_json_names_the_worst_group_and_says_null_for_what_is_not(tmp_path: Path) -> None:
    data = example_plan("en")
    data["plan"] |= {"fixed_fen": 0, "scheme": "equal", "running_fen": None}
    tables.write(layout(), tmp_path / "plan.xlsx", "en", data)
    found = json.loads(run("share", tmp_path / "plan.xlsx", "--json").stdout)
    assert found["running_fen"] is found["joining"] is None
    (scheme,) = found["schemes"]
    # eleven pay 376,000; floors 2 and 3 need two storeys of six
    assert scheme["worst_group"] == {
        "flats": ["201", "202", "301", "302"], "floors": [2, 3],
        "pays_fen": sum(scheme["pays_fen"][2:6]), "alone_fen": 37_600_000 // 3,
    }  # fmt: skip


def test_a_workbook_is_written_where_asked(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "shares.xlsx"
    answer = run("share", plan, "--compare", "--out", out)
    assert answer.returncode == 0
    assert str(out) in answer.stdout
    assert openpyxl.load_workbook(out).sheetnames[0] == "Shares"
    again = tmp_path / "again.xlsx"
    run("share", plan, "--compare", "--out", again, "--json")
    assert again.read_bytes() == out.read_bytes()


def test_a_workbook_that_cannot_be_written_is_said(plan: Path, tmp_path: Path) -> None:
    answer = run("share", plan, "--out", tmp_path)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "cannot be written" in answer.stderr


def test_a_column_without_a_value_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    columns = [
        tables.Column("Flat", "code", 9), tables.Column("Owner", "text", 9),
        tables.Column("Pays", "yuan", 9, total=True), tables.Column("Note", "text", 9),
    ]  # fmt: skip
    rows = [("601", "", -5, None), ("户", "", 123_456, "x")]
    print_table(tables.Table("x", "x", columns, rows), "en")
    assert capsys.readouterr().out.splitlines() == [
        "", "Flat       Pays  Note", "601       -0.05", "户     1,234.56  x",
        "Total  1,234.51",
    ]  # fmt: skip
