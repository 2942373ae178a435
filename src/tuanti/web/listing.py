"""Lists of any room: columns, search, filters, order, pages, and the whole of it as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, TypeAlias

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from tuanti.texts.words import say, word
from tuanti.web.templatetags import tuanti as tags
from tuanti.web.templatetags.layout import percent
from tuanti.web.templatetags.tuanti import spoken

Rows: TypeAlias = Any  # a QuerySet or a list; mypy has no word for both with their own methods
Kind: TypeAlias = Literal[
    "text", "number", "yuan", "area", "percent", "date", "moment", "state", "yes"
]
NUMERIC = frozenset({"number", "yuan", "area", "percent"})
PER_PAGE = 50
_AROUND = 2


class State(NamedTuple):
    """The value of a column of states: which (ok, wait, warn, no, info), and its word."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its value comes from, what it is called, how it is written and sorted.

    ``word`` is the path of its heading. Without ``value`` the row's attribute (or key) ``name`` is
    taken; ``sort`` is the field or annotation a queryset is ordered by, None if it cannot be;
    ``url`` makes the value a link; ``exported`` False keeps it out of files.
    """

    name: str
    word: str
    kind: Kind = "text"
    sort: str | None = None
    value: Callable[[Any], Any] | None = None
    url: Callable[[Any], str | None] | None = None
    exported: bool = True

    @property
    def numeric(self) -> bool:
        """Whether its figures stand to the right."""
        return self.kind in NUMERIC

    @property
    def heading(self) -> str:
        """What it is called on this page."""
        return word(self.word, spoken())

    def of(self, row: Any) -> Any:  # noqa: ANN401 (any row has any value)
        """Take this column's value out of a row."""
        if self.value:
            return self.value(row)
        return row.get(self.name) if isinstance(row, Mapping) else getattr(row, self.name)


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above a list: its parameter, its word, its choices, how each narrows the rows."""

    name: str
    word: str
    choices: Sequence[tuple[str, str]]
    narrow: Callable[[Rows, str], Rows]

    @property
    def heading(self) -> str:
        """What it is called on this page."""
        return word(self.word, spoken())


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a page shows it."""

    column: Column
    text: str
    url: str | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head as a page shows it: where its link leads, and which way it is sorted."""

    column: Column
    url: str = ""
    direction: str = ""


class Listing:
    """A list as asked for by ``?q=``, ``?sort=-name``, ``?page=`` and its filters."""

    def __init__(
        self,
        request: HttpRequest,
        rows: Rows,
        columns: Sequence[Column],
        search: Callable[[Rows, str], Rows] | None = None,
        filters: Sequence[Filter] = (),
        per_page: int = PER_PAGE,
        title: str = "",
        empty: str = "web.listing.empty",
    ) -> None:
        self.columns, self.filters, self._search = tuple(columns), tuple(filters), search
        self.searchable = search is not None
        self.asked: QueryDict = request.GET
        self.path, self.title, self.empty = request.path, title, empty
        self.name = request.path.strip("/").rpartition("/")[2] or "list"
        self.query = self.asked.get("q", "").strip() if search else ""
        self.sort = self.asked.get("sort", "")
        self.rows = self._ordered(self._narrowed(rows))
        self.page: Page[Any] = Paginator(self.rows, per_page).get_page(self.asked.get("page"))

    @property
    def narrowed(self) -> bool:
        """Whether something was searched for or filtered."""
        return bool(self.query or any(self.chosen.values()))

    @property
    def chosen(self) -> Mapping[str, str]:
        """What each filter is set to."""
        return {filter_.name: self._choice(filter_) for filter_ in self.filters}

    @property
    def headings(self) -> Iterator[Heading]:
        """Every column's head."""
        for column in self.columns:
            if column.sort is None:
                yield Heading(column)
                continue
            direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort)
            turned = f"-{column.name}" if direction == "ascending" else column.name
            yield Heading(column, self.address(sort=turned, page=None), direction or "")

    @property
    def lines(self) -> Iterator[list[Cell]]:
        """The rows of this page, cell by cell."""
        for row in self.page:
            yield [_cell(column, row) for column in self.columns]

    @property
    def tools(self) -> Iterator[tuple[Filter, str]]:
        """Every filter with what it is set to."""
        for filter_ in self.filters:
            yield filter_, self._choice(filter_)

    @property
    def kept(self) -> Iterator[tuple[str, str]]:
        """What a search keeps: the order."""
        if self.sort:
            yield "sort", self.sort

    @property
    def counted(self) -> str:
        """How many there are, in words."""
        facts = {"n": f"{self.page.paginator.count:,}"}
        if self.page.paginator.num_pages == 1:
            return say("web.listing.count", spoken(), **facts)
        ends = {"first": f"{self.page.start_index():,}", "last": f"{self.page.end_index():,}"}
        return say("web.listing.range", spoken(), **facts, **ends)

    @property
    def turns(self) -> Iterator[tuple[int | None, str]]:
        """The pages to turn to; None where some are left out."""
        around = self.page.paginator.get_elided_page_range(
            self.page.number, on_each_side=_AROUND, on_ends=1
        )
        for number in around:
            turn = number if isinstance(number, int) else None
            yield turn, self.address(page=turn) if turn else ""

    @property
    def previous(self) -> str:
        """Where the page before is."""
        return self.address(page=self.page.number - 1) if self.page.has_previous() else ""

    @property
    def next(self) -> str:
        """Where the page after is."""
        return self.address(page=self.page.number + 1) if self.page.has_next() else ""

    @property
    def files(self) -> Iterator[tuple[str, str]]:
        """Where the whole list is to be had as a file."""
        for format_, name in (("xlsx", "Excel"), ("csv", "CSV")):
            yield self.address(format=format_, page=None), name

    def address(self, **changed: Any) -> str:  # noqa: ANN401 (numbers and words; None leaves out)
        """Write the address of this list with some parameters changed."""
        asked = self.asked.copy()
        for name, value in changed.items():
            if value is None:
                asked.pop(name, None)
            else:
                asked[name] = str(value)
        return f"?{asked.urlencode()}" if asked else self.path

    def _choice(self, filter_: Filter) -> str:
        asked = self.asked.get(filter_.name, "")
        return asked if asked in {value for value, _ in filter_.choices} else ""

    def _narrowed(self, rows: Rows) -> Rows:
        if self.query and self._search:
            rows = self._search(rows, self.query)
        for filter_ in self.filters:
            if choice := self._choice(filter_):
                rows = filter_.narrow(rows, choice)
        return rows

    def _ordered(self, rows: Rows) -> Rows:
        wanted = self.sort.removeprefix("-")
        column = next((c for c in self.columns if c.name == wanted and c.sort), None)
        if column is None or column.sort is None:
            return rows
        backwards = self.sort.startswith("-")
        if isinstance(rows, QuerySet):
            return rows.order_by(f"{'-' if backwards else ''}{column.sort}", "pk")
        there = [row for row in rows if column.of(row) is not None]
        nowhere = [row for row in rows if column.of(row) is None]
        return sorted(there, key=column.of, reverse=backwards) + nowhere


