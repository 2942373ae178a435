"""How owners and flats are shown: masked, with what may be done."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from tuanti.people.vault import masked, masked_name
from tuanti.places.commands import flats, owners
from tuanti.places.models import Agreement, Flat, Owner, Ownership
from tuanti.places.views.doing import fact, name_of, said
from tuanti.texts.words import word
from tuanti.web.doing import Way
from tuanti.web.templatetags.tuanti import moment, spoken, square_metres

STATES: dict[str, Callable[..., Flat]] = {
    "sealed": flats.seal_flat,
    "unreachable": flats.mark_flat_unreachable,
    "free": flats.free_flat,
}
_UNSHARED = {True: "owner.sole", False: "owner.joint"}
LIVES: dict[str, Callable[..., Owner]] = {
    "died": owners.mark_owner_died,
    "unreachable": owners.mark_unreachable,
    "living": owners.mark_found,
}


def shown_name(here: Owner) -> str:
    """Name an owner as pages do: masked, or by number once erased."""
    return said("owner.erased", number=here.pk) if here.erased_on else masked_name(here.name)


def flat_facts(here: Flat) -> list[dict[str, object]]:
    """List what is on file of a flat."""
    tenure = word(f"places.tenures.{here.tenure}", spoken())
    state = word(f"places.states.{here.state}", spoken())
    return [
        fact("flat.floor", here.floor),
        fact("flat.area", square_metres(here.area_dm2)),
        fact("flat.tenure", tenure),
        fact("flat.state", state, state="ok" if here.state == "free" else "warn"),
    ]


def shown_owner(held: Ownership, *, keeps: bool) -> dict[str, Any]:
    """Show an owner of a flat: masked, what they hold of it, and what may be done."""
    here = held.owner
    ways, acts = [], []
    if keeps:
        ways = [
            Way(to_owner(here), said("owner.open"), "person"),
            Way(reverse("places:owner-reveal", args=[here.pk]), said("reveal.title"), "eye"),
        ]
        if here.life == "died":
            heirs = reverse("places:ownership-heirs", args=[held.pk])
            ways.append(Way(heirs, said("owner.heirs"), "people"))
        sold = reverse("places:ownership-transfer", args=[held.pk])
        ways.append(Way(sold, said("owner.transfer"), "edit"))
        end = reverse("places:ownership-end", args=[held.pk])
        acts = [{"url": end, "text": said("owner.end")}, *_life_acts(here)]
    return {"name": masked_name(here.name), "facts": _held_facts(held), "ways": ways, "acts": acts}


def _held_facts(held: Ownership) -> list[dict[str, object]]:
    here = held.owner
    return [
        fact("owner.phone", masked(here.phone)),
        fact("owner.id_number", masked(here.id_number)),
        fact("owner.share", held.share or said(_UNSHARED[held.flat.ownerships.count() == 1])),
        fact("owner.standing", word(f"places.standings.{held.standing}", spoken())),
        fact("owner.life", word(f"places.lives.{here.life}", spoken())),
    ]


def owner_facts(here: Owner) -> list[dict[str, object]]:
    """List what is on file of an owner, masked."""
    held = here.ownerships.select_related("flat__stairwell__building__estate")
    return [
        fact("owner.phone", masked(here.phone)),
        fact("owner.id_number", masked(here.id_number)),
        fact("owner.life", word(f"places.lives.{here.life}", spoken())),
        *(
            fact("owner.owns", name_of(one.flat), url=reverse("places:flat", args=[one.flat_id]))
            for one in held
        ),
    ]


def owner_ways(here: Owner) -> list[Way]:
    """Offer what may be done about an owner."""
    if here.erased_on:
        return []
    at = [here.pk]
    return [
        Way(reverse("places:owner-reveal", args=at), said("reveal.title"), "eye"),
        Way(reverse("places:owner-edit", args=at), said("owner.edit")),
        Way(reverse("places:agreement-new", args=at), said("agreement.new"), "paper"),
    ]


def _life_acts(here: Owner) -> list[dict[str, str]]:
    return [
        {
            "url": reverse("places:owner-life", args=[here.pk, life]),
            "text": said(f"lives_do.{life}"),
        }
        for life in LIVES
        if life != here.life
    ]


def state_acts(here: Flat) -> list[dict[str, str]]:
    """Offer the other states of a flat."""
    return [
        {
            "url": reverse("places:flat-state", args=[here.pk, state]),
            "text": said(f"states_do.{state}"),
        }
        for state in STATES
        if state != here.state
    ]


def agreements_of(here: Owner) -> Any:  # noqa: ANN401 (a queryset)
    """Select what a person agreed to, the latest first."""
    return here.agreements.select_related("evidence").order_by("-id")


def shown_agreement(one: Agreement, *, keeps: bool) -> dict[str, object]:
    """Show an agreement: whether it holds, how it was given, its paper to those who keep it."""
    held = one.withdrawn_at is None
    how = "agreement.on_behalf" if one.on_behalf else "agreement.own"
    withdraw = reverse("places:agreement-withdraw", args=[one.pk]) if keeps and held else ""
    return {
        "purpose": word(f"places.purposes.{one.purpose}", spoken()),
        "state": "ok" if held else "no",
        "text": said("agreement.given" if held else "agreement.taken_back"),
        "note": said(how, at=moment(one.given_at)),
        "withdraw_url": withdraw,
        "evidence_url": reverse("places:evidence", args=[one.evidence_id])
        if keeps and one.evidence_id
        else "",
    }


def to_owner(here: Owner) -> str:
    """Tell the address of an owner's page."""
    return reverse("places:owner", args=[here.pk])
