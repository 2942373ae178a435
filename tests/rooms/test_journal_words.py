"""Whatever is written down has a name on the journal's pages."""

import re
from pathlib import Path

from django.utils.translation import override

import tuanti
from tuanti.journal import naming
from tuanti.texts.words import word

SOURCES = Path(tuanti.__file__).parent
ACTS = re.compile(r'act\s*=\s*(?:"[a-z.-]+" if [^\n]* else )?"([a-z]+\.[a-z-]+)"')


def acts() -> set[str]:
    """Collect the acts that rooms write down."""
    return {act for path in SOURCES.rglob("*.py") for act in ACTS.findall(path.read_text("utf-8"))}


def test_every_act_has_a_name() -> None:
    nameless = {act for act in acts() if naming.act(act) == act}
    assert not nameless, f"name them in texts/words/journal.toml, [acts]: {nameless}"
    assert len(acts()) > 30


def test_what_has_no_name_is_shown_as_it_is() -> None:
    assert naming.act("nobody.knows") == "nobody.knows"
    assert naming.subject("thing", "3") == "thing 3"
    assert naming.doer("robot:7") == "robot:7"
    with override("zh-hans"):
        assert naming.doer("clock") == word("journal.doers.clock", "zh")
