"""Controls of this room's forms."""

from typing import TYPE_CHECKING

from django import forms

from tuanti.places.models import Division
from tuanti.places.naming import division_called
from tuanti.web.templatetags.tuanti import spoken

if TYPE_CHECKING:  # generic in the stubs only
    from django.db.models import QuerySet

    _Choice = forms.ModelChoiceField[Division]
else:
    _Choice = forms.ModelChoiceField


class DivisionField(_Choice):
    """One of some divisions, each called in the language of the page."""

    def offer(self, rows: "QuerySet[Division]") -> None:
        """Offer these to choose from; one alone is chosen already."""
        self.queryset = rows
        if self.required and rows.count() == 1:
            self.initial, self.empty_label = rows.first(), None

    def label_from_instance(self, obj: Division) -> str:
        """Call a division."""
        return division_called(obj.name, spoken())