def listing_response(
    request: HttpRequest,
    template: str,
    listing: Listing,
    context: Mapping[str, Any] | None = None,
) -> HttpResponseBase:
    """Show the page, or for ``?format=xlsx`` and ``csv`` hand over the whole list as a file."""
    if (fmt := request.GET.get("format")) in ("xlsx", "csv"):
        from tuanti.web.export import whole  # noqa: PLC0415 (loads the writers of workbooks)

        return whole(listing, "xlsx" if fmt == "xlsx" else "csv")
    return render(request, template, {**(context or {}), "listing": listing})


def _cell(column: Column, row: Any) -> Cell:  # noqa: ANN401 (any row)
    value = column.of(row)
    url = column.url(row) if column.url else None
    if isinstance(value, State):
        return Cell(column, value.text, url, value.state)
    return Cell(column, written(column.kind, value), url)


def written(kind: Kind, value: Any) -> str:  # noqa: ANN401 (any value)
    """Write a value for a page."""
    if value is None or value == "":
        return ""
    if kind == "yes":
        return word(f"web.listing.{'yes' if value else 'no'}", spoken())
    match value:
        case datetime() if kind == "moment":
            return tags.moment(value)
        case date() if kind == "date":
            return tags.day(value)
    return _WRITERS.get(kind, str)(value)


_WRITERS: Mapping[str, Callable[[Any], str]] = {
    "number": tags.thousands,
    "yuan": tags.yuan,
    "area": tags.square_metres,
    "percent": percent,
}
