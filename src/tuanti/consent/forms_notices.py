"""Forms after the vote and at the desk: they check shapes and give facts; commands decide."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from tuanti.consent.frozen import Terms
from tuanti.consent.models.notices import CONTACT_RESULTS, CONTACT_WAYS
from tuanti.consent.queries.notices import VOID
from tuanti.places.forms import paper_of
from tuanti.rules.deadlines import SHANGHAI
from tuanti.web.forms import Form, chosen

OUTCOMES = ("talks", "settled", "failed")
_PART = Decimal(100)  # fen to the yuan
_TIMES = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M")


class Moment(forms.CharField):
    """A time as Shanghai writes it: 2026-12-02 17:00."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": ""}  # in our words by the form

    def clean(self, value: Any) -> Any:  # noqa: ANN401 (Django's own shape)
        """Return a time in Asia/Shanghai; None where nothing was filled in."""
        text = super().clean(value)
        if not text:
            return None
        for pattern in _TIMES:
            try:
                return datetime.strptime(text, pattern).replace(tzinfo=SHANGHAI)
            except ValueError:
                continue
        raise ValidationError(self.error_messages["invalid"])


class Offered(Form):
    """A form whose choices are given once the case is known."""

    def offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """Offer these choices in a field."""
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # a choice field

    def _paper(self, name: str = "paper") -> Any:  # noqa: ANN401 (a Paper, or None)
        brought = self.cleaned_data.get(name)
        return paper_of(brought) if brought else None


class ContactForm(Offered):
    """A visit, call, letter, message or notice."""

    words = "notices.contact_form"

    flat = forms.ChoiceField()
    way = forms.ChoiceField()
    result = forms.ChoiceField()
    at = Moment(required=False)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    photo = forms.FileField(required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        self.offer("way", chosen("notices.ways", CONTACT_WAYS))
        self.offer("result", chosen("notices.results", CONTACT_RESULTS))

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        told = self.cleaned_data
        return {
            "flat_id": int(told["flat"]),
            "way": told["way"],
            "result": told["result"],
            "at": told["at"],
            "note": told["note"],
            "photo": self._paper("photo"),
        }


class PhotoForm(Offered):
    """A photo of a notice where it hangs."""

    words = "notices.photo_form"

    place = forms.CharField(max_length=120)
    photo = forms.FileField()

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        return {"place": self.cleaned_data["place"], "photo": self._paper("photo")}


class ObjectionForm(Offered):
    """An objection a worker enters."""

    words = "notices.objection_form"

    party = forms.ChoiceField()
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)
    raised_at = Moment(required=False)
    paper = forms.FileField(required=False)

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in; ``party`` is a flat and its owner, or the flat alone."""
        told = self.cleaned_data
        flat, _, owner = told["party"].partition("-")
        return {
            "flat_id": int(flat),
            "owner_id": int(owner) if owner else None,
            "text": told["text"],
            "raised_at": told["raised_at"],
            "paper": self._paper(),
        }


class MediateForm(Offered):
    """A step of mediation."""

    words = "notices.mediate_form"

    held_at = Moment()
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)
    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    paper = forms.FileField(required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        self.offer("outcome", chosen("notices.outcomes", OUTCOMES))

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        return self.cleaned_data | {"paper": self._paper()}


class WithdrawForm(Offered):
    """A signed withdrawal a worker brings."""

    words = "notices.withdraw_form"

    paper = forms.FileField()

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        return {"paper": self._paper()}


class VoidForm(Offered):
    """Why an objection is set aside."""

    words = "notices.void_form"

    reason = forms.ChoiceField(widget=forms.RadioSelect)
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    paper = forms.FileField(required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        self.offer("reason", chosen("notices.void", VOID))

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        return self.cleaned_data | {"paper": self._paper()}


class FailForm(Offered):
    """Why a case is found failed."""

    words = "notices.fail_form"

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)


class PlainForm(Offered):
    """Nothing to fill in: a step is confirmed."""


class TermsForm(Offered):
    """What the owners settle beside the plan."""

    words = "notices.terms_form"

    manager = forms.CharField(max_length=200)
    fund = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
    repairs = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=1000)
    other = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False
    )

    @property
    def facts(self) -> Terms:
        """What was filled in."""
        return Terms(**self.cleaned_data)


class SignForm(Offered):
    """A signature on paper."""

    words = "notices.sign_form"

    party = forms.ChoiceField()
    paper = forms.FileField()

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        flat, owner = self.cleaned_data["party"].split("-")
        return {"flat_id": int(flat), "owner_id": int(owner), "paper": self._paper()}


class MandateForm(Offered):
    """A procurement mandate on paper."""

    words = "notices.mandate_form"

    party = forms.ChoiceField()
    buyer = forms.ChoiceField()
    ceiling = forms.DecimalField(required=False, min_value=1, max_digits=10, decimal_places=2)
    expires_on = forms.DateField(required=False)
    paper = forms.FileField()

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        told = self.cleaned_data
        flat, owner = told["party"].split("-")
        ceiling = told["ceiling"]
        return {
            "flat_id": int(flat),
            "owner_id": int(owner),
            "buyer": told["buyer"],
            "ceiling_fen": None if ceiling is None else int(ceiling * _PART),
            "expires_on": told["expires_on"],
            "paper": self._paper(),
        }


class AboveForm(Offered):
    """A sum above the ceiling, confirmed on paper."""

    words = "notices.above_form"

    above = forms.DecimalField(min_value=1, max_digits=10, decimal_places=2)
    paper = forms.FileField()

    @property
    def facts(self) -> dict[str, Any]:
        """What was filled in."""
        return {"above_fen": int(self.cleaned_data["above"] * _PART), "paper": self._paper()}


class LeaveForm(WithdrawForm):
    """A signed letter that leaves a mandate."""

    words = "notices.leave_form"
