"""The room's forms."""

from typing import Any, ClassVar

from django import forms

from tuanti.people.models import Organisation
from tuanti.rules.duties import KINDS, duties_of
from tuanti.web.forms import Form, chosen


class Name(Form):
    """What an organisation is called."""

    words: ClassVar[str] = "people.organisation_form"
    name = forms.CharField(max_length=120)


class NewOrganisation(Form):
    """A body that is to take part."""

    words: ClassVar[str] = "people.organisation_form"
    kind = forms.ChoiceField()
    name = forms.CharField(max_length=120)
    place = forms.CharField(max_length=40)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        kinds: list[str] = [kind for kind in KINDS if kind != "platform"]
        self.fields["kind"] = _choice(self.fields["kind"], "duties.kinds", kinds)


class NewAccount(Form):
    """One of an organisation's people."""

    words: ClassVar[str] = "people.account_form"
    name = forms.CharField(max_length=60)
    username = forms.CharField(max_length=40)
    phone = forms.CharField(max_length=20, required=False)


class NewPost(Form):
    """A duty for one of the people."""

    words: ClassVar[str] = "people.post_form"
    username = forms.CharField(max_length=40)
    duty = forms.ChoiceField()
    scope = forms.CharField(max_length=40, required=False)
    from_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, organisation: Organisation, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        duties = [duty.name for duty in duties_of(organisation.kind)]
        self.fields["duty"] = _choice(self.fields["duty"], "duties.duties", duties)


def _choice(field: forms.Field, path: str, names: list[str]) -> forms.Field:
    """Fill in a field's choices, in the words of the page that is being made."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = chosen(path, names, empty="people.choose")
    return field
