"""The progress bar of an award."""

from collections.abc import Sequence
from fractions import Fraction
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tuanti.texts import Lang, sentence

_STOPS = "。."


class Stages:
    """A bar that moves with the stages of the work; it goes to stderr and leaves with the work."""

    def __init__(self, stages: Sequence[str], lang: Lang) -> None:
        self._stages, self._lang = list(stages), lang
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        still = not console.is_terminal
        self._bar = Progress(*columns, console=console, transient=True, disable=still)
        self._task = self._bar.add_task("", total=len(self._stages))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        wrong: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()  # fmt: skip

    def __call__(self, stage: str, gap: Fraction | None = None) -> None:
        """Show a stage; stages the bar does not know leave it as it is."""
        if stage not in self._stages:
            return
        text = sentence(f"cli.stage_{stage}", self._lang)
        if gap is not None:
            text = sentence("cli.stage_gap", self._lang, stage=text, gap=f"{float(100 * gap):.4f}")
        shown = text.rstrip(_STOPS)
        self._bar.update(self._task, description=shown, completed=self._stages.index(stage))

    def count(self, done: int) -> None:
        """Show how many times the round was awarded again; nobody knows how many it takes."""
        text = sentence("explain.stage", self._lang, done=done).rstrip(_STOPS)
        self._bar.update(self._task, description=text, total=None)
