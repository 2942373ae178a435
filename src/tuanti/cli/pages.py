"""Pages of the handbook that say what the code's tables say: processes, clocks, events.

``python -m tuanti.cli.pages processes zh`` prints one; a test holds the handbook to it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.resources import files

from tuanti.rules.clocks import BY_RULE, CLOCKS, EVENTS, Clock
from tuanti.rules.processes import PROCESSES
from tuanti.rules.stages import Process
from tuanti.texts import LANGS, Lang
from tuanti.texts.words import word


def processes(lang: Lang) -> str:
    """Write the page of processes in Markdown."""
    return _filled("processes", lang, {"processes": "\n".join(_processes(lang)).rstrip()})


def case(lang: Lang) -> str:
    """Write the page of the case file in Markdown."""
    return _filled("case", lang, {"clocks": _clocks(lang), "events": _events(lang)})


PAGES: Mapping[str, Callable[[Lang], str]] = {"processes": processes, "case": case}


def main() -> None:
    """Print the page that is asked for."""
    name, spoken = sys.argv[1:]
    (lang,) = (known for known in LANGS if known == spoken)
    sys.stdout.write(PAGES[name](lang))


def _filled(name: str, lang: Lang, tables: Mapping[str, str]) -> str:
    page = (files("tuanti.cli") / f"{name}_page.{lang}.md").read_text(encoding="utf-8")
    for table, text in tables.items():
        page = page.replace(f"<!-- {table} -->", text)
    return page


def _processes(lang: Lang) -> Iterator[str]:
    for process in PROCESSES:
        yield from (f"## {_named(process, 'title', lang)} `{process.name}`", "")
        ends = [state for state in process.states if state in process.ends]
        yield from (_says("starts", lang) + _state(process, process.start, lang), "")
        between = "、" if lang == "zh" else ", "
        yield _says("ends", lang) + between.join(_state(process, end, lang) for end in ends)
        yield ""
        rows = [
            (
                f"{_named(process, f'acts.{act}', lang)} `{act}`",
                "<br>".join(
                    _state(process, state, lang) for state in process.states if state in states
                ),
                _state(process, to, lang),
            )
            for act, (states, to) in process.moves.items()
        ]
        yield from (_table(("act", "before", "after"), rows, lang), "")


def _named(process: Process, path: str, lang: Lang) -> str:
    return word(f"processes.{process.name}.{path}", lang)


def _state(process: Process, state: str, lang: Lang) -> str:
    return f"{_named(process, f'states.{state}', lang)} `{state}`"


def _clocks(lang: Lang) -> str:
    rows = [
        (
            f"`{clock.rule}`",
            f"`{clock.starts}`",
            f"`{clock.ends}`" if clock.ends else "",
            word(f"pages.kinds.{clock.kind}", lang),
            word(f"case.parties.{clock.by}", lang),
            "<br>".join(_besides(clock, lang)),
        )
        for clock in CLOCKS
    ]
    return _table(("rule", "starts", "stops", "kind", "by", "besides"), rows, lang)


def _besides(clock: Clock, lang: Lang) -> Iterator[str]:
    if clock.starts in BY_RULE:
        yield _says("chained", lang)
    if clock.right:
        yield _says("right", lang)
    if not clock.moves:
        yield _says("fixed", lang)
    if clock.local:
        yield _says("local", lang)
    for event, rule in clock.longer:
        yield _says("longer", lang).format(event=event, rule=rule)
    if clock.stops:
        reasons = " ".join(f"`{reason}`" for reason in sorted(clock.stops))
        yield _says("pauses", lang) + reasons


def _events(lang: Lang) -> str:
    rows = [(f"`{event}`", word(f"case.events.{event}", lang)) for event in EVENTS]
    return _table(("event", "meaning"), rows, lang)


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], lang: Lang) -> str:
    head = [word(f"pages.headings.{name}", lang) for name in headings]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _says(name: str, lang: Lang) -> str:
    return word(f"pages.says.{name}", lang)


if __name__ == "__main__":
    main()
