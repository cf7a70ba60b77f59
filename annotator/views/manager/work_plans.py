"""Quota, absence and hand-over of one annotator."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from annotator.domain.allocation import work_plans
from annotator.domain.manager.hand_over import HandOver, open_work
from annotator.domain.manager.hand_over import hand_over as hand_over_work
from annotator.forms.work_plans import AbsenceForm, HandOverForm, QuotaForm
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater

MANAGER = Membership.Role.MANAGER


@require_POST
@corpus_view(MANAGER)
def quota(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Set how many dialogues a person gets at most."""
    rater, form = _rater(corpus, public_id), QuotaForm(request.POST)
    if not form.is_valid():
        _complain(request, form)
    else:
        work_plans.set_quota(rater=rater, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("annotator:person", corpus.slug, public_id)


@require_POST
@corpus_view(MANAGER)
def absence(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Plan, end or cancel an absence."""
    rater, form = _rater(corpus, public_id), AbsenceForm(request.POST)
    if request.POST.get("what") == "end":
        work_plans.end_absence(rater=rater)
        messages.success(request, _("%(person)s gets new work again.") % {"person": _name(rater)})
    elif not form.is_valid():
        _complain(request, form)
    else:
        try:
            work_plans.set_absence(rater=rater, today=timezone.localdate(), **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            _say_absent(request, rater)
    return redirect("annotator:person", corpus.slug, public_id)


@corpus_view(MANAGER)
def hand_over(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show a person's open work and hand it over when that is confirmed."""
    rater = _rater(corpus, public_id)
    form = HandOverForm(request.POST if request.method == "POST" else None, rater=rater)
    if request.method == "POST" and form.is_valid():
        try:
            result = hand_over_work(rater=rater, to=list(form.cleaned_data["to"]), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            for sentence in _sentences(result):
                messages.success(request, sentence)
            return redirect("annotator:person", corpus.slug, public_id)
    context = {"corpus": corpus, "membership": membership, "rater": rater, "form": form, "work": open_work(rater=rater)}
    return render(request, "annotator/progress/hand_over.html", context)


def _say_absent(request: HttpRequest, rater: Rater) -> None:
    text = _("%(person)s gets no new work in that time. The absence ends by itself.") % {"person": _name(rater)}
    if count := work_plans.open_dialogues(rater=rater):
        more = ngettext(
            "Others may take over %(count)s open dialogue then.",
            "Others may take over %(count)s open dialogues then.",
            count,
        )
        text = f"{text} {more % {'count': count}}"
    messages.success(request, text)


def _sentences(result: HandOver) -> list[str]:
    counted = (
        (
            result.given,
            ngettext("%(n)s open dialogue handed over.", "%(n)s open dialogues handed over.", result.given),
        ),
        (
            result.freed,
            ngettext(
                "%(n)s open dialogue is free for others.", "%(n)s open dialogues are free for others.", result.freed
            ),
        ),
        (
            result.reserved,
            ngettext("%(n)s slot reassigned to others.", "%(n)s slots reassigned to others.", result.reserved),
        ),
        (
            result.left,
            ngettext(
                "%(n)s slot stays reserved: none of these people can fill it.",
                "%(n)s slots stay reserved: none of these people can fill them.",
                result.left,
            ),
        ),
    )
    return [text % {"n": count} for count, text in counted if count]


def _complain(request: HttpRequest, form: QuotaForm | AbsenceForm) -> None:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, " ".join([f"{label}:" if label else "", *(str(error) for error in errors)]).strip())


def _name(rater: Rater) -> str:
    return str(rater.membership.user) if rater.membership else rater.slug


def _rater(corpus: Corpus, public_id: uuid.UUID) -> Rater:
    members = Rater.objects.filter(corpus=corpus, kind=Rater.Kind.MEMBER)
    return get_object_or_404(members.select_related("membership__user", "corpus"), public_id=public_id)
