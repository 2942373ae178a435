"""What a resident can do now: at each stage its own, each posted to an address of ``consent``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from tuanti.consent.queries import notices, papers, story
from tuanti.overview import qr
from tuanti.overview.answering import answerings, given, here, own_ballots
from tuanti.overview.case import Case, plan_of
from tuanti.overview.course import day_said, said
from tuanti.overview.signing import mandates_of, signings_of
from tuanti.places.codes import shown_code
from tuanti.texts.words import word
from tuanti.web.templatetags.tuanti import spoken

_WISHING = ("none", "wished", "withdrawn")
_TALKING = (
    "wished", "canvassing", "draft", "open", "closed", "passed", "on-notice", "objected", "agreed",
    "mandated", "failed",
)  # fmt: skip
Whole = Callable[[str], str]  # makes an address whole, with our host before it


@dataclass(frozen=True, slots=True)
class Act:
    """A button that does something; ``fields`` are sent along unseen, ``note`` stands above it."""

    url: str
    text: str
    fields: dict[str, str] = field(default_factory=dict)
    note: str = ""
    main: bool = True


def shown(case: Case, whole: Whole) -> dict[str, Any]:
    """Show a resident what they can do, and an office where its own page is."""
    posted = _posted(case, whole)
    if case.reader.kind == "office":
        return {"office_url": _office(case), "posted": posted}
    own = own_ballots(case)
    forms, code = tuple(answerings(case, own)), [case.reader.stairwell.code]
    ways = (*_wishes(case), *_leaving(case))
    known = plan_of(case) is not None
    return {
        "posted": posted,
        "answering": forms,
        "bar": forms[0] if len(forms) == 1 and len(forms[0].matters) == 1 else None,
        "given": [
            {"ballot": one, "qr": qr.drawn(whole(one.check_url))} for one in given(case, own)
        ],
        "ways": ways,
        "in_bar": len(ways) == 1 and case.state in _WISHING,
        "signings": signings_of(case),
        "mandates": mandates_of(case),
        "object": _objecting(case),
        "objections": _own_objections(case),
        "ask": _asking(case),
        "papers": _papers(case),
        "share_url": reverse("overview:share", args=code) if known else "",
        "pack_url": reverse("overview:pack", args=code) if known else "",
        "data_url": reverse("places:home"),
    }


def fields_of(case: Case, flat: Any) -> dict[str, str]:  # noqa: ANN401 (a row of places)
    """Make what every act for a flat sends along: which it is, and where to go on."""
    return {"flat": str(flat.pk), "next": here(case)}


def _office(case: Case) -> str:
    if case.consultation is None:
        return reverse("places:stairwell", args=[case.reader.stairwell.pk])
    return reverse("consent:consultation", args=[case.consultation.pk])


def _posted(case: Case, whole: Whole) -> dict[str, Any] | None:
    """Show the latest notice: its code, and from when to when it hangs."""
    notice = case.notice
    if notice is None or case.state in ("withdrawn", "draft", "open"):
        return None
    url = reverse("consent:check", args=[notice.code])
    period = {
        "first": day_said(notice.from_on),
        "last": day_said(notice.last_on),
        "n": (notice.last_on - notice.from_on).days + 1,
    }
    return {
        "qr": qr.drawn(whole(url)),
        "code": shown_code(notice.code),
        "period": said("notice.period", **period),
        "url": url,
    }


def _wishes(case: Case) -> Iterator[Act]:
    if case.state not in _WISHING:
        return
    wishing = set()
    if case.state == "wished":
        wishing = set(story.wishes_of(case.consultation).values_list("flat_id", flat=True))
    for flat in case.reader.flats:
        mine, many = flat.pk in wishing, len(case.reader.flats) > 1
        name = "withdraw" if mine else "make"
        yield Act(
            url=reverse("consent:wish-withdraw" if mine else "consent:wish"),
            text=said(f"wish.{name}_of", number=flat.number) if many else said(f"wish.{name}"),
            fields=fields_of(case, flat),
            note=said("wish.made") if mine else "",
            main=not mine,
        )


def _leaving(case: Case) -> Iterator[Act]:
    """Leave a mandate, until the lift is ordered."""
    if case.agreement is None or case.state not in ("agreed", "mandated"):
        return
    held = notices.mandates_in_force(case.agreement, case.today).filter(
        flat__in=case.reader.homes, owner=case.reader.actor.owner
    )
    for one in held:
        yield Act(
            url=reverse("consent:mandate-leave", args=[one.pk]),
            text=said("mandate.leave"),
            fields={"next": here(case)},
            note=said("mandate.held", number=one.flat.number, day=day_said(one.expires_on)),
            main=False,
        )


def _objecting(case: Case) -> dict[str, Any] | None:
    """The form for an objection, until the last day is over."""
    notice = case.notice
    if notice is None or case.state not in ("on-notice", "objected"):
        return None
    if notices.ended(notice, case.now):
        return None
    return {
        "url": reverse("consent:object", args=[notice.pk]),
        "next": here(case),
        "flats": case.reader.flats,
        "until": day_said(notice.last_on),
    }


def _own_objections(case: Case) -> list[dict[str, Any]]:
    """The reader's own objections to the latest notice, and how they stand."""
    if case.notice is None:
        return []
    rows = case.notice.objections.filter(owner=case.reader.actor.owner)
    return [
        {
            "text": one.text,
            "state": said(f"objection.{one.state}"),
            "sign": "ok" if one.state == "settled" else "wait",
            "back_url": reverse("consent:objection-take-back", args=[one.pk])
            if one.state == "open"
            else "",
            "next": here(case),
        }
        for one in rows
    ]


def _papers(case: Case) -> list[dict[str, str]]:
    """What the reader may print: the notice, their ballot form, the agreement and so on."""
    if case.consultation is None or case.state == "withdrawn":
        return []
    return [
        {
            "url": reverse("consent:paper", args=[case.consultation.pk, kind]),
            "text": word(f"papers.kinds.{kind}", spoken()),
        }
        for kind in papers.there(case.reader.actor, case.consultation)
    ]


def _asking(case: Case) -> dict[str, Any] | None:
    if case.state not in _TALKING:
        return None
    return {"url": reverse("consent:ask"), "fields": fields_of(case, case.reader.flats[0])}
