"""Forms before the vote: they check shapes and give facts; commands decide and keep."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from tuanti.consent.commands.planning import ImpactFacts
from tuanti.consent.commands.saying import MeetingFacts, StatementFacts
from tuanti.consent.models.story import ANSWERS, GRADES, STATEMENTS
from tuanti.people.vault import masked_name
from tuanti.places.filing import Paper
from tuanti.texts.words import word
from tuanti.web.forms import Form, chosen
from tuanti.web.templatetags.tuanti import spoken

if TYPE_CHECKING:  # generic in the stubs only
    from django.core.files import File

_FINDINGS: dict[str, bool | None] = {"possible": True, "impossible": False, "": None}


def paper_in(upload: "File[bytes] | None") -> Paper | None:
    """Take a file as it was handed in; None if there is none."""
    return Paper(upload.name or "", upload.read()) if upload else None


class WishForm(Form):
    """A worker enters a flat's wish: which flat, and whose wish if known."""

    words = "consultation.wish_form"

    flat = forms.ChoiceField()

    def offer(self, flats: Any) -> None:  # noqa: ANN401 (a queryset of places)
        """Offer the flats of a stairwell that do not wish yet."""
        _offer(self, "flat", [(str(flat.pk), flat.number) for flat in flats])


class CanvassForm(Form):
    """What a flat says when asked."""

    words = "consultation.canvass_form"

    answer = forms.ChoiceField(widget=forms.RadioSelect)
    owner = forms.ChoiceField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False, max_length=2000)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        _offer(self, "answer", chosen("consultation.answers", ANSWERS))

    def offer(self, ownerships: Any) -> None:  # noqa: ANN401 (a queryset of places)
        """Offer the flat's owners to choose who said it."""
        named = [(str(one.owner_id), masked_name(one.owner.name)) for one in ownerships]
        _offer(self, "owner", [("", word("consultation.canvass_form.nobody", spoken())), *named])

    @property
    def owner_id(self) -> int | None:
        """Who said it, if named."""
        return int(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None


class RepresentativeForm(Form):
    """Who was elected into the owners' group, and when."""

    words = "consultation.representative_form"

    owner = forms.ChoiceField()
    elected_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))

    def offer(self, flats: Any) -> None:  # noqa: ANN401 (a queryset of places)
        """Offer everybody who owns one of the flats."""
        choices = {
            str(held.owner_id): f"{flat.number} {masked_name(held.owner.name)}"
            for flat in flats.prefetch_related("ownerships__owner")
            for held in flat.ownerships.all()
        }
        _offer(self, "owner", list(choices.items()))


class ImpactForm(Form):
    """What a plan does to one flat."""

    words = "consultation.impact_form"

    daylight = forms.ChoiceField()
    ventilation = forms.ChoiceField()
    noise = forms.ChoiceField()
    privacy = forms.ChoiceField()
    occupied = forms.BooleanField(required=False)
    note = forms.CharField(widget=forms.Textarea, required=False, max_length=2000)
    author = forms.CharField(max_length=120)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        for name in ("daylight", "ventilation", "noise", "privacy"):
            _offer(self, name, chosen("consultation.grades", GRADES))

    @property
    def facts(self) -> ImpactFacts:
        """What was filled in."""
        return ImpactFacts(**self.cleaned_data)


class MeetingForm(Form):
    """Minutes."""

    words = "consultation.meeting_form"

    held_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    held_time = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(max_length=120)
    present = forms.IntegerField(min_value=0, max_value=1000)
    text = forms.CharField(widget=forms.Textarea, max_length=4000)
    paper = forms.FileField(required=False)

    @property
    def facts(self) -> MeetingFacts:
        """What was filled in."""
        told = self.cleaned_data
        zone = timezone.get_current_timezone()
        at = datetime.combine(told["held_on"], told["held_time"], zone)
        return MeetingFacts(at, told["place"], told["present"], told["text"])


class QuestionForm(Form):
    """What someone asks or remarks, entered for them."""

    words = "consultation.question_form"

    flat = forms.ChoiceField()
    text = forms.CharField(widget=forms.Textarea, max_length=2000)

    def offer(self, flats: Any) -> None:  # noqa: ANN401 (a queryset of places)
        """Offer the flats of the stairwell."""
        _offer(self, "flat", [(str(flat.pk), flat.number) for flat in flats])


class AnswerForm(Form):
    """The answer to a question."""

    words = "consultation.answer_form"

    answer = forms.CharField(widget=forms.Textarea, max_length=2000)


class StatementForm(Form):
    """What a body says to the case."""

    words = "consultation.statement_form"

    kind = forms.ChoiceField()
    body = forms.CharField(max_length=120, required=False)
    sound = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    text = forms.CharField(widget=forms.Textarea, max_length=4000)
    paper = forms.FileField(required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        _offer(self, "kind", chosen("consultation.statements", STATEMENTS))
        findings = ("possible", "impossible")
        none = ("", word("consultation.findings.none", spoken()))
        _offer(self, "sound", [none, *chosen("consultation.findings", findings)])

    @property
    def facts(self) -> StatementFacts:
        """What was filled in."""
        told = self.cleaned_data
        sound = _FINDINGS[told["sound"]]
        return StatementFacts(told["kind"], told["text"], sound, told.get("body", ""))


class InviteForm(Form):
    """Which body is asked to take part."""

    words = "consultation.invite_form"

    organisation = forms.ChoiceField()

    def offer(self, firms: Any) -> None:  # noqa: ANN401 (a queryset of people)
        """Offer these bodies."""
        _offer(self, "organisation", [(one.pk, one.name) for one in firms])


class WithdrawForm(Form):
    """Why a consultation is withdrawn."""

    words = "consultation.withdraw_form"

    reason = forms.CharField(widget=forms.Textarea, max_length=2000)


def _offer(form: Form, name: str, choices: list[tuple[str, str]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field
