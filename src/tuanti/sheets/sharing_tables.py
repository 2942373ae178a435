"""What came of sharing, as tables for a workbook or a terminal, and in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuanti.rules.sharing.comparing import Column as Beside
from tuanti.rules.sharing.comparing import Comparison, Group
from tuanti.rules.sharing.joining import Joining
from tuanti.rules.sharing.plan import Plan
from tuanti.rules.sharing.schemes import Scheme, find
from tuanti.rules.sharing.shares import Shares
from tuanti.sheets.tables import Column, Table, Value
from tuanti.texts import Lang, sentence
from tuanti.texts.words import word


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a plan; ``running_fen`` by flat, ``joining`` if a flat joins late."""

    title: str
    fictional: bool
    plan: Plan
    comparison: Comparison
    running_fen: tuple[int, ...] | None = None
    joining: Joining | None = None

    @property
    def shares(self) -> Shares:
        """The shares under the scheme chosen."""
        return self.comparison.reference

    @property
    def compared(self) -> bool:
        """Whether more schemes than one were asked for."""
        return len(self.comparison.columns) + len(self.comparison.refused) > 1


def tables_of(result: Result, lang: Lang) -> list[Table]:
    """Make every table a result has."""
    made = [shares_table(result, lang)]
    if result.joining is not None:
        made.append(joining_table(result, result.joining, lang))
    if result.compared:
        made += [beside_table(result, lang), _changes_table(result, lang)]
    return [*made, _schemes_table(result, lang)]


def shares_table(result: Result, lang: Lang) -> Table:
    """What each flat pays under the scheme chosen."""
    flats, pays = result.plan.flats, result.shares.pays_fen
    receives = [flat.compensation_fen for flat in flats]
    columns: list[_Column] = [
        (_heading("flat", "code", 12, lang), [flat.id for flat in flats]),
        (_heading("floor", "count", 8, lang), [flat.floor for flat in flats]),
        (_heading("owner", "text", 14, lang), [flat.owner for flat in flats]),
        (_heading("area", "area", 16, lang), [flat.area_dm2 for flat in flats]),
        (_heading("pays", "yuan", 18, lang), pays),
    ]
    if any(receives):
        net = [here - there for here, there in zip(pays, receives, strict=True)]
        columns.append((_heading("receives", "yuan", 18, lang), receives))
        columns.append((_heading("net", "yuan", 18, lang), net))
    if result.running_fen is not None:
        columns.append((_heading("running", "yuan", 18, lang), result.running_fen))
    scheme = find(result.shares.scheme)
    note = f"{scheme.id} {scheme.title[lang]} · {standing(scheme, lang)}"
    return _table("shares", columns, lang, note)


def joining_table(result: Result, joining: Joining, lang: Lang) -> Table:
    """What the late joiner pays in, and what each of the others gets back."""
    flats, paid, refunds = result.plan.flats, result.shares.pays_fen, joining.refunds_fen
    joins = [joining.pays_fen if flat.id == joining.flat else 0 for flat in flats]
    since = [a + b - c for a, b, c in zip(paid, joins, refunds, strict=True)]
    columns: list[_Column] = [(_heading("flat", "code", 12, lang), [flat.id for flat in flats])]
    for name, sums in (("paid", paid), ("joins", joins), ("refund", refunds), ("since", since)):
        columns.append((_heading(name, "yuan", 18, lang), sums))
    return _table("joining", columns, lang)


def beside_table(result: Result, lang: Lang) -> Table:
    """What each flat pays under each scheme."""
    columns = result.comparison.columns
    return _by_scheme("beside", result, [column.shares.pays_fen for column in columns], lang)


def standing(scheme: Scheme, lang: Lang) -> str:
    """Say whether a scheme was verified, how well it is founded, and where it comes from."""
    grade = word(f"sharing.grades.{scheme.grade}", lang)
    facts = {"grade": grade, "source": scheme.source[lang]}
    if scheme.verified_by:
        return sentence("sharing.verified", lang, by=scheme.verified_by, **facts)
    return sentence("sharing.unverified", lang, **facts)


