"""Forms of a vote: they check shapes and give facts; commands decide and keep."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from tuanti.consent.balloting import ANSWERS
from tuanti.consent.commands.ballots import CAPACITIES, REASONS, ProxyFacts
from tuanti.consent.refusals.polls import FormTorn
from tuanti.rules.ballots import WINS
from tuanti.rules.deadlines import closes_at
from tuanti.texts.words import word
from tuanti.web.forms import Form, chosen
from tuanti.web.templatetags.tuanti import spoken

ANSWER = "answer_"  # and the matter: a field of every ballot form


class PollForm(Form):
    """From when until when a vote is open, who is asked, how it is counted, which way wins."""

    words = "polls.poll_form"

    opens_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    with_estate = forms.BooleanField(required=False)
    counted_by = forms.ChoiceField(widget=forms.RadioSelect)
    wins = forms.ChoiceField(widget=forms.RadioSelect, initial="later")

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        self.fields["wins"].choices = chosen("polls.wins", WINS)  # type: ignore[attr-defined]  # has them

    def offer(self, rules: Sequence[tuple[str, str]]) -> None:
        """Offer these rules to count by, each with its key; one alone is no choice."""
        self.fields["counted_by"].choices = rules  # type: ignore[attr-defined]  # has them
        self.fields["counted_by"].initial = rules[0][0]
        if len(rules) == 1:
            del self.fields["counted_by"]

    def period(self, now: datetime) -> dict[str, datetime]:
        """When it opens (now, if no day is given) and closes: when the last day is over."""
        opens: date | None = self.cleaned_data["opens_on"]
        begins = timezone.make_aware(datetime.combine(opens, time())) if opens else now
        return {"opens_at": begins, "closes_at": closes_at(self.cleaned_data["last_on"])}


class CodeForm(Form):
    """The code on a ballot form, scanned or typed."""

    words = "polls.code_form"

    code = forms.CharField(
        max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True})
    )


class PaperForm(Form):
    """A ballot on paper: whose it is, what it says, its photo."""

    words = "polls.paper_form"

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    owner = forms.ChoiceField(widget=forms.RadioSelect)
    proxy = forms.ChoiceField(required=False)
    paper = forms.FileField()

    def ask(
        self,
        matters: Sequence[str],
        owners: Sequence[tuple[str, str]],
        proxies: Sequence[tuple[str, str]],
    ) -> None:
        """Ask about these matters, and offer these owners and proxies."""
        self.fields["client_id"].initial = uuid.uuid4
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]  # has them
        if len(owners) == 1:
            self.fields["owner"].initial = owners[0][0]
        none = ("", word("polls.paper_form.no_proxy", spoken()))
        self.fields["proxy"].choices = [none, *proxies]  # type: ignore[attr-defined]  # has them
        if not proxies:
            del self.fields["proxy"]
        for matter in matters:
            self.fields[f"{ANSWER}{matter}"] = forms.ChoiceField(
                widget=forms.RadioSelect,
                choices=chosen("consent.stands", ANSWERS),
                label=word(f"consent.matters.{matter}", spoken()),
            )
        self.order_fields(["client_id", "owner", "proxy", *self._answers(), "paper"])

    @property
    def answers(self) -> Mapping[str, str]:
        """What it says, by matter."""
        return {name.removeprefix(ANSWER): self.cleaned_data[name] for name in self._answers()}

    @property
    def proxy_id(self) -> int | None:
        """The proxy who signed it, if one did."""
        return int(self.cleaned_data.get("proxy") or 0) or None

    def _answers(self) -> list[str]:
        return [name for name in self.fields if name.startswith(ANSWER)]


class RefuseForm(Form):
    """Why a ballot is refused."""

    words = "polls.refuse_form"

    reason = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args: Any, **facts: Any) -> None:  # noqa: ANN401 (Django's own shape)
        super().__init__(*args, **facts)
        self.fields["reason"].choices = chosen("polls.reasons", REASONS)  # type: ignore[attr-defined]  # has them


class OriginalForm(Form):
    """The signed original of a ballot by phone."""

    words = "polls.original_form"

    paper = forms.FileField()


class ProxyForm(Form):
    """Who may vote for whom, from the paper that says so."""

    words = "polls.proxy_form"

    owner = forms.ChoiceField()
    holder = forms.CharField(max_length=80)
    capacity = forms.ChoiceField()
    from_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    paper = forms.FileField()

    def offer(self, owners: Sequence[tuple[str, str]]) -> None:
        """Offer these owners."""
        first = ("", word("polls.proxy_form.choose", spoken()))
        self.fields["owner"].choices = [first, *owners]  # type: ignore[attr-defined]  # has them
        capacities = chosen("polls.capacities", CAPACITIES)
        self.fields["capacity"].choices = capacities  # type: ignore[attr-defined]  # as above

    @property
    def facts(self) -> ProxyFacts:
        """What was filled in."""
        told = self.cleaned_data
        return ProxyFacts(told["holder"], told["capacity"], told["from_on"], told["until_on"])


def cast_from(posted: QueryDict) -> dict[str, Any]:
    """Read a resident's ballot: ``client_id``, ``flat`` and ``answer_<matter>`` for every matter.

    :raises FormTorn: the form's number or the flat is missing or none.
    """
    try:
        told = {name: str(posted[name]) for name in ("client_id", "flat")}
        found = {"client_id": uuid.UUID(told["client_id"]), "flat_id": int(told["flat"])}
    except (KeyError, ValueError):
        raise FormTorn from None
    answers = {
        name.removeprefix(ANSWER): str(value)
        for name, value in posted.items()
        if name.startswith(ANSWER)
    }
    return found | {"answers": answers}
