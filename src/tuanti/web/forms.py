"""Forms that speak our words: labels, hints and faults come from a room's book."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from tuanti.rules.errors import RuleBroken
from tuanti.texts import sentence
from tuanti.texts.words import WordMissing, say, word
from tuanti.web.templatetags.tuanti import spoken

_ASKED = {  # by kind of field, what to say in place of «required» and «invalid»
    forms.FileField: {"required": "attach", "invalid": "missing"},
    forms.BooleanField: {"required": "tick"},
    forms.ChoiceField: {"required": "choose"},
    forms.ModelChoiceField: {"required": "choose"},
    forms.IntegerField: {"invalid": "invalid_number"},
    forms.DateField: {"invalid": "invalid_date"},
}
_LIMITED = ("max_length", "min_length", "max_value", "min_value")  # validators' own codes
_LIMIT = "%(limit_value)s"  # Django writes the limit there
_FILE_LIMIT = "%(max)d"  # and a file name's there
_DAY = "%Y-%m-%d"  # a browser's own control takes no other way of writing a day


class Form(forms.Form):
    """A form whose field ``x`` is called ``<words>.x``, with the hint ``<words>.x_hint`` if any.

    ``use_required_attribute`` is off: a browser's own bubble is in the browser's language, ours
    in the page's, and stays on the page.
    """

    words: ClassVar[str] = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        for name, field in self.fields.items():
            _speak(field, self.words, name)

    def refuse(self, refusal: RuleBroken, field: str | None = None) -> None:
        """Put a refusal's sentence beside ``field``, or above the form."""
        said = sentence(refusal.code, spoken(), **refusal.facts)
        self.add_error(field if field in self.fields else None, said)

    @property
    def faulty(self) -> Mapping[str, list[str]]:
        """What is wrong, by field; "" for the form as a whole."""
        return {
            "" if name == NON_FIELD_ERRORS else name: list(map(str, faults))
            for name, faults in self.errors.items()
        }


def chosen(path: str, names: Iterable[str], empty: str = "") -> list[tuple[str, str]]:
    """Make the choices of a field from words: ``path.name`` for every name.

    ``empty`` is the path of what stands for no choice ("" leaves it out).
    """
    first = [("", word(empty, spoken()))] if empty else []
    return first + [(name, word(f"{path}.{name}", spoken())) for name in names]


def _speak(field: forms.Field, words: str, name: str) -> None:
    if words and not field.label:
        field.label = word(f"{words}.{name}", spoken())
    if words and not field.help_text:
        field.help_text = _said_or_nothing(f"{words}.{name}_hint")
    if isinstance(field.widget, forms.DateInput) and field.widget.input_type == "date":
        field.widget.format = _DAY
    if isinstance(field, forms.ModelChoiceField) and field.empty_label:
        field.empty_label = word("web.form.choose", spoken())
    label = str(field.label or name)
    for code in (*field.error_messages, *_LIMITED):
        if said := _fault(field, code, label):
            field.error_messages[code] = said


def _fault(field: forms.Field, code: str, label: str) -> str:
    for kind, names in _ASKED.items():
        if isinstance(field, kind) and code in names:
            code = names[code]
    try:
        limit = _FILE_LIMIT if isinstance(field, forms.FileField) else _LIMIT
        return say(f"web.faults.{code}", spoken(), field=label, limit=limit)
    except WordMissing:
        return ""


def _said_or_nothing(path: str) -> str:
    try:
        return word(path, spoken())
    except WordMissing:
        return ""
