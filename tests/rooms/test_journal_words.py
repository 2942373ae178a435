"""Whatever is written down has a name on the journal's pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

import tuanti
from tuanti.journal import naming
from tuanti.texts import LANGS
from tuanti.texts.words import word

SOURCES = Path(tuanti.__file__).parent
ACTS = re.compile(r'act\s*=\s*(?:"[a-z.-]+" if [^\n]* else )?"([a-z]+\.[a-z-]+)"')
TOLD_APART = {"at", "by", "act", "subject"}  # of ``write``, and no facts


def acts() -> set[str]:
    """Collect the acts that rooms write down."""
    return {act for path in SOURCES.rglob("*.py") for act in ACTS.findall(path.read_text("utf-8"))}


def facts_in(source: str) -> set[str]:
    """Collect the facts a module writes down; what cannot be told from its text as ``?``.

    A function that hands its own ``**facts`` on to ``write`` writes what it is called with.
    """
    tree = ast.parse(source)
    makers = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
    handing = {one.name: one for one in makers if one.args.kwarg and any(_writes(one))}
    found = set()
    for maker in makers:
        for call in _writes(maker):
            given = {key.arg for key in call.keywords if key.arg} - TOLD_APART
            found |= given | _spread(call, maker)
        for call in _calls(maker, *handing):
            own = {one.arg for one in handing[_name(call)].args.kwonlyargs}
            found |= {key.arg for key in call.keywords if key.arg} - own | _spread(call, maker)
    return found


def _calls(maker: ast.FunctionDef, *names: str) -> Iterator[ast.Call]:
    calls = (one for one in ast.walk(maker) if isinstance(one, ast.Call))
    return (call for call in calls if _name(call) in names)


def _name(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def _writes(maker: ast.FunctionDef) -> Iterator[ast.Call]:
    known = {"act", "subject"}
    return (c for c in _calls(maker, "write") if known <= {key.arg for key in c.keywords})


def _spread(call: ast.Call, maker: ast.FunctionDef) -> set[str]:
    """Name what ``**told`` holds: a table written in the same function."""
    spread = [key.value for key in call.keywords if key.arg is None]
    return {name for one in spread for name in _keys(one, maker)}


def _keys(value: ast.expr, maker: ast.FunctionDef) -> set[str]:
    match value:
        case ast.Dict(keys=keys) if all(isinstance(key, ast.Constant) for key in keys):
            return {str(key.value) for key in keys if isinstance(key, ast.Constant)}
        case ast.DictComp(generators=[ast.comprehension(iter=ast.Tuple(elts=names))]):
            return {str(name.value) for name in names if isinstance(name, ast.Constant)}
        case ast.Name(id=name) if maker.args.kwarg and name == maker.args.kwarg.arg:
            return set()  # its callers name them
        case ast.Name(id=name):
            made = [one for one in ast.walk(maker) if isinstance(one, ast.Assign | ast.AnnAssign)]
            told = [one.value for one in made if name in {getattr(t, "id", "") for t in _at(one)}]
            return {key for one in told if one for key in _keys(one, maker)} or {"?"}
    return {"?"}


def _at(made: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    return made.targets if isinstance(made, ast.Assign) else [made.target]


def facts() -> set[str]:
    """Collect the facts that rooms write down."""
    sources = (path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    return {fact for source in sources if "journal" in source for fact in facts_in(source)}


def test_every_act_has_a_name() -> None:
    nameless = {act for act in acts() if naming.act(act) == act}
    assert not nameless, f"name them in texts/words/journal.toml, [acts]: {nameless}"
    assert len(acts()) > 30


def test_every_fact_has_a_name_in_both_languages() -> None:
    told = facts()
    assert "?" not in told, "a fact whose name does not stand in the function that writes it"
    for lang in LANGS:
        for fact in told:
            assert word(f"journal.facts.{fact}", lang), "name it in texts/words/journal.toml"
    assert {"street", "made", "left_out", "until_on", "on_behalf", "code"} <= told
    assert len(told) > 45


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('write(at=now, by=by, act="a.b", subject=row, mood=1)', {"mood"}),
        ('told = {"a": 1, "b": 2}\n write(at=now, by=by, act="a.b", subject=row, **told)', {*"ab"}),
        ('write(at=now, by=by, act="a.b", subject=row, **made_elsewhere())', {"?"}),
        ('write(1, "a.b")', set()),
    ],
)
def test_facts_are_found_however_they_are_told(line: str, found: set[str]) -> None:
    assert facts_in(f"def do():\n {line}") == found


def test_what_has_no_name_is_shown_as_it_is() -> None:
    assert naming.act("nobody.knows") == "nobody.knows"
    assert naming.fact("mood") == "mood"
    assert naming.value("mood", "fine") == "fine"
    assert naming.subject("thing", "3") == "thing 3"
    assert naming.doer("robot:7") == "robot:7"
    with override("zh-hans"):
        assert naming.doer("clock") == word("journal.doers.clock", "zh")


@pytest.mark.parametrize(
    ("name", "told", "zh", "en"),
    [
        ("duty", "street-officer", "街道经办人", "street officer"),
        ("on_behalf", True, "是", "yes"),
        ("until_on", None, "", ""),
        ("heirs", [7, 12], "7、12", "7, 12"),
        ("fields", ["name", "storeys"], "名称或姓名、层数", "name, storeys"),
        ("made", {"estate": 2, "flat": 1465}, "小区 2、户 1,465", "estate 2, flat 1,465"),
        ("share", "1/2", "1/2", "1/2"),
        ("columns", 0, "0", "0"),
    ],
)
def test_what_a_fact_tells_is_said_in_words(name: str, told: object, zh: str, en: str) -> None:
    for language, said in (("zh-hans", zh), ("en", en)):
        with override(language):
            assert naming.value(name, told) == said
