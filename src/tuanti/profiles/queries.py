"""Which lifts a plan may name on a day, and what they should cost."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from django.db.models import Q, QuerySet

from tuanti.profiles.models import CostModel, Profile
from tuanti.profiles.refusals import ProfileUnknown
from tuanti.rules import cost_model, estimate


@dataclass(frozen=True, slots=True)
class InForce:
    """A cost model in force: since when, its text and digest, and what it says.

    ``from_on`` is None for the packaged one, which holds until a city adopts its own.
    """

    model: cost_model.Model
    text: str
    digest: str
    from_on: date | None = None


def profiles_on(day: date) -> QuerySet[Profile]:
    """Select the profiles plans may name on a day."""
    return Profile.objects.filter(Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day)


def profile_on(name: str, day: date) -> Profile:
    """Find a profile by its name.

    :raises ProfileUnknown: there is none on that day.
    """
    found = profiles_on(day).filter(pk=name).first()
    if found is None:
        raise ProfileUnknown(name=name)
    return found


def cost_model_on(day: date) -> InForce:
    """Find the cost model in force on a day; the packaged one where none was adopted yet."""
    row = CostModel.objects.filter(from_on__lte=day).first()
    if row is None:
        return _packaged()
    return InForce(_read(row.text), row.text, row.digest, row.from_on)


def cost_models() -> QuerySet[CostModel]:
    """Select the cost models that were adopted, the latest first."""
    return CostModel.objects.all()


def estimate_of(
    profile: str, stops: int, entry: str, asks: tuple[str, ...], on: date
) -> estimate.Estimate:
    """Estimate a lift from the ground up, by the cost model in force on a day.

    :raises LiftRefused: the model does not know it; ``faults`` says what of it.
    """
    lift = estimate.Lift(profile, stops, entry, asks=asks)  # type: ignore[arg-type]  # checked there
    return estimate.estimate(lift, cost_model_on(on).model)


def digest_of(text: str) -> str:
    """Take the digest a cost model is known by."""
    return sha256(text.encode()).hexdigest()


@lru_cache(maxsize=8)
def _read(text: str) -> cost_model.Model:
    return cost_model.read(text)


@lru_cache(maxsize=1)
def _packaged() -> InForce:
    text = (files("tuanti.rules") / "cost_model.toml").read_text(encoding="utf-8")
    return InForce(cost_model.packaged(), text, digest_of(text))
