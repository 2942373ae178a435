"""The form of a plan: the lift, its money, who pays what, how it is run and used."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.forms import BoundField

from tuanti.consent.models.story import ENTRIES
from tuanti.consent.plan_facts import RIGHTS, Ground, PlanFacts
from tuanti.rules.errors import Fault
from tuanti.rules.sharing.plan import Costs, OwnTable
from tuanti.rules.sharing.running import RULES
from tuanti.rules.sharing.schemes import INSIDE, PER, find, scheme_ids
from tuanti.texts import sentence
from tuanti.texts.words import say, word
from tuanti.web.forms import Form, chosen
from tuanti.web.templatetags.tuanti import spoken

_FEN = Decimal(100)
_UNKNOWN = "unknown"  # schemes whose numbers nobody has found
# The parts of the page, each with the fields that stand in it, in order.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "lift": ("name", "profile", "entry", "stops", "position", "asks"),
    "money": ("subsidy",),
    "sharing": ("scheme", "inside"),
    "running": ("running", "running_rule"),
    "use": (*(f"rights_{matter}" for matter in RIGHTS), "late_years", "late_factor"),
}
GAMES = ("fixed", "storey")
# Where a fault of the sharing rules or of the command is shown.
_FIELDS: Mapping[str, str] = {
    "subsidy_fen": "subsidy",
    "total_fen": "stops",
    "fixed_fen": "fixed",
    "storey_fen": "storey",
    "running_fen": "running",
    "late_factor_bp": "late_factor",
    "compensation_fen": "compensation",
}


class PlanForm(Form):
    """One option. ``flats`` are the stairwell's; ``floors`` those of a table of their own."""

    words = "consultation.plan_form"

    name = forms.CharField(max_length=60)
    profile = forms.ChoiceField()
    entry = forms.ChoiceField(widget=forms.RadioSelect)
    stops = forms.IntegerField(min_value=2, max_value=40)
    position = forms.CharField(max_length=200)
    asks = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    subsidy = forms.DecimalField(required=False, min_value=0, max_digits=12, decimal_places=2)
    scheme = forms.ChoiceField()
    inside = forms.ChoiceField(required=False)
    fixed = forms.DecimalField(required=False, min_value=0, max_digits=12, decimal_places=2)
    storey = forms.DecimalField(required=False, min_value=0, max_digits=12, decimal_places=2)
    table_per = forms.ChoiceField(required=False)
    running = forms.DecimalField(required=False, min_value=0, max_digits=10, decimal_places=2)
    running_rule = forms.ChoiceField()
    late_years = forms.IntegerField(min_value=0, max_value=50)
    late_factor = forms.DecimalField(min_value=0, max_value=500, max_digits=5, decimal_places=2)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's own shape)
        flats: Iterable[Any],
        profiles: Iterable[tuple[str, str]],
        asked: Iterable[tuple[str, str]],
        **facts: Any,  # noqa: ANN401 (as above)
    ) -> None:
        self.flats = list(flats)
        # What is asked of this stairwell stands beside what is asked of every plan.
        fields = {**type(self).base_fields, **dict(self._own_fields())}
        self.base_fields = fields  # type: ignore[misc]  # of this form alone
        super().__init__(*args, **facts)
        self._offer(list(profiles), list(asked))

    @property
    def floors(self) -> list[int]:
        """The floors with flats, from the lowest."""
        return sorted({flat.floor for flat in self.flats if flat.floor})

    @property
    def sections(self) -> Iterator[tuple[str, str, list[BoundField]]]:
        """The parts of the page: name, heading, fields."""
        for name, fields in SECTIONS.items():
            heading = word(f"{self.words}.sections.{name}", spoken())
            yield name, heading, [self[field] for field in fields if field in self.fields]

    @property
    def games(self) -> list[BoundField]:
        """What the games need."""
        return [self[name] for name in GAMES]

    @property
    def table(self) -> list[BoundField]:
        """A table of their own."""
        return [self["table_per"], *(self[f"table_{floor}"] for floor in self.floors)]

    @property
    def lines(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Every flat with its own controls."""
        for flat in self.flats:
            yield flat, [self[f"flat_{flat.pk}_{part}"] for part in _PARTS]

    @property
    def opened(self) -> bool:
        """Whether some flat's line has a fault, so that the lines must be seen."""
        return any(name.startswith("flat_") for name in self.errors)

    @property
    def facts(self) -> PlanFacts:
        """What was filled in."""
        told = self.cleaned_data
        return PlanFacts(
            name=told["name"],
            profile=told["profile"],
            entry=told["entry"],
            position=told["position"],
            stops=told["stops"],
            asks=tuple(told.get("asks", ())),
            subsidy_fen=_fen(told["subsidy"]),
            scheme=told["scheme"],
            inside=told["inside"],
            costs=self._costs(),
            table=self._own_table(),
            ground={flat.pk: self._ground(flat.pk) for flat in self.flats},
            running_fen=_fen(told["running"]) or 0,
            running_rule=told["running_rule"],
            rights={matter: told[f"rights_{matter}"] for matter in RIGHTS},
            late_years=told["late_years"],
            late_factor_bp=int(told["late_factor"] * _FEN),
        )

    def refuse_all(self, faults: Iterable[Fault]) -> None:
        """Put every fault of a plan at its field."""
        for fault in faults:
            field, named = self._place(fault)
            said = sentence(fault.code, spoken(), **self.spelled(fault.facts))
            self.add_error(field if field in self.fields else None, f"{named}{said}")

    def spelled(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Call flats by their numbers and schemes by their titles in the facts of a fault."""
        numbers = {str(flat.pk): flat.number for flat in self.flats}
        return spelled(facts, numbers)

    def _place(self, fault: Fault) -> tuple[str | None, str]:
        """Find the field of a fault; and the flat or floor to name where it has none."""
        match fault.path:
            case ("plan", str(field), *_):
                return _FIELDS.get(field, field), ""
            case ("flats", int(pk), str(field)):
                number = next((flat.number for flat in self.flats if flat.pk == pk), str(pk))
                at = f"flat_{pk}_{_FIELDS.get(field, field)}"
                return at, "" if at in self.fields else say(
                    f"{self.words}.of_flat", spoken(), flat=number
                )
            case ("table", int(at), "entry") if at < len(self.floors):
                return f"table_{self.floors[at]}", ""
        return None, ""

    def _ground(self, pk: int) -> Ground:
        told = {part: self.cleaned_data[f"flat_{pk}_{part}"] for part in _PARTS}
        return Ground(
            takes_part=told["takes_part"],
            exempt=told["exempt"],
            street_floor=1 if told["street_floor"] is None else told["street_floor"],
            stop=int(told["stop"]),
            compensation_fen=_fen(told["compensation"]) or 0,
        )

    def _costs(self) -> Costs | None:
        fixed, storey = _fen(self.cleaned_data["fixed"]), _fen(self.cleaned_data["storey"])
        return None if fixed is None and storey is None else Costs(fixed or 0, storey or 0)

    def _own_table(self) -> OwnTable | None:
        told = {floor: self.cleaned_data[f"table_{floor}"] for floor in self.floors}
        if not any(entry is not None for entry in told.values()):
            return None
        entries = tuple((floor, Fraction(entry or 0)) for floor, entry in told.items())
        return OwnTable(entries, self.cleaned_data["table_per"] or PER[1])

    def _own_fields(self) -> Iterator[tuple[str, forms.Field]]:
        """Make the fields of the rights, of a table of their own, and of each flat."""
        for matter, choices in RIGHTS.items():
            yield f"rights_{matter}", forms.ChoiceField(choices=_rights(matter, choices))
        for floor in self.floors:
            label = say(f"{self.words}.floor", spoken(), n=floor)
            yield f"table_{floor}", _entry_field(label)
        for flat in self.flats:
            for part, made in _PARTS.items():
                label = word(f"{self.words}.{part}", spoken())
                field: forms.Field = made()
                field.label = f"{flat.number} {label}"
                field.widget.attrs["aria-label"] = field.label
                yield f"flat_{flat.pk}_{part}", field

    def _offer(self, profiles: list[tuple[str, str]], asked: list[tuple[str, str]]) -> None:
        offered = {
            "profile": profiles,
            "entry": chosen("consultation.entries", ENTRIES),
            "asks": asked,
            "scheme": schemes(),
            "inside": chosen("consultation.insides", INSIDE, "consultation.insides.as-is"),
            "table_per": chosen("consultation.pers", PER),
            "running_rule": chosen("consultation.running_rules", RULES),
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # all are choices
        if not asked:
            del self.fields["asks"]


def schemes() -> list[tuple[str, str]]:
    """List the schemes there are numbers for, called by their titles."""
    named = ((ident, find(ident)) for ident in scheme_ids())
    return [(ident, one.title[spoken()]) for ident, one in named if one.by != _UNKNOWN]


def spelled(facts: Mapping[str, Any], numbers: Mapping[str, str]) -> dict[str, Any]:
    """Call flats by their ``numbers`` and schemes by their titles in the facts of a refusal."""
    told = dict(facts)
    if (flat := str(told.get("flat", ""))) in numbers:
        told["flat"] = numbers[flat]
    if (scheme := told.get("scheme")) in scheme_ids():
        told["scheme"] = find(str(scheme)).title[spoken()]
    return told


def first_values(facts: PlanFacts, ground: Mapping[int, Ground]) -> dict[str, Any]:
    """Fill the form from a plan's facts; ``ground`` lays out flats the facts leave out."""
    values: dict[str, Any] = {
        "name": facts.name,
        "profile": facts.profile,
        "entry": facts.entry,
        "stops": facts.stops,
        "position": facts.position,
        "asks": facts.asks,
        "subsidy": _yuan(facts.subsidy_fen),
        "scheme": facts.scheme,
        "inside": facts.inside,
        "fixed": _yuan(facts.costs.fixed_fen) if facts.costs else None,
        "storey": _yuan(facts.costs.storey_fen) if facts.costs else None,
        "table_per": facts.table.per if facts.table else PER[1],
        "running": _yuan(facts.running_fen) if facts.running_fen else None,
        "running_rule": facts.running_rule,
        "late_years": facts.late_years,
        "late_factor": _yuan(facts.late_factor_bp),
    }
    values |= {f"rights_{matter}": choice for matter, choice in facts.rights.items()}
    for floor, entry in facts.table.entries if facts.table else ():
        values[f"table_{floor}"] = Decimal(entry.numerator) / Decimal(entry.denominator)
    for pk, here in {**ground, **facts.ground}.items():
        values |= {
            f"flat_{pk}_takes_part": here.takes_part,
            f"flat_{pk}_exempt": here.exempt,
            f"flat_{pk}_street_floor": here.street_floor,
            f"flat_{pk}_stop": str(here.stop),
            f"flat_{pk}_compensation": _yuan(here.compensation_fen) or None,
        }
    return values


def _stop_field() -> forms.ChoiceField:
    return forms.ChoiceField(choices=chosen("consultation.stops", ("0", "-1", "1")))


def _money_field() -> forms.DecimalField:
    return forms.DecimalField(required=False, min_value=0, max_digits=10, decimal_places=2)


def _entry_field(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, max_digits=8, decimal_places=4)


_PARTS: Mapping[str, Any] = {
    "takes_part": lambda: forms.BooleanField(required=False),
    "exempt": lambda: forms.BooleanField(required=False),
    "compensation": _money_field,
    "street_floor": lambda: forms.IntegerField(required=False),
    "stop": _stop_field,
}


def _rights(matter: str, choices: Iterable[str]) -> list[tuple[str, str]]:
    return chosen(f"consultation.rights.{matter}", choices)


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else int(yuan * _FEN)


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / _FEN
