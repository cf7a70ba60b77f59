"""The manager's pages of training, test and gold: settings, dialogues and results."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotator.access import sees_figures_of_raters, shows_answers
from annotator.charts import score_chart
from annotator.domain.calibration import manual_qualification, results, settings
from annotator.domain.calibration.answer_names import Namer
from annotator.domain.calibration.answer_sets import experts
from annotator.forms.calibration import CalibrationForm, UseForm
from annotator.models import ResultItem
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Dialogue, Membership, Purpose, Rater

PER_PAGE = 50
MOST_MISSED = 100
MOST_AT_ONCE = 200


@require_http_methods(["GET", "POST"])
@corpus_view(Membership.Role.MANAGER)
def show(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show and change the calibration settings; show the status of people."""
    calibration = settings.settings_of(corpus)
    initial = {name: getattr(calibration, name) for name in CalibrationForm.base_fields}
    form = CalibrationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            settings.change_calibration(corpus=corpus, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("annotator:calibration", corpus.slug)
    hides_raters = not sees_figures_of_raters(membership)
    people = [] if hides_raters else results.people(corpus=corpus)
    context = {
        "hides_raters": hides_raters,
        "corpus": corpus,
        "membership": membership,
        "settings": calibration,
        "form": form,
        "used": results.used_dialogues(corpus=corpus),
        "people": [(person, score_chart(person.trend, percent=calibration.pass_percent)) for person in people],
        "is_required": calibration.has_training or calibration.has_test,
    }
    return render(request, "annotator/calibration/overview.html", context)


@require_http_methods(["GET", "POST"])
@corpus_view(Membership.Role.MANAGER)
def pick(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Choose dialogues, and the people whose answers become the accepted ones."""
    form = UseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            count = _use(request, corpus, membership, form.cleaned_data)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            message = ngettext("%(count)s dialogue is now in use.", "%(count)s dialogues are now in use.", count)
            messages.success(request, message % {"count": count})
            return redirect("annotator:calibration", corpus.slug)
    candidates = results.candidates(corpus=corpus)
    context = {
        "corpus": corpus,
        "membership": membership,
        "form": form,
        "experts": experts(corpus=corpus),
        "dialogues": Paginator(candidates, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "annotator/calibration/pick.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def stop_using(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Stop using a dialogue."""
    settings.stop_using_dialogue(dialogue=get_object_or_404(Dialogue, public_id=public_id, corpus=corpus))
    messages.success(request, _("The dialogue is no longer in use. Its results remain."))
    return redirect("annotator:calibration", corpus.slug)


def _calibration_dialogues(corpus: Corpus, public_id: uuid.UUID) -> QuerySet[Dialogue]:
    """Return the dialogues in use, and those with results of this person, which may no longer be in use."""
    scored = ResultItem.objects.filter(
        answer_set__utterance__dialogue=OuterRef("pk"), result__rater__public_id=public_id
    )
    return Dialogue.objects.filter(Q(calibration__isnull=False) | Exists(scored), corpus=corpus)


@corpus_view(Membership.Role.MANAGER)
@shows_answers(_calibration_dialogues)
@require_safe
def person(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the results of one person by use and question, and their wrong answers."""
    rater = get_object_or_404(
        Rater.objects.select_related("membership__user"), public_id=public_id, corpus=corpus, kind=Rater.Kind.MEMBER
    )
    namer = Namer(corpus.codebook.rules() if corpus.codebook else None, get_language() or "en")
    missed: list[Any] = []
    for item in results.judged_items(rater=rater).iterator():
        if wrong := results.wrong(item):
            missed.append((item, [namer.row(slug, given, accepted) for slug, given, accepted in wrong]))
        if len(missed) == MOST_MISSED:
            break
    uses = [(use, results.questions_of(rater=rater, purpose=use)) for use in reversed(_uses())]
    context = {
        "corpus": corpus,
        "membership": membership,
        "rater": rater,
        "uses": [
            (Purpose(use).label, [(namer.question(slug), score) for slug, score in scores.items()])
            for use, scores in uses
            if scores
        ],
        "missed": missed,
        "person": next((each for each in results.people(corpus=corpus) if each.rater == rater), None),
    }
    return render(request, "annotator/calibration/person.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def decide(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Qualify a person, or allow another test."""
    rater = get_object_or_404(
        Rater.objects.select_related("corpus__calibration"),
        public_id=public_id,
        corpus=corpus,
        kind=Rater.Kind.MEMBER,
    )
    try:
        if request.POST.get("act") == "let_through":
            manual_qualification.qualify(rater=rater, by=membership.user, now=timezone.now())
            messages.success(request, _("This person can now do main work."))
        else:
            manual_qualification.allow_retake(rater=rater)
            messages.success(request, _("This person can take the test again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:calibration", corpus.slug)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def qualify_workers(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Qualify all annotators with a finished main dialogue."""
    count = manual_qualification.qualify_workers(corpus=corpus, by=membership.user, now=timezone.now())
    message = ngettext(
        "%(count)s person qualified without a test.", "%(count)s people qualified without a test.", count
    )
    messages.success(request, message % {"count": count})
    return redirect("annotator:calibration", corpus.slug)


def _uses() -> list[str]:
    return [str(use) for use in settings.USES]


def _use(request: HttpRequest, corpus: Corpus, membership: Membership, chosen: dict[str, Any]) -> int:
    raters = list(experts(corpus=corpus).filter(public_id__in=_ids(request, "rater")))
    count = request.POST.get("count", "")
    if "agreeing" in request.POST:
        if not raters:
            raise Refused("calibration.nobody_chosen")
        most = min(int(count), MOST_AT_ONCE) if count.isdecimal() else 0
        dialogues = list(settings.with_full_agreement(corpus=corpus, raters=raters, most=most))
        if not dialogues:
            raise Refused("calibration.none_agrees")
    else:
        dialogues = list(Dialogue.objects.filter(corpus=corpus, public_id__in=_ids(request, "dialogue")))
        if not dialogues:
            raise Refused("calibration.nothing_chosen")
    return settings.use_dialogues(
        dialogues=dialogues,
        raters=raters,
        unanimous=bool(chosen["unanimous"]),
        use=chosen["use"],
        part=chosen["part"],
        author=membership.user,
    )


def _ids(request: HttpRequest, name: str) -> list[uuid.UUID]:
    ids = []
    for sent in request.POST.getlist(name):
        try:
            ids.append(uuid.UUID(sent))
        except ValueError:
            continue  # not sent by the form of this page
    return ids
