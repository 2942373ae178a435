"""How papers say things: dates, sums, areas, fractions and laws, in one language."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from tuanti.papers.numerals import capitals, numeral
from tuanti.rules.deadlines import SHANGHAI
from tuanti.rules.errors import Fact
from tuanti.texts import Lang
from tuanti.texts.words import say

_BLANK = "＿" * 8


class Voice:
    """Says the sentences of ``texts/words/papers.toml`` in ``lang``."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, path: str, /, **facts: Fact) -> str:
        """Say a sentence of the papers' book."""
        return say(f"papers.{path}", self.lang, **facts)

    def word(self, path: str) -> str:
        """Say a word of another book."""
        return say(path, self.lang)

    def lines(self, path: str, keys: Iterable[str], /, **facts: Fact) -> tuple[str, ...]:
        """Say several sentences of one table; each takes of the facts what it names."""
        return tuple(self(f"{path}.{key}", **facts) for key in keys)

    def day(self, on: date | None) -> str:
        """Write a day in full; a place to write one where there is none."""
        if on is None:
            return self("blank_day")
        return self("day", y=on.year, month=self(f"months.{on.month}"), d=on.day)

    def moment(self, at: datetime | None) -> str:
        """Write an instant as Shanghai's clocks have it, to the minute."""
        if at is None:
            return self("blank_day")
        there = at.astimezone(SHANGHAI)
        return self("moment", day=self.day(there.date()), time=f"{there:%H:%M}")

    def until(self, at: datetime | None) -> str:
        """Write an instant at which something ends: midnight is 24:00 of the day that is over."""
        if at is None or at.astimezone(SHANGHAI).time() != time():
            return self.moment(at)
        before = at.astimezone(SHANGHAI) - timedelta(seconds=1)
        return self("moment", day=self.day(before.date()), time="24:00")

    def yuan(self, fen: int | None) -> str:
        """Write fen as yuan with both decimals; nothing where there is no sum."""
        if fen is None:
            return ""
        whole, rest = divmod(abs(fen), 100)
        return f"{'−' if fen < 0 else ''}{whole:,}.{rest:02}"

    def sum(self, fen: int) -> str:
        """Write a sum with its unit, and in Chinese with its capitals."""
        words = capitals(fen) if self.lang == "zh" and fen >= 0 else ""
        return self("sum_capitals" if words else "sum", sum=self.yuan(fen), **_if("words", words))

    def area(self, dm2: int | None) -> str:
        """Write dm² as m² with both decimals; nothing where it is not told."""
        if dm2 is None:
            return ""
        whole, rest = divmod(dm2, 100)
        return f"{whole:,}.{rest:02}"

    def percent(self, share: Fraction) -> str:
        """Write a share to two decimals, never rounded up: what falls short must not look whole."""
        points = share.numerator * 10_000 // share.denominator
        return f"{points // 100}.{points % 100:02}%"

    def law(self, ids: Iterable[str]) -> str:
        """Cite rules of law, each marked while nobody has checked it."""
        cited = dict.fromkeys(self("cited", id=one) for one in ids if one)
        return self("then").join(cited)

    def section(self, number: int, path: str) -> str:
        """Head a numbered section."""
        count = numeral(number) if self.lang == "zh" else str(number)
        return self("section", n=count, title=self(path))

    def listed(self, things: Iterable[str]) -> str:
        """List things; a line to write on where there is none."""
        return self("between").join(one for one in things if one) or _BLANK


def _if(name: str, value: str) -> dict[str, Fact]:
    return {name: value} if value else {}
