"""The acts before the vote: wishes, canvassing, the group, minutes, questions, statements."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from tuanti.consent import forms_story as forms
from tuanti.consent import permissions
from tuanti.consent.commands import planning, saying, wishes
from tuanti.consent.models import Meeting, Question, Representative, Statement
from tuanti.consent.queries import story
from tuanti.consent.views.story_doing import address, carried_out, form_page, in_words, said, seen
from tuanti.people.http import Request
from tuanti.people.queries import organisations
from tuanti.places import evidence
from tuanti.places.naming import whole_name
from tuanti.places.queries import scoped
from tuanti.rules.errors import RuleBroken
from tuanti.web.doing import fetched
from tuanti.web.forms import Form
from tuanti.web.templatetags.tuanti import spoken

_INVITED = ("design-institution", "supplier", "inspection-institution", "supervision-institution")


def wish_new(request: Request, stairwell_id: int) -> HttpResponse:
    """Enter a flat's wish for it."""
    wells = scoped.stairwells_for(request.actor, *permissions.RUN)
    stairwell = fetched(wells.select_related("building__estate"), stairwell_id)
    here = story.consultation_of(stairwell.pk)
    form = forms.WishForm(request.POST or None)
    wishing = list(story.wishes_of(here).values_list("flat", flat=True)) if here else []
    form.offer(stairwell.flats.exclude(pk__in=wishing))
    title = said("wish_form.title")

    def do() -> object:
        flat = int(form.cleaned_data["flat"])
        return wishes.make_wish(stairwell_id=stairwell.pk, flat_id=flat, **_by(request))

    if here is not None:
        return form_page(
            request, form, title=title, consultation=here, do=do, lead=said("wish_form.lead")
        )
    if request.method == "POST" and form.is_valid():
        try:
            do()
        except RuleBroken as refusal:
            form.refuse(in_words(refusal))
        else:
            begun = story.consultation_of(stairwell.pk)
            assert begun
            return redirect(address("consultation", begun.pk))
    return _founding(request, form, title, whole_name(stairwell, spoken()), stairwell.pk)


def wish_undo(request: Request, consultation_id: int, flat_id: int) -> HttpResponse:
    """Take a flat's wish back for it."""
    here = seen(request, consultation_id)
    return carried_out(
        request,
        lambda: wishes.withdraw_wish(consultation_id=here.pk, flat_id=flat_id, **_by(request)),
        address("consultation", here.pk),
    )


def begin_canvass(request: Request, consultation_id: int) -> HttpResponse:
    """Begin to ask everybody."""
    here = seen(request, consultation_id)
    return carried_out(
        request,
        lambda: wishes.begin_canvass(consultation_id=here.pk, **_by(request)),
        address("consultation", here.pk),
    )


def begin_planning(request: Request, consultation_id: int) -> HttpResponse:
    """Begin to talk about plans."""
    here = seen(request, consultation_id)
    return carried_out(
        request,
        lambda: planning.begin_planning(consultation_id=here.pk, **_by(request)),
        address("consultation", here.pk),
    )


def canvass_flat(request: Request, consultation_id: int, flat_id: int) -> HttpResponse:
    """Enter what a flat said when asked."""
    here = seen(request, consultation_id, *permissions.RUN)
    flat = fetched(here.stairwell.flats.all(), flat_id)
    form = forms.CanvassForm(request.POST or None)
    form.offer(flat.ownerships.select_related("owner"))
    return form_page(
        request,
        form,
        title=said("canvass_form.title", flat=flat.number),
        consultation=here,
        do=lambda: wishes.answer_canvass(
            consultation_id=here.pk,
            flat_id=flat.pk,
            answer=form.cleaned_data["answer"],
            note=form.cleaned_data["note"],
            owner_id=form.owner_id,
            **_by(request),
        ),
        lead=said("canvass_form.lead"),
    )


def representative_new(request: Request, consultation_id: int) -> HttpResponse:
    """Record who was elected into the owners' group."""
    here = seen(request, consultation_id, *permissions.RUN)
    form = forms.RepresentativeForm(
        request.POST or None, initial={"elected_on": timezone.localdate()}
    )
    form.offer(here.stairwell.flats.all())
    least, most = story.group_bounds(here)
    return form_page(
        request,
        form,
        title=said("representative_form.title"),
        consultation=here,
        do=lambda: planning.elect_representative(
            consultation_id=here.pk,
            owner_id=int(form.cleaned_data["owner"]),
            elected_on=form.cleaned_data["elected_on"],
            **_by(request),
        ),
        lead=said("representative_form.lead", least=least, most=most or "—"),
    )


def representative_end(request: Request, representative_id: int) -> HttpResponse:
    """Record that a representative left the group today."""
    rows = Representative.objects.filter(
        consultation__in=story.consultations_for(request.actor).values("pk")
    )
    seat = fetched(rows, representative_id)
    return carried_out(
        request,
        lambda: planning.end_representative(
            representative_id=seat.pk, left_on=timezone.localdate(), **_by(request)
        ),
        address("consultation", seat.consultation_id),
    )


