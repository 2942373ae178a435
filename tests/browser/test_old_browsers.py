"""Old Chromium and the browser inside WeChat: nothing we write needs more than Chrome 86.

Officials' machines and the telephones of the old lag years behind. A selector or an at-rule that a
browser does not know takes its whole rule with it, and one new word of a script the whole script;
an unknown property is only passed over, so what merely decorates may be newer (``DECORATION``).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import allauth
import django_htmx
import pytest

import tuanti
from tests.browser.visits import OFFICER, Town, demonstrated, stage

OLDEST = 86  # Chrome, of October 2020
HOUSE = Path(tuanti.__file__).parent
SHEETS = sorted(HOUSE.glob("*/static/**/*.css"))
TEMPLATES = sorted(HOUSE.glob("*/templates/**/*.html"))
MFA = Path(allauth.__file__).parent / "mfa/static/mfa/js"
ACCOUNT = Path(allauth.__file__).parent / "account/static/account/js"
HTMX = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
SCRIPTS = [*sorted(HOUSE.glob("*/static/**/*.js")), *MFA.glob("webauthn*.js"), HTMX]
SCRIPTS += [*ACCOUNT.glob("onload.js")]

# What it is -> how it is written, and the first Chrome that knows it.
STYLE: Mapping[str, tuple[str, int]] = {
    ":is()": (r":is\(", 88),
    ":where()": (r":where\(", 88),
    ":has()": (r":has\(", 105),
    ":not() of a list": (r":not\([^()]*,", 88),
    ":dir()": (r":dir\(", 120),
    ":user-invalid": (r":user-(?:in)?valid", 119),
    ":open, :popover-open": (r":(?:popover-)?open\b", 114),
    "::file-selector-button": (r"::file-selector-button", 89),
    "@layer": (r"@layer\b", 99),
    "@container": (r"@container\b", 105),
    "@scope": (r"@scope\b", 118),
    "@starting-style": (r"@starting-style\b", 117),
    "@import in a layer": (r"@import[^;]*layer", 99),
    "a media query by range": (r"@media[^{]*\([^()]*[<>]=?", 104),
    "nesting": (r"\{[^{}@]*\{|[{;}]\s*&", 112),
    "inset": (r"[{;]\s*inset(?:-\w+)*\s*:", 87),
    "aspect-ratio": (r"[{;]\s*aspect-ratio\s*:", 88),
    "margin-inline, padding-block": (r"[{;]\s*(?:margin|padding)-(?:inline|block)\s*:", 87),
    "translate, rotate, scale alone": (r"[{;]\s*(?:translate|rotate|scale)\s*:", 104),
    "mask without a prefix": (r"[{;]\s*mask(?:-\w+)*\s*:", 120),
    "overflow: clip": (r"overflow(?:-[xy])?\s*:\s*clip", 90),
    "subgrid": (r"\bsubgrid\b", 117),
    "masonry, anchors": (r"\bmasonry\b|\banchor\(|anchor-name", 125),
    "dvh, svh, lvh": (r"\d[dsl]v(?:h|w|i|b|min|max)\b", 108),
    "lh": (r"\d(?:r?lh|cap|cqw|cqh|cqi)\b", 105),
    "color-mix()": (r"color-mix\(", 111),
    "oklch(), lab(), light-dark()": (r"\b(?:ok)?l(?:ch|ab)\(|light-dark\(", 111),
    "round(), sin(), sqrt()": (r"(?<![\w-])(?:round|mod|sin|cos|tan|pow|sqrt|abs|sign)\(", 111),
    "accent-color": (r"[{;]\s*accent-color\s*:", 93),
    "text-wrap": (r"[{;]\s*text-wrap(?:-\w+)?\s*:", 114),
    "text-underline-offset": (r"[{;]\s*text-underline-offset\s*:", 87),
    "print-color-adjust": (r"[{;]\s*print-color-adjust\s*:", 136),
}
DECORATION = {  # and why nothing is lost without it
    "accent-color": "boxes to tick are the browser's own blue",
    "text-wrap": "a heading's lines are of unequal length",
    "text-underline-offset": "a link's line is nearer to its letters",
    "print-color-adjust": "stands beside its older name",
}
SCRIPT: Mapping[str, tuple[str, int]] = {
    "??=, ||=, &&=": (r"(?:\?\?|\|\||&&)=(?!=)", 85),
    "?.": (r"\?\.(?!\d)", 80),
    "??": (r"\?\?(?!=)", 80),
    "a static block": (r"\bstatic\s*\{", 94),
    "#x in": (r"#\w+\s+in\b", 91),
    "await at the top": (r"(?m)^await\b", 89),
    "import with": (r"\bimport\b[^;\n]*\bwith\s*\{", 123),
    ".at()": (r"\.at\(", 92),
    ".findLast()": (r"\.findLast(?:Index)?\(", 97),
    ".toSorted() and its kin": (r"\.(?:toSorted|toReversed|toSpliced)\(", 110),
    "Object.hasOwn": (r"Object\.hasOwn\b", 93),
    "Object.groupBy": (r"(?:Object|Map)\.groupBy\b", 117),
    "structuredClone": (r"\bstructuredClone\b", 98),
    "crypto.randomUUID": (r"\brandomUUID\b", 92),
    "AbortSignal.timeout": (r"AbortSignal\.(?:timeout|any)\b", 103),
    "Array.fromAsync": (r"Array\.fromAsync\b", 121),
    "Promise.withResolvers": (r"Promise\.(?:withResolvers|try)\b", 119),
    "URL.canParse": (r"URL\.(?:canParse|parse)\b", 120),
    "Intl.Segmenter": (r"Intl\.Segmenter\b", 87),
    "replaceAll()": (r"\.replaceAll\(", 85),
    "showPicker()": (r"\.showPicker\(", 99),
    "checkVisibility()": (r"\.checkVisibility\(", 105),
    "popovers": (r"\.(?:show|hide|toggle)Popover\(", 114),
    "view transitions": (r"(?<!\.)\bstartViewTransition\(", 111),
    "the navigation API": (r"\bnavigation\.navigate\(", 102),
}
# What a page may hold that an older browser would show wrongly.
MARKUP: Mapping[str, tuple[str, int]] = {
    "popover": (r"\spopover(?:target)?[\s=>]", 114),
    "inert": (r"\sinert[\s>]", 102),
    "<search>": (r"<search\b", 118),
    "hidden until found": (r'hidden="until-found"', 102),
    "commands": (r"\scommand(?:for)?=", 135),
    "details of one name": (r"<details[^>]*\sname=", 120),
    "<selectedcontent>": (r"<selectedcontent\b", 135),
}
# The words of scripts newer than that, which a browser of 2020 does not have.
TAKEN_AWAY = """
const without = (whose, names) => names.split(" ").forEach((name) => { delete whose[name]; });
without(Array.prototype, "at findLast findLastIndex toSorted toReversed toSpliced with");
without(String.prototype, "at isWellFormed toWellFormed");
without(Object, "hasOwn groupBy");
without(AbortSignal, "any timeout");
for (const kind of [Element, HTMLElement])
  without(kind.prototype, "checkVisibility showPopover hidePopover togglePopover moveBefore");
