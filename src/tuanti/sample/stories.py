"""The consultations of the sample city: one for every state a stairwell can be in."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from django.utils import timezone

from tuanti.sample.consulting import Flat, Story, houses

Told: TypeAlias = Callable[[int], None]

_QUARTER = 4


def play(street: str, now: datetime, told: Told) -> None:
    """Play the stories in the houses of a street, as far as there are houses.

    They are counted back from the last time it was half past nine in the morning.
    """
    free, morning = houses(street), timezone.localtime(now).replace(hour=9, minute=30)
    morning -= timedelta(days=int(morning > now))
    for number, tell in enumerate(STORIES):
        well = _fitting(tell, free)
        if well is None:
            return
        free.remove(well)
        tell(well, morning.astimezone(UTC))
        told(number + 1)


def voting(well: Any, now: datetime) -> None:  # noqa: ANN401 (a row of places)
    """The vote is open for four more days: most have answered, a paper ballot waits."""
    story = Story(well, now - timedelta(days=60))
    story.wish(story.upper()[:5]).canvass().later(days=3).plan()
    story.at = now - timedelta(days=6)
    story.open(days=10)
    *most, last, paper, waiting = story.upper()
    story.vote(most[:-1]).vote_on_paper(paper).vote_on_paper(waiting, confirmed=False)
    story.visit([last, most[-1]])


def whole_way(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """From the first wish to the mandates: agreed demand."""
    story = Story(well, now - timedelta(days=110))
    story.wish(story.upper()).canvass().later(days=3).plan().open()
    story.vote(story.flats[2:], story.flats[1:2]).close().later(hours=20).post()
    story.agree().later(days=2).mandate()


def failed_on_area(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """Enough heads and too little area: the large flats said no."""
    story = Story(well, now - timedelta(days=50))
    against = _large(story.flats)
    story.wish(story.upper()[:4]).canvass().later(days=3).plan().open()
    story.vote([flat for flat in story.flats if flat not in against], against).close()


def objected(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """An objection on notice, not yet settled."""
    story = Story(well, now - timedelta(days=45))
    story.wish(story.upper()[:4]).canvass().later(days=2).plan()
    story.at = now - timedelta(days=14)
    story.open(days=8).vote(story.flats[2:]).close().later(hours=20).post()
    story.later(days=1).object(story.flats[1])


def mediated(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """An objection was settled by mediation; everybody has signed, mandates are awaited."""
    story = Story(well, now - timedelta(days=80))
    story.wish(story.upper()[:6]).canvass().later(days=2).plan().open()
    story.vote(story.flats[2:]).close().later(hours=20).post().later(days=2)
    story.object(story.flats[1]).mediate().agree()


def reopened(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """The first vote failed for want of turnout; a further ballot is being prepared."""
    story = Story(well, now - timedelta(days=90))
    story.wish(story.upper()[:3]).canvass(silent=2).later(days=2).plan().open()
    story.vote(story.upper()[: len(story.flats) // 2]).close().reopen()


def planning(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """Two plans are being compared."""
    story = Story(well, now - timedelta(days=30))
    story.wish(story.upper()[:5]).canvass().later(days=2).plan(chosen=False)


def canvassing(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """The worker is going from door to door."""
    story = Story(well, now - timedelta(days=9))
    story.wish(story.upper()[:4]).canvass(silent=5)


def wished(well: Any, now: datetime) -> None:  # noqa: ANN401 (as above)
    """Two neighbours have wished for a lift."""
    story = Story(well, now - timedelta(days=3))
    story.wish(story.upper()[:2])


STORIES = (
    voting, whole_way, failed_on_area, objected, mediated, reopened, planning, canvassing, wished,
)  # fmt: skip


def _fitting(tell: Callable[..., None], free: Sequence[Any]) -> Any:  # noqa: ANN401 (a row of places)
    if tell is not failed_on_area:
        return next(iter(free), None)
    return next((well for well in free if _large(list(well.flats.all()))), None)


def _large(flats: Sequence[Flat]) -> list[Flat]:
    """Find flats of no more than a quarter of the owners with over a quarter of the area; or none.

    Of each group of owners one flat at most, so that as many flats are as many votes.
    """
    by_owner: dict[frozenset[int], Flat] = {}
    for flat in sorted(flats, key=lambda flat: flat.area_dm2 or 0):
        by_owner[frozenset(held.owner_id for held in flat.ownerships.all())] = flat
    by_area = sorted(by_owner.values(), key=lambda flat: -(flat.area_dm2 or 0))
    large = by_area[: len(by_owner) // _QUARTER]
    whole = sum(flat.area_dm2 or 0 for flat in flats)
    enough = _QUARTER * sum(flat.area_dm2 or 0 for flat in large) > whole
    return large if enough and all(flat.area_dm2 for flat in flats) else []
