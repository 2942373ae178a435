"""Forms of this room: they check shapes and give facts; commands decide and keep."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms

from tuanti.people.queries import organisations
from tuanti.places.commands.papers import PaperFacts
from tuanti.places.facts import (
    BuildingFacts,
    EstateFacts,
    FlatFacts,
    OwnerFacts,
    ProjectFacts,
    StairwellFacts,
)
from tuanti.places.fields import DivisionField
from tuanti.places.filing import Paper
from tuanti.places.models import FIELDS, PURPOSES, Division, Flat, PaperCase
from tuanti.rules import housing
from tuanti.texts.words import word
from tuanti.web.forms import Form, chosen
from tuanti.web.templatetags.tuanti import spoken

if TYPE_CHECKING:  # generic in the stubs only
    from django.core.files import File

_UNKNOWN = "places.unknown"
KNOWN: dict[str, bool | None] = {"yes": True, "no": False, "": None}
_PART = Decimal(100)  # dm² to the m², fen to the yuan


class EstateForm(Form):
    """An estate, and its street where it is new."""

    words = "places.estate_form"

    street = DivisionField(Division.objects.none())
    name = forms.CharField(max_length=80)
    community = DivisionField(Division.objects.none(), required=False)
    address = forms.CharField(max_length=160, required=False)
    aliases = forms.CharField(max_length=400, required=False)
    property_firm = forms.ModelChoiceField(organisations().none(), required=False)

    def offer(self, streets: Any, communities: Any, firms: Any) -> None:  # noqa: ANN401 (querysets)
        """Offer these streets, communities and property firms to choose from."""
        if "street" in self.fields:
            cast("DivisionField", self.fields["street"]).offer(streets)
        for name, rows in (("community", communities), ("property_firm", firms)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a model's choice
            none = word(f"places.estate_form.no_{name}", spoken())
            self.fields[name].empty_label = none  # type: ignore[attr-defined]  # as above

    @property
    def facts(self) -> EstateFacts:
        """What was filled in."""
        told = self.cleaned_data
        aliases = tuple(told["aliases"].replace("、", ",").replace("，", ",").split(","))
        community = told["community"].pk if told["community"] else ""
        firm = told["property_firm"].pk if told["property_firm"] else ""
        return EstateFacts(told["name"], told["address"], aliases, firm, community)


class AmendEstateForm(EstateForm):
    """An estate that is there: its street stays."""

    street = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


class BuildingForm(Form):
    """A building."""

    words = "places.building_form"

    name = forms.CharField(max_length=40)
    storeys = forms.IntegerField(required=False, min_value=1, max_value=housing.HIGHEST)
    built = forms.IntegerField(required=False, min_value=1840, max_value=2100)
    structure = forms.ChoiceField(required=False)
    demolition = forms.ChoiceField(required=False)
    households = forms.IntegerField(required=False, min_value=0, max_value=10_000)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "structure", "places.structures", [*housing.STRUCTURES], _UNKNOWN)
        offer(self, "demolition", "places.answers", ["yes", "no"], _UNKNOWN)

    @property
    def facts(self) -> BuildingFacts:
        """What was filled in."""
        told = self.cleaned_data
        return BuildingFacts(**told | {"demolition": KNOWN[told["demolition"]]})


class StairwellForm(Form):
    """A stairwell."""

    words = "places.stairwell_form"

    name = forms.CharField(max_length=40)
    entries = forms.RegexField(r"^\s*-?\d+(\s*[,，、]\s*-?\d+)*\s*$", max_length=60, required=False)
    lift = forms.ChoiceField(required=False)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "lift", "places.answers", ["yes", "no"], _UNKNOWN)

    @property
    def facts(self) -> StairwellFacts:
        """What was filled in."""
        told = self.cleaned_data
        listed = told["entries"].replace("，", ",").replace("、", ",").split(",")
        entries = tuple(int(one) for one in listed if one.strip())
        return StairwellFacts(told["name"], entries, KNOWN[told["lift"]])


class FlatForm(Form):
    """A flat; its area in m²."""

    words = "places.flat_form"

    number = forms.CharField(max_length=20)
    floor = forms.IntegerField(required=False, min_value=housing.LOWEST, max_value=housing.HIGHEST)
    area = forms.DecimalField(required=False, min_value=Decimal("0.01"), decimal_places=2)
    tenure = forms.ChoiceField()
    state = forms.ChoiceField()

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "tenure", "places.tenures", [*housing.TENURES])
        offer(self, "state", "places.states", [*housing.STATES])

    @property
    def facts(self) -> FlatFacts:
        """What was filled in."""
        told = self.cleaned_data
        area = parts(told["area"])
        return FlatFacts(told["number"], told["floor"], area, told["tenure"], told["state"])


class OwnerForm(Form):
    """An owner; numbers left empty stay as they are on file."""

    words = "places.owner_form"

    name = forms.CharField(max_length=80)
    phone = forms.CharField(max_length=20, required=False)
    id_number = forms.CharField(max_length=24, required=False)

    @property
    def facts(self) -> OwnerFacts:
        """What was filled in."""
        told = self.cleaned_data
        return OwnerFacts(told["name"], told["phone"], told["id_number"])


class NewOwnerForm(OwnerForm):
    """An owner of a flat: also what they hold of it."""

    share = forms.CharField(max_length=20, required=False)
    standing = forms.ChoiceField()

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "standing", "places.standings", [*housing.STANDINGS])


class TransferForm(OwnerForm):
    """Who bought or was given a flat."""

    standing = forms.ChoiceField()

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "standing", "places.standings", ["registered", "buyer"])


class HeirsForm(Form):
    """Up to four heirs of a flat; the name of the first is needed."""

    words = "places.heirs_form"
    HEIRS = (1, 2, 3, 4)

    @property
    def heirs(self) -> list[tuple[OwnerFacts, str]]:
        """Who was named."""
        told = self.cleaned_data
        return [
            (OwnerFacts(told[f"name_{n}"], told[f"phone_{n}"]), told[f"share_{n}"])
            for n in self.HEIRS
            if told[f"name_{n}"]
        ]


for _n in HeirsForm.HEIRS:
    HeirsForm.base_fields |= {
        f"name_{_n}": forms.CharField(max_length=80, required=_n == 1),
        f"phone_{_n}": forms.CharField(max_length=20, required=False),
        f"share_{_n}": forms.CharField(max_length=20, required=False),
    }


class RevealForm(Form):
    """What to see unmasked, and why."""

    words = "places.reveal_form"

    field = forms.ChoiceField()
    reason = forms.CharField(min_length=4, max_length=200)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "field", "places.fields", [*FIELDS])


class AgreementForm(Form):
    """A signed agreement a worker brings."""

    words = "places.agreement_form"

    purpose = forms.ChoiceField()
    paper = forms.FileField()

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "purpose", "places.purposes", [*PURPOSES])


class PaperForm(Form):
    """A case that enters from paper."""

    words = "places.paper_form"

    stage = forms.ChoiceField()
    on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    brand = forms.CharField(max_length=60, required=False)
    price = forms.DecimalField(required=False, min_value=Decimal("0.01"), decimal_places=2)
    maintainer = forms.CharField(max_length=120, required=False)
    note = forms.CharField(max_length=400, required=False, widget=forms.Textarea)
    paper = forms.FileField()

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        offer(self, "stage", "places.stages", [*PaperCase.Stage.values])

    @property
    def facts(self) -> PaperFacts:
        """What was filled in."""
        told = dict(self.cleaned_data)
        told.pop("paper")
        return PaperFacts(price_fen=parts(told.pop("price")), **told)


class ProjectForm(Form):
    """A renovation project."""

    words = "places.project_form"

    division = DivisionField(Division.objects.none())
    name = forms.CharField(max_length=120)
    year = forms.IntegerField(min_value=2000, max_value=2100)
    built_until = forms.IntegerField(min_value=1840, max_value=2100, initial=2000)
    area = forms.DecimalField(required=False, min_value=0, decimal_places=2)
    buildings = forms.IntegerField(required=False, min_value=0)
    households = forms.IntegerField(required=False, min_value=0)
    started_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    finished_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    @property
    def facts(self) -> ProjectFacts:
        """What was filled in."""
        told = dict(self.cleaned_data)
        told.pop("division", None)
        return ProjectFacts(area_dm2=parts(told.pop("area")), **told)


class AmendProjectForm(ProjectForm):
    """A renovation project that is there: its division stays."""

    division = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


class CommunityForm(Form):
    """A community of a street."""

    words = "places.community_form"

    name = forms.CharField(max_length=60)


class AnswerForm(Form):
    """An answer to a resident."""

    words = "places.answer_form"

    answer = forms.CharField(min_length=4, max_length=2000, widget=forms.Textarea)


class CodeForm(Form):
    """A stairwell's code."""

    words = "places.code_form"

    code = forms.CharField(max_length=20)


class KnockForm(Form):
    """Which flat, and the phone on file for it."""

    words = "places.knock_form"

    flat = forms.ModelChoiceField(Flat.objects.none())
    phone = forms.CharField(max_length=20)


class PasscodeForm(Form):
    """The code that came by message."""

    words = "places.passcode_form"

    passcode = forms.CharField(max_length=10)


class ReportForm(Form):
    """What a resident says is wrong."""

    words = "places.report_form"

    flat = forms.ModelChoiceField(Flat.objects.none())
    text = forms.CharField(min_length=4, max_length=2000, widget=forms.Textarea)


def offer(form: Form, field: str, path: str, names: list[str], empty: str = "") -> None:
    """Give a choice its options, named in the language of the page."""
    form.fields[field].choices = chosen(path, names, empty)  # type: ignore[attr-defined]  # a choice


def parts(whole: Decimal | None) -> int | None:
    """Turn m² into dm², yuan into fen; at most two places stand behind the point."""
    return None if whole is None else int(whole * _PART)


def paper_of(upload: "File[bytes]") -> Paper:
    """Take an uploaded file as a paper."""
    return Paper(upload.name or "", upload.read())