def verdict(column: Beside, lang: Lang) -> str:
    """Say whether a group pays more than a lift of its own would cost, and which most."""
    if not column.judged:
        return sentence("sharing.not_judged", lang)
    if column.worst is None:
        return sentence("sharing.stable", lang)
    return sentence("sharing.unstable", lang, **_facts(column.worst, lang))


def gains_and_losses(result: Result, column: Beside, lang: Lang) -> list[str]:
    """Say how many flats gain and lose beside the scheme chosen, and which most."""
    if column.shares == result.shares:
        return []
    flats, changes = result.plan.flats, column.changes_fen
    reference = find(result.shares.scheme).title[lang]
    facts = {"gain": column.gain, "lose": column.lose}
    lines = [sentence("sharing.beside", lang, reference=reference, **facts)]
    for code, most in (("gains", min(changes)), ("loses", max(changes))):
        if (most < 0) if code == "gains" else (most > 0):
            flat = flats[changes.index(most)].id
            lines.append(sentence(f"sharing.{code}", lang, flat=flat, fen=abs(most)))
    return lines


_Column = tuple[Column, Sequence[Value]]


def _heading(name: str, look: str, width: float, lang: Lang) -> Column:
    return Column(word(f"sharing.{name}", lang), look, width, total=look == "yuan")


def _table(name: str, columns: Sequence[_Column], lang: Lang, note: str = "") -> Table:
    rows: list[tuple[Value, ...]] = list(zip(*(values for _, values in columns), strict=True))
    headings = [heading for heading, _ in columns]
    page, title = word(f"sharing.{name}", lang), word(f"sharing.{name}_heading", lang)
    return Table(page, title, headings, rows, note)


def _changes_table(result: Result, lang: Lang) -> Table:
    columns = result.comparison.columns
    return _by_scheme("changes", result, [column.changes_fen for column in columns], lang)


def _by_scheme(name: str, result: Result, sums: Sequence[Sequence[int]], lang: Lang) -> Table:
    flats, schemes = result.plan.flats, result.comparison.columns
    columns: list[_Column] = [
        (_heading("flat", "code", 12, lang), [flat.id for flat in flats]),
        (_heading("floor", "count", 8, lang), [flat.floor for flat in flats]),
    ]
    for column, fen in zip(schemes, sums, strict=True):
        columns.append((Column(column.shares.scheme, "yuan", 15, total=True), fen))
    return _table(name, columns, lang)


def _schemes_table(result: Result, lang: Lang) -> Table:
    rows: list[tuple[Value, ...]] = []
    for column in result.comparison.columns:
        scheme = find(column.shares.scheme)
        said = verdict(column, lang), standing(scheme, lang)
        rows.append((scheme.id, scheme.title[lang], column.gain, column.lose, *said))
    for ident, refusal in result.comparison.refused:
        scheme, why = find(ident), sentence(refusal.code, lang, **refusal.facts)
        rows.append((ident, scheme.title[lang], None, None, why, standing(scheme, lang)))
    looks = {"scheme": ("code", 15), "title": ("wrap", 30), "gain": ("count", 10),
             "lose": ("count", 10), "group": ("wrap", 52), "standing": ("wrap", 60)}  # fmt: skip
    headings = [_heading(name, look, width, lang) for name, (look, width) in looks.items()]
    heading = word("sharing.schemes_heading", lang)
    return Table(word("sharing.schemes", lang), heading, headings, rows)


def _facts(group: Group, lang: Lang) -> dict[str, str | int]:
    between = "、" if lang == "zh" else ", "
    return {
        "floors": between.join(_ranges(group.floors)),
        "count": len(group.flats),
        "pays": group.pays_fen,
        "alone": group.alone_fen,
        "excess": group.excess_fen,
    }


def _ranges(floors: Sequence[int]) -> Iterator[str]:
    """Write floors in runs: 1-3, 5."""
    first = last = floors[0]
    for floor in (*floors[1:], 0):
        if floor != last + 1:
            yield str(first) if first == last else f"{first}-{last}"
            first = floor
        last = floor
