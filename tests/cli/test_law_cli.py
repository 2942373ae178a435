"""Looking law up and checking a pack, on the command line; the page made of it."""

import json
import re
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests import command
from tuanti.cli import law_words
from tuanti.cli.law import day_of, plain
from tuanti.cli.law_page import page
from tuanti.rules import law
from tuanti.texts import LANGS, Lang

ROOT = Path(__file__).parents[2]
RULES = law.packaged().rules


def run(*words: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return command.run("law", *words, lang=lang)


def example(lang: Lang, number: int = 0) -> str:
    """The pack the how-to shows."""
    text = (ROOT / "docs" / lang / "howto/write-a-law-pack.md").read_text("utf-8")
    return str(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[number])


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "dazu.toml"
    path.write_text(example("en"), encoding="utf-8")
    return path


# --- list and show ------------------------------------------------------------------------------


def test_the_law_of_a_place_on_a_day_is_listed() -> None:
    answer = run("list", "--place", "jiulongpo", "--on", "2026-11-22", "--topic", "consent")
    assert answer.returncode == 0
    for said in ("cn/consent/special", "jiulongpo/consent/stairwell-2017", "unverified (grade C)"):
        assert said in answer.stdout
    assert "Jiulongpo District, Chongqing on 2026-11-22: 18 rules, of which 18 are unverified" in (
        answer.stdout
    )


def test_the_list_is_told_in_chinese() -> None:
    answer = run("list", "--on", "2026-11-22", "--topic", "notice", "--place", "jinan", lang="zh")
    for said in ("15 天", "未核实（依据等级 A）", "共 2 条规则"):
        assert said in answer.stdout


def test_the_list_is_printed_as_json() -> None:
    answer = run("list", "--on", "2026-11-22", "--topic", "subsidy", "--place", "jinan", "--json")
    rules = {rule["id"]: rule for rule in json.loads(answer.stdout)}
    scheme = rules["jinan/subsidy/lift@2019-02-12"]
    assert scheme["value"]["by_storeys"] == {
        "4": 16_000_000, "5": 18_000_000, "6": 20_000_000, "7": 22_000_000
    }  # fmt: skip
    assert (scheme["verified"], scheme["in_force_until"]) == (False, None)


def test_a_topic_without_rules_is_said() -> None:
    answer = run("list", "--on", "2026-11-22", "--topic", "tides")
    assert answer.returncode == 0
    assert "China on 2026-11-22: no such rule" in answer.stdout


def test_a_rule_is_shown_with_all_a_lawyer_asks() -> None:
    answer = run("show", "chongqing/consent/special", "--on", "2026-11-22")
    for said in (
        "Id: cn/consent/special@2021-01-01",
        "take part: area 2/3, persons 2/3; agree: area 3/4, persons 3/4",
        "Article: Civil Code, art. 278(1)",
        "Source: LawRefBook",
        "In force: from 2021-01-01",
        "Verified: unverified (grade A)",
        "Note: ",
    ):
        assert said in answer.stdout


def test_a_rule_without_a_note_is_shown_without_one() -> None:
    answer = run("show", "cn/fiscal/bid-period", "--on", "2026-11-22")
    assert "Value: 20 days" in answer.stdout
    assert "Note" not in answer.stdout


def test_a_rule_of_another_day_is_shown_by_its_id() -> None:
    answer = run("show", "cn/fiscal/sme-goods-most@2021-01-01", lang="zh")
    assert "内容：10%" in answer.stdout
    assert "自 2021-01-01，至 2022-07-01 之前" in answer.stdout


def test_a_rule_is_printed_as_json() -> None:
    answer = run("show", "cn/consent/special", "--on", "2026-11-22", "--json")
    shown = json.loads(answer.stdout)
    assert shown["value"]["approval"] == {"area": "3/4", "persons": "3/4"}
    assert shown["in_force_from"] == "2021-01-01"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "cn/consent/special", "--on", "2020-12-31"), "No rule “cn/consent/special”"),
        (("show", "cn/consent/special@2020-01-01"), "on 2020-01-01"),
        (("show", "cn/consent/special", "--on", "22.11.2026"), "“22.11.2026” is not a date"),
        (("show", "atlantis/consent/special"), "There is no place “atlantis”"),
        (("list", "--place", "atlantis"), "There is no place “atlantis”"),
        (("list", "--on", "tomorrow"), "“tomorrow” is not a date"),
        (("list", "--pack", "none.toml"), "There is no file"),
        (("show", "cn/consent/special", "--pack", "none.toml"), "There is no file"),
        (("show", "--all", "--pack", "none.toml"), "There is no file"),
        (("show",), "one of the two"),
        (("show", "cn/consent/special", "--all"), "one of the two"),
    ],
)
def test_what_cannot_be_answered_is_refused(words: tuple[str, ...], said: str) -> None:
    answer = run(*words)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_without_a_day_it_is_today_in_shanghai() -> None:
    before = datetime.now(timezone(timedelta(hours=8))).date()
    assert before <= day_of("") <= datetime.now(timezone(timedelta(hours=8))).date()


# --- A pack of one's own ------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_packs_of_the_how_to_are_sound(lang: Lang) -> None:
    assert law.check(example(lang)) == ()
    assert law.check('format = "tuanti-law/1"\n' + example(lang, 1)) == ()
    assert example(lang).splitlines()[3:] == example("en").splitlines()[3:]


def test_a_sound_pack_is_summed_up(pack: Path) -> None:
    answer = run("check", pack)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "2 rules, 1 places; 1 rules are unverified" in answer.stdout


