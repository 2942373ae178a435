"""Forms of imports: the file and its scope; and what each column of a list is taken for."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from tuanti.places.fields import DivisionField
from tuanti.places.lists import Settled
from tuanti.places.models import Division
from tuanti.sheets.housing_columns import sheet
from tuanti.texts.words import word
from tuanti.web.forms import Form
from tuanti.web.templatetags.tuanti import spoken

_LAST_ROW = 30  # among which the headings may stand


class ImportForm(Form):
    """A list to bring, and the division it is of."""

    words = "imports.new_form"

    scope = DivisionField(Division.objects.none())
    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}))

    def offer(self, scopes: Any) -> None:  # noqa: ANN401 (a queryset)
        """Offer these divisions; one alone is chosen already."""
        cast("DivisionField", self.fields["scope"]).offer(scopes)


class ColumnsForm(Form):
    """How a list is to be read, as its page asks: ``opened`` is what the page shows of it."""

    words = "imports.columns_form"

    sheet = forms.ChoiceField(required=False)
    heading_row = forms.IntegerField(min_value=1, max_value=_LAST_ROW, required=False)
    street = forms.ChoiceField(required=False)
    fill_down = forms.BooleanField(required=False)
    derive = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        opened: Mapping[str, Any],
        settled: Settled,
        streets: Sequence[tuple[str, str]],
    ) -> None:
        told = {name: getattr(settled, name) for name in ("fill_down", "derive", "street")}
        told |= {name: opened[name] for name in ("sheet", "heading_row")}
        super().__init__(data, initial=told)
        self._opened, self._settled = opened, settled
        cast("Any", self.fields["sheet"]).choices = [(name, name) for name in opened["sheets"]]
        nowhere = [("", word("imports.columns_form.street_none", spoken()))]
        cast("Any", self.fields["street"]).choices = [*nowhere, *streets]
        if len(opened["sheets"]) == 1:
            del self.fields["sheet"]
        if len(streets) < 2:  # noqa: PLR2004 (a choice needs two)
            del self.fields["street"]
        for column in opened["columns"]:
            self._add(column)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each column with its control, its state, and what stands in its first cells."""
        return [
            {**column, "control": self[_name(column)], "values": self._values(column["column"])}
            for column in self._opened["columns"]
        ]

    @property
    def others(self) -> list[Any]:
        """The controls that are of no one column."""
        return [self[name] for name in self.fields if not name.startswith("column_")]

    @property
    def settled(self) -> Settled:
        """What was settled: columns are kept where they are taken otherwise than proposed."""
        told = self.cleaned_data
        sheet = told.get("sheet") or self._opened["sheet"]
        heading_row = told["heading_row"] or self._opened["heading_row"]
        same = (sheet, heading_row) == (self._opened["sheet"], self._opened["heading_row"])
        return Settled(
            chosen=self._chosen() if same else {},
            sheet=sheet,
            heading_row=heading_row,
            fill_down=told["fill_down"],
            derive=told["derive"],
            street=told.get("street", ""),
        )

    def _chosen(self) -> dict[int, str]:
        chosen = dict(self._settled.chosen)
        for column in self._opened["columns"]:
            told = self.cleaned_data[_name(column)]
            if told != column["field"]:
                chosen[column["column"]] = told
        return chosen

    def _add(self, column: Mapping[str, Any]) -> None:
        lang = spoken()
        known = [(one.field, one.heading[lang]) for one in sheet().columns]
        choices = [("", word("imports.columns_form.not_read", lang)), *known]
        label = column["heading"] or word("imports.columns_form.nameless", lang)
        self.fields[_name(column)] = forms.ChoiceField(
            choices=choices, initial=column["field"], required=False, label=label
        )

    def _values(self, column: int) -> list[str]:
        below = (
            cells for number, cells in self._opened["top"] if number > self._opened["heading_row"]
        )
        values = [cells[column - 1] for cells in below if len(cells) >= column]
        return list(dict.fromkeys(value for value in values if value))[:3]


def _name(column: Mapping[str, Any]) -> str:
    return f"column_{column['column']}"