def meeting_new(request: Request, consultation_id: int) -> HttpResponse:
    """Enter minutes."""
    here = seen(request, consultation_id, *permissions.ANSWER)
    form = forms.MeetingForm(
        request.POST or None, request.FILES or None, initial={"held_on": timezone.localdate()}
    )
    return form_page(
        request,
        form,
        title=said("meeting_form.title"),
        consultation=here,
        do=lambda: saying.hold_meeting(
            consultation_id=here.pk,
            facts=form.facts,
            paper=forms.paper_in(form.cleaned_data["paper"]),
            **_by(request),
        ),
        lead=said("meeting_form.lead"),
    )


def question_new(request: Request, consultation_id: int) -> HttpResponse:
    """Enter what someone asks or remarks."""
    here = seen(request, consultation_id, *permissions.RUN)
    form = forms.QuestionForm(request.POST or None)
    form.offer(here.stairwell.flats.all())
    return form_page(
        request,
        form,
        title=said("question_form.title"),
        consultation=here,
        do=lambda: saying.ask_question(
            consultation_id=here.pk,
            flat_id=int(form.cleaned_data["flat"]),
            text=form.cleaned_data["text"],
            **_by(request),
        ),
        lead=said("question_form.lead"),
    )


def question_answer(request: Request, question_id: int) -> HttpResponse:
    """Answer a question."""
    rows = story.consultations_for(request.actor, *permissions.ANSWER)
    question = fetched(
        Question.objects.filter(consultation__in=rows.values("pk")).select_related("flat"),
        question_id,
    )
    here = seen(request, question.consultation_id)
    form = forms.AnswerForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("answer_form.title", flat=question.flat.number),
        consultation=here,
        do=lambda: saying.answer_question(
            question_id=question.pk, answer=form.cleaned_data["answer"], **_by(request)
        ),
        lead=question.text,
    )


def statement_new(request: Request, consultation_id: int) -> HttpResponse:
    """Enter what a body says to the case."""
    here = seen(request, consultation_id, *permissions.SAY)
    form = forms.StatementForm(request.POST or None, request.FILES or None)
    if not permissions.may(request.actor, permissions.RUN, here):
        del form.fields["body"]  # they speak for their own
    return form_page(
        request,
        form,
        title=said("statement_form.title"),
        consultation=here,
        do=lambda: saying.state_finding(
            consultation_id=here.pk,
            facts=form.facts,
            paper=forms.paper_in(form.cleaned_data["paper"]),
            **_by(request),
        ),
        lead=said("statement_form.lead"),
    )


def invite(request: Request, consultation_id: int) -> HttpResponse:
    """Ask a body to take part."""
    here = seen(request, consultation_id, *permissions.RUN)
    form = forms.InviteForm(request.POST or None)
    asked = here.invitations.filter(ended_at=None).values("organisation")
    offered = organisations().filter(kind__in=_INVITED, closed_on=None)
    form.offer(offered.exclude(pk__in=asked).order_by("name"))
    return form_page(
        request,
        form,
        title=said("invite_form.title"),
        consultation=here,
        do=lambda: saying.invite(
            consultation_id=here.pk,
            organisation_id=form.cleaned_data["organisation"],
            **_by(request),
        ),
        lead=said("invite_form.lead"),
    )


def invitation_end(request: Request, consultation_id: int, organisation_id: str) -> HttpResponse:
    """End a body's part."""
    here = seen(request, consultation_id)
    return carried_out(
        request,
        lambda: saying.end_invitation(
            consultation_id=here.pk, organisation_id=organisation_id, **_by(request)
        ),
        address("consultation", here.pk),
    )


def withdraw(request: Request, consultation_id: int) -> HttpResponse:
    """Withdraw a consultation, for a reason."""
    here = seen(request, consultation_id, *permissions.RUN)
    form = forms.WithdrawForm(request.POST or None)
    return form_page(
        request,
        form,
        title=said("withdraw_form.title"),
        consultation=here,
        do=lambda: planning.withdraw_consultation(
            consultation_id=here.pk, reason=form.cleaned_data["reason"], **_by(request)
        ),
        lead=said("withdraw_form.lead"),
        submit="consultation.withdraw_form.submit",
        kind="danger",
    )


def meeting_paper(request: Request, meeting_id: int) -> HttpResponse:
    """Hand over the signed sheet of a meeting."""
    rows = story.consultations_for(request.actor, *permissions.KNOW)
    return _paper(fetched(Meeting.objects.filter(consultation__in=rows.values("pk")), meeting_id))


def statement_paper(request: Request, statement_id: int) -> HttpResponse:
    """Hand over the paper of a statement."""
    rows = story.consultations_for(request.actor)
    found = Statement.objects.filter(consultation__in=rows.values("pk"))
    return _paper(fetched(found, statement_id))


def _paper(row: Meeting | Statement) -> HttpResponse:
    if row.paper is None:
        raise Http404
    try:
        content = evidence.read(row.paper.path)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(content, content_type=row.paper.kind)
    suffix = row.paper.path.rpartition(".")[2]
    name = f"{row.paper.digest[:12]}.{suffix}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _founding(
    request: Request, form: Form, title: str, place: str, stairwell_id: int
) -> HttpResponse:
    """Show the form of a first wish, for a stairwell that has no consultation yet."""
    up = reverse("places:stairwell", args=[stairwell_id])
    context = {
        "form": form,
        "title": title,
        "trail": [(said("title"), address("consultations")), (place, up), (title, "")],
        "lead": said("wish_form.first"),
        "submit": "web.form.save",
        "kind": "main",
        "cancel": up,
    }
    return render(request, "consent/story/form.html", context)


def _by(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "now": timezone.now()}
