"""Papers of a consultation: which there are, for whom, and the facts each is made from."""

from collections.abc import Callable, Mapping

from tuanti.consent import permissions
from tuanti.consent.models import Consultation
from tuanti.consent.queries import notices, papers_home, papers_vote, polls
from tuanti.consent.queries.papers_told import Printing
from tuanti.consent.queries.papers_vote import Made, closed
from tuanti.papers.facts import Facts
from tuanti.people.actors import Actor
from tuanti.places.queries.scoped import flats_for

# Papers of one flat, or of all flats at once.
SINGLE = frozenset({"ballot", "mandate", "pack"})
# What a resident may have: of the stairwell, and of their own flats.
RESIDENTS = frozenset({"notice", "agreement", *SINGLE})
# What everybody who sees the consultation may have; the rest is for those who know who said what.
ANYBODY = frozenset({"notice", "tally"})

KINDS: Mapping[str, Callable[[Consultation, Printing], Made]] = {
    "ballot": papers_vote.ballots,
    "doors": papers_vote.doors,
    "summary": papers_vote.summaries,
    "tally": papers_vote.tallies,
    "notice": papers_vote.notices_posted,
    "objections": papers_vote.objections,
    "minutes": papers_home.minutes,
    "agreement": papers_home.agreements,
    "mandate": papers_home.mandates,
    "pack": papers_home.packs,
}
# Whether there is one: without making it.
_THERE: Mapping[str, Callable[[Consultation, Actor], bool]] = {
    "notice": lambda here, _: notices.notice_of(here) is not None,
    "ballot": lambda here, _: here.state == "open" and polls.poll_of(here) is not None,
    "minutes": lambda here, _: here.meetings.exists(),
    "tally": lambda here, _: closed(here) is not None,
    "objections": lambda here, _: notices.notice_of(here) is not None,
    "agreement": lambda here, _: notices.agreement_of(here) is not None,
    "summary": lambda here, _: here.plan_id is not None,
    "mandate": lambda here, _: notices.agreement_of(here) is not None,
    "pack": lambda here, _: here.plan_id is not None,
    "doors": lambda here, _: (
        here.state in ("wished", "canvassing", "open")
        or (here.state in ("on-notice", "agreed") and notices.agreement_of(here) is not None)
    ),
}


def kinds_for(actor: Actor, here: Consultation) -> list[str]:
    """Name the papers an actor may have of a consultation, whether they exist yet or not."""
    if actor.kind == "resident":
        own = permissions.may(actor, (), here, allow_resident=True)
        return [kind for kind in KINDS if own and kind in RESIDENTS]
    knows = permissions.may(actor, permissions.KNOW, here, allow_resident=False)
    return [kind for kind in KINDS if knows or kind in ANYBODY]


def there(actor: Actor, here: Consultation) -> list[str]:
    """Name the papers there are now for an actor."""
    return [kind for kind in kinds_for(actor, here) if _THERE[kind](here, actor)]


def paper_of(
    here: Consultation, kind: str, printing: Printing, *, which: int | None = None
) -> list[Facts]:
    """Make the facts of a paper: of ``which`` flat or meeting, or of all; none where none are.

    A resident gets papers of their own flats only.
    """
    if kind not in kinds_for(printing.by, here):
        return []
    made = KINDS[kind](here, printing)
    return [one for pk, one in made if _wanted(pk, which, printing.by)]


def _wanted(pk: int, which: int | None, by: Actor) -> bool:
    if pk and by.kind == "resident" and not flats_for(by).filter(pk=pk).exists():
        return False
    return which is None or pk == which