without(Document.prototype, "startViewTransition");
without(Crypto.prototype, "randomUUID");
without(URL, "canParse parse");
without(Promise, "withResolvers try");
without(window, "structuredClone navigation scheduler");
"""


def bare(text: str) -> str:
    """Take comments and quoted text out of a style sheet or a script."""
    plain = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', '""', plain)


def newer(text: str, known: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    """Name what stands in a text that ``OLDEST`` does not know."""
    for name, (written, since) in known.items():
        if since > OLDEST and re.search(written, text):
            yield name


def flat(sheet: str) -> str:
    """Take the shells of media queries away, in which rules may well stand."""
    return re.sub(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", sheet)


def found_in(sheet: str) -> set[str]:
    whole = bare(sheet)
    nested = {"nesting"} if "nesting" in newer(flat(whole), STYLE) else set()
    return {name for name in newer(whole, STYLE) if name != "nesting"} | nested


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_asks_for_nothing_newer_but_decoration(path: Path) -> None:
    assert found_in(path.read_text("utf-8")) <= set(DECORATION)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_asks_for_nothing_newer(path: Path) -> None:
    lines = re.sub(r"(?m)(?:^|\s)//.*$", "", path.read_text("utf-8"))
    assert list(newer(bare(lines), SCRIPT)) == []


def test_pages_hold_nothing_newer() -> None:
    for path in TEMPLATES:
        assert list(newer(path.read_text("utf-8"), MARKUP)) == [], path


def test_what_decorates_is_not_said_in_vain() -> None:
    used = {name for path in SHEETS for name in found_in(path.read_text("utf-8"))}
    assert used == set(DECORATION)
    assert len(SHEETS) >= 4
    assert {"tuanti.js", "htmx-2.min.js", "webauthn.js", "onload.js"} <= {p.name for p in SCRIPTS}


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        (".a:is(.b, .c) { top: 0 }", {":is()"}),
        (".a:not(.b, .c) { top: 0 }", {":not() of a list"}),
        (".a:not(.b):not(.c) { top: 0 }", set()),
        ("@layer a { .b { top: 0 } }", {"@layer", "nesting"}),
        (".a { .b { top: 0 } }", {"nesting"}),
        (".a { &:hover { top: 0 } }", {"nesting"}),
        ("@media (max-width: 9px) { .a { top: 0 } .b { top: 0 } }", set()),
        ("@media (width >= 9px) { .a { top: 0 } }", {"a media query by range"}),
        (".a { inset: 0 }", {"inset"}),
        (".a { clip-path: inset(50%) }", set()),
        (".a { min-height: 100dvh }", {"dvh, svh, lvh"}),
        (".a { color: color-mix(in srgb, red, blue) }", {"color-mix()"}),
        ("/* :has() */ .a::before { content: ':has('; top: 0 }", set()),
        (".a { top: 0; accent-color: red }", {"accent-color"}),
    ],
)
def test_what_is_newer_in_a_style_sheet_is_noticed(sheet: str, found: set[str]) -> None:
    assert found_in(sheet) == found


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("a.at(-1)", [".at()"]),
        ("structuredClone(a)", ["structuredClone"]),
        ("class A { static { f() } }", ["a static block"]),
        ("Object.hasOwn(a, 'b')", ["Object.hasOwn"]),
        ("say('.at( structuredClone')", []),
        ("a ? .5 : b", []),
    ],
)
def test_what_is_newer_in_a_script_is_noticed(script: str, found: list[str]) -> None:
    assert list(newer(bare(script), SCRIPT)) == found


@pytest.mark.django_db(transaction=True)
def test_without_the_newer_words_of_scripts_lists_forms_and_the_shell_still_work(
    opened: Any,  # noqa: ANN401 (a fixture)
    settings: Any,  # noqa: ANN401 (pytest-django's own)
    tmp_path: Path,
) -> None:
    demonstrated(settings, tmp_path)
    town: Town = stage()
    with opened("/", 390, session=town.sessions[OFFICER]) as page:
        page.context.add_init_script(TAKEN_AWAY)
        page.goto("/".join(page.url.split("/")[:3]) + "/estates")
        assert (
            page.evaluate("[typeof [].at, typeof structuredClone].join()") == "undefined,undefined"
        )
        page.locator("#listing-q").fill("hl")
        page.wait_for_url("**q=hl**")  # htmx narrows the list
        page.locator("#rows tbody tr").get_by_text("禾岭小区").wait_for()
        page.goto("/".join(page.url.split("/")[:3]) + "/components")
        assert page.locator("button[data-print]").first.is_visible()  # our own script ran
