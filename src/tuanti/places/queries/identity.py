"""Who is who among the owners of an estate."""

from tuanti.people.vault import index
from tuanti.places.facts import OwnerFacts
from tuanti.places.models import Estate, Flat, Owner


def known_owner(estate: Estate, flat: Flat, facts: OwnerFacts) -> Owner | None:
    """Find who the facts speak of, among an estate's owners: by ID number, else name and phone.

    Without either, only someone of that name in the same flat.
    """
    there = estate.owners.filter(erased_on=None)
    if facts.id_number:
        return there.filter(id_index=index(facts.id_number)).first()
    named = there.filter(name=facts.name)
    if facts.phone:
        return named.filter(phone_index=index(facts.phone)).first()
    return named.filter(ownerships__flat=flat).first()
