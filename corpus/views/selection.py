"""The page of the selection: which dialogues were screened in or out or drawn, and why."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.selection.candidates import Criteria, candidates, criteria_from
from corpus.domain.selection.steps import draw_dialogues, screen_dialogues, undo_step
from corpus.domain.selection.summary import selection_counts
from corpus.forms.selection import CriteriaForm, DrawForm
from corpus.models import Corpus, Dialogue, Episode, Membership, Screening, SelectionStep, Utterance

MANAGER = Membership.Role.MANAGER
PER_PAGE = 50
STEPS = 50  # newest ones that are listed
REASONS = 20
FIELDS = ("screened", "series", "episode", "text", "shortest")
SEEDS = 1_000_000


@require_GET
@corpus_view(MANAGER)
def selection(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the candidates that meet the criteria of the query, forms that decide on them, and the steps so far."""
    return _shown(request, corpus, membership, request.GET, DrawForm(initial={"seed": secrets.randbelow(SEEDS)}))


@require_POST
@corpus_view(MANAGER)
def screen(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Screen the selected dialogues, or all that were found, in or out."""
    criteria = criteria_from(request.POST)
    if request.POST.get("scope") != "all":
        criteria = Criteria(screened="all", codes=tuple(request.POST.getlist("dialogue")) or ("",))
    is_in = request.POST.get("decision") == "in"

    def write() -> None:
        step = screen_dialogues(
            corpus=corpus,
            criteria=criteria,
            is_in=is_in,
            reason=request.POST.get("reason", ""),
            decided_by=membership.user,
        )
        text = (
            ngettext("%(count)s dialogue screened in.", "%(count)s dialogues screened in.", step.population)
            if is_in
            else ngettext("%(count)s dialogue screened out.", "%(count)s dialogues screened out.", step.population)
        )
        messages.success(request, text % {"count": step.population})

    return _done(request, corpus, write)


@require_POST
@corpus_view(MANAGER)
def draw(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Draw dialogues at random from those that were found."""
    form = DrawForm(request.POST)
    if not form.is_valid():
        return _shown(request, corpus, membership, request.POST, form)

    def write() -> None:
        step = draw_dialogues(
            corpus=corpus, criteria=criteria_from(request.POST), decided_by=membership.user, **form.cleaned_data
        )
        text = _("%(taken)s of %(population)s dialogues drawn; the others are screened out.")
        messages.success(request, text % {"taken": step.taken, "population": step.population})

    return _done(request, corpus, write)


@require_POST
@corpus_view(MANAGER)
def undo(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Undo a step."""
    step = get_object_or_404(SelectionStep, corpus=corpus, public_id=public_id)

    def write() -> None:
        undo_step(step=step, undone_by=membership.user)
        messages.success(request, _("Undone. Its dialogues are as they were before."))

    return _done(request, corpus, write)


def _done(request: HttpRequest, corpus: Corpus, write: Callable[[], None]) -> HttpResponse:
    """Perform a step and return to the page with the same criteria."""
    try:
        write()
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('corpus:selection', args=[corpus.slug])}?{_query(request.POST)}")


def _query(values: QueryDict) -> str:
    kept = QueryDict(mutable=True)
    for name in FIELDS:
        if value := values.get(name):
            kept[name] = str(value)
    return kept.urlencode()


def _shown(
    request: HttpRequest, corpus: Corpus, membership: Membership, values: QueryDict, draw_form: DrawForm
) -> HttpResponse:
    criteria = criteria_from(values)
    found = candidates(corpus, criteria)
    page = Paginator(_listed(found), PER_PAGE).get_page(request.GET.get("page"))
    initial = {**{name: values.get(name, "") for name in FIELDS}, "screened": criteria.screened}
    steps = corpus.selection_steps.select_related("created_by", "undone_by")
    newest = list(steps[:STEPS])
    reasons = steps.filter(kind=SelectionStep.Kind.SCREEN).order_by("-pk").values_list("reason", flat=True)[:REASONS]
    restricted = replace(criteria, screened="undecided") != Criteria()
    context: dict[str, Any] = {
        "corpus": corpus,
        "membership": membership,
        "counts": selection_counts(corpus),
        "criteria": criteria,
        "form": CriteriaForm(initial=initial, corpus=corpus),
        "kept": [(name, values.get(name, "")) for name in FIELDS if values.get(name)],
        "query": _query(values),
        "episodes": Episode.objects.filter(series__corpus=corpus).order_by("title").values_list("title", flat=True),
        "page": page,
        "draw_form": draw_form,
        "can_draw": criteria.screened in {"undecided", "in"},
        "restricted": restricted,
        "steps": newest,
        "reasons": list(dict.fromkeys(reasons)),
    }
    return render(request, "corpus/selection.html", context, status=422 if draw_form.errors else 200)


def _listed(found: QuerySet[Dialogue]) -> QuerySet[Dialogue]:
    first = Utterance.objects.filter(dialogue=OuterRef("pk")).order_by("order").values("text")[:1]
    current = Screening.objects.filter(is_current=True).select_related("step")
    return (
        found.annotate(opening=Subquery(first))
        .select_related("episode", "series")
        .prefetch_related(Prefetch("screenings", current, to_attr="current_screenings"))
    )