def test_a_pack_of_windows_is_read_too(pack: Path) -> None:
    pack.write_bytes(b"\xef\xbb\xbf" + pack.read_bytes().replace(b"\n", b"\r\n"))
    assert run("check", pack).returncode == 0


def test_a_pack_is_used_beside_the_packaged_ones(pack: Path) -> None:
    listed = run("list", "--place", "dazu", "--on", "2026-11-22", "--pack", pack, "--json")
    found = {rule["id"]: rule for rule in json.loads(listed.stdout)}
    assert found["dazu/consent/stairwell@2026-01-01"]["verified"] is True
    assert "cn/consent/special@2021-01-01" in found
    shown = run("show", "dazu/consent/stairwell", "--on", "2026-11-22", "--pack", pack, lang="zh")
    assert "已核实：区住房城乡建委 陈某，2026-11-22" in shown.stdout
    assert "另须：其他业主无书面异议" in shown.stdout


def test_every_fault_of_a_pack_is_said_with_its_line(pack: Path) -> None:
    text = example("en")
    text = text.replace('parent = "chongqing"', 'parent = "chonqing"')
    text = text.replace('grade = "A"', 'grade = "D"', 1)
    text = text.replace('persons = "3/4"', 'persons = "4/3"')
    pack.write_text(text + "\nmore = 1\n", encoding="utf-8")
    lines = text.splitlines()

    def line_with(said: str) -> int:
        return 1 + next(at for at, line in enumerate(lines) if said in line.replace('"', ""))

    answer = run("check", pack)
    assert (answer.returncode, answer.stdout) == (2, "")
    said = answer.stderr.splitlines()
    assert [line.split(": ")[0] for line in said[:-1]] == [
        f"line {line_with('chonqing')} parent",
        f"line {line_with('grade = D')} grade",
        f"line {line_with('4/3')} value.approval.persons",
        f"line {len(lines) + 2} more",
    ]
    assert said[-1].startswith("4 problems were found")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("rules = []", "“format” is empty"),  # a field of the file: no line
        (
            'format = "tuanti-law/1"\nrules = [1]',
            "“rules 1” must be a set",
        ),  # not written as usual: no line
        ('format = "tuanti-law/1"\n[[rules]]', "line 2 id: "),  # a missing key: the entry's line
        ("a = ", "Line 1 is not TOML"),
    ],
)
def test_a_fault_without_a_line_of_its_own_is_said_too(
    tmp_path: Path, text: str, where: str
) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    answer = run("check", path)
    assert answer.returncode == 2
    assert where in answer.stderr


def test_a_pack_with_faults_answers_nothing(pack: Path) -> None:
    pack.write_text(example("en").replace('grade = "A"', 'grade = "D"'), encoding="utf-8")
    answer = run("list", "--place", "dazu", "--pack", pack)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "There is no grade “D”" in answer.stderr


def test_what_is_hardly_a_pack_is_refused(tmp_path: Path) -> None:
    large, foreign = tmp_path / "large.toml", tmp_path / "gbk.toml"
    large.write_bytes(b"#" * 1_000_001)
    foreign.write_bytes("# 法规".encode("gbk"))
    for path, said in ((large, "larger than 1 MB"), (foreign, "not text in UTF-8")):
        answer = run("check", path)
        assert answer.returncode == 2
        assert said in answer.stderr


# --- The page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_of_the_handbook_is_the_one_the_packs_make(lang: Lang) -> None:
    committed = (ROOT / "docs" / lang / "reference/law.md").read_text("utf-8")
    assert committed == page(law.packaged(), lang), (
        f"tuanti law show --all --lang {lang} > docs/{lang}/reference/law.md"
    )


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_shows_every_rule_its_number_article_and_who_checked_it(lang: Lang) -> None:
    rows = {}
    for line in page(law.packaged(), lang).splitlines():
        if line.startswith("### "):
            home = line.split("`")[1]
        elif "<br>`" in line:
            rows[f"{home}/{line.split('`')[1]}", line.split(" | ")[3]] = line
    assert len(rows) == len(RULES)
    for rule in RULES:
        row = rows[rule.path, law_words.period(rule, lang)]
        for said in (rule.title, rule.article, rule.note or {lang: ""}):
            assert said[lang] in row
        assert f" | {law_words.value(rule, lang)} | " in row
        assert f" | {law_words.mark(rule, lang)} | {law_words.source(rule, lang)}" in row


def test_the_page_is_printed() -> None:
    answer = run("show", "--all")
    assert answer.returncode == 0
    assert answer.stdout == page(law.packaged(), "en")


def test_a_pack_stands_on_the_page_too(pack: Path) -> None:
    answer = run("show", "--all", "--pack", pack)
    assert "## Dazu District, Chongqing `dazu`" in answer.stdout
    assert "verified: 区住房城乡建委 陈某，2026-11-22" in answer.stdout


def test_a_bar_in_a_text_does_not_break_the_table(pack: Path) -> None:
    pack.write_text(example("en").replace("some measures", "some | measures"), encoding="utf-8")
    assert r"Dazu, some \| measures, art. 5" in run("show", "--all", "--pack", pack).stdout


def test_json_holds_every_field_of_a_rule() -> None:
    rule = law.packaged().rule("cn/consent/special@2021-01-01")
    told = plain(rule)
    assert told.keys() == {
        "id", "place", "title", "unit", "value", "article", "source", "grade", "in_force_from",
        "in_force_until", "verified_by", "note", "verified",
    }  # fmt: skip
    assert json.loads(json.dumps(told)) == told
