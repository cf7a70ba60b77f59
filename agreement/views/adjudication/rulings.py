"""Rulings: their list, one with its effect, a new one, and asking past answers again."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agreement.domain.adjudication.eligibility import dialogues_to_decide_blind, refuse_while_blind
from agreement.domain.adjudication.overview import count_lists, current_revisions
from agreement.domain.labels.page import count_of
from agreement.domain.labels.reader import Reader
from agreement.domain.rulings.asking import ask_again, progress_of
from agreement.domain.rulings.effect import Effect, effect_of
from agreement.domain.rulings.making import change_selection, make_ruling, selection_of, suggested_selection
from agreement.domain.rulings.overview import listed_rulings, readers_of, rulings_of
from agreement.forms.rulings import RulingForm, SelectionForm
from agreement.label_index.registry import NotReadyError
from agreement.models import Decision, Ruling
from agreement.views.adjudication.decisions import dialogue_of
from agreement.views.roles import LEADS
from annotator.access import shows_answers
from annotator.domain.calibration.answer_names import Namer
from common.errors import Refused
from corpus.access import corpus_view
from corpus.guideline_html import guideline_html
from corpus.label_links import label_address
from corpus.models import Corpus, Dialogue, Membership
from corpus.rules.guideline.sections import quoted

Manager = Membership.Role.MANAGER


@require_GET
@corpus_view(*LEADS)
def rulings(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the rulings, the newest first."""
    namer = _namer(corpus)
    shown = rulings_of(corpus).exclude(decision__utterance__dialogue__in=dialogues_to_decide_blind(membership))
    context = {
        "corpus": corpus,
        "membership": membership,
        "rows": [
            {"listed": each, "about": namer.question(each.ruling.about) if each.ruling.about else ""}
            for each in listed_rulings(corpus, shown)
        ],
        "lists": count_lists(corpus=corpus, person=membership.user),
    }
    return render(request, "agreement/adjudication/rulings.html", context)


@corpus_view(Manager)
@shows_answers(dialogue_of)
def make(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Make a ruling of a case."""
    rows = Decision.objects.select_related("utterance__dialogue__series", "utterance__speaker")
    decision = get_object_or_404(rows, public_id=public_id, utterance__dialogue__corpus=corpus)
    if _is_hidden(request, membership, decision):
        return redirect("agreement:rulings", corpus.slug)
    rules, namer = corpus.codebook.rules() if corpus.codebook else None, _namer(corpus)
    questions = [(each.slug, namer.question(each.slug)) for each in rules.questions] if rules else []
    revision = current_revisions([decision]).get(decision.pk)
    about = request.GET.get("about", "")
    about = about if about in dict(questions) else _split_question(decision)
    initial = {
        "about": about,
        "case": revision.comment if revision else "",
        "selection": suggested_selection(decision, about).query(),
    }
    form = RulingForm(request.POST or None, initial=initial, questions=questions)
    if request.method == "POST" and form.is_valid():
        try:
            ruling = make_ruling(
                corpus=corpus, decision=decision, author=membership.user, now=timezone.now(), **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            message = _("Version %(version)s of the guideline contains the ruling. Annotators are notified.")
            messages.success(request, message % {"version": ruling.guideline.version})
            return redirect("agreement:ruling", corpus.slug, ruling.public_id)
    context = {"corpus": corpus, "membership": membership, "decision": decision, "form": form}
    return render(request, "agreement/adjudication/ruling_form.html", context)


def _dialogue_of_ruling(corpus: Corpus, public_id: uuid.UUID) -> Any:
    return Dialogue.objects.filter(corpus=corpus, utterances__decision__rulings__public_id=public_id)


@corpus_view(*LEADS)
@shows_answers(_dialogue_of_ruling)
def ruling(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponseBase:
    """Show a ruling: the example, who knows it, the past answers, and agreement before and after."""
    row = _ruling(corpus, public_id)
    if _is_hidden(request, membership, row.decision):
        return redirect("agreement:rulings", corpus.slug)
    return _shown(request, corpus, membership, row)


def _shown(
    request: HttpRequest, corpus: Corpus, membership: Membership, row: Ruling, form: SelectionForm | None = None
) -> HttpResponse:
    namer, utterance = _namer(corpus), row.decision.utterance
    selection = selection_of(row)
    example = quoted(quote=utterance.text, question=row.case, answer=row.text, clip=utterance.public_id)
    effect = effect_of(row)
    context: dict[str, Any] = {
        "corpus": corpus,
        "membership": membership,
        "ruling": row,
        "about": namer.question(row.about) if row.about else "",
        "example": guideline_html(example, corpus=corpus.pk),
        "readers": readers_of(row),
        "query": row.selection,
        "filters": selection.pairs(),
        "address": label_address(corpus, membership, selection),
        "form": form or SelectionForm(initial={"selection": row.selection}),
        "asked": progress_of(row),
        "effect": effect,
        "rows": _effect_rows(effect, namer, row.about) if effect else [],
    }
    if row.batch_id is None:
        context |= _matches(corpus, membership, row)
    return render(request, "agreement/adjudication/ruling.html", context, status=422 if form and form.errors else 200)


@require_POST
@corpus_view(Manager)
@shows_answers(_dialogue_of_ruling)
def select(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponseBase:
    """Change which past answers a ruling may affect."""
    row, form = _ruling(corpus, public_id), SelectionForm(request.POST)
    if _is_hidden(request, membership, row.decision):
        return redirect("agreement:rulings", corpus.slug)
    if not form.is_valid():
        return _shown(request, corpus, membership, row, form)
    try:
        change_selection(ruling=row, selection=form.cleaned_data["selection"])
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement:ruling", corpus.slug, public_id)


@require_POST
@corpus_view(Manager)
def ask(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Ask past answers again, in a batch of their own."""
    row = _ruling(corpus, public_id)
    try:
        ask_again(ruling=row, membership=membership, now=timezone.now())
    except NotReadyError:
        messages.error(
            request, _("The answers of this corpus are being read for the first time. Try again in a minute.")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        asked = progress_of(row)
        number = asked.dialogues if asked else 0
        message = ngettext(
            "%(number)s dialogue is given to its annotators again.",
            "%(number)s dialogues are given to their annotators again.",
            number,
        )
        messages.success(request, message % {"number": number})
    return redirect("agreement:ruling", corpus.slug, public_id)


def _is_hidden(request: HttpRequest, membership: Membership, decision: Decision) -> bool:
    """Return whether the member decides a case of this dialogue blind; if so, say it."""
    try:
        refuse_while_blind(membership=membership, dialogue=decision.utterance.dialogue_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return True
    return False


def _ruling(corpus: Corpus, public_id: uuid.UUID) -> Ruling:
    row: Ruling = get_object_or_404(rulings_of(corpus), public_id=public_id)
    return row


def _namer(corpus: Corpus) -> Namer:
    return Namer(corpus.codebook.rules() if corpus.codebook else None, get_language() or "en")


def _split_question(decision: Decision) -> str:
    """Return the question of a case on which its raters differ, the first one of the codebook."""
    case = getattr(decision.utterance, "case", None)
    return case.differing[0] if case and case.differing else ""


def _matches(corpus: Corpus, membership: Membership, row: Ruling) -> dict[str, Any]:
    """Return the number of utterances that fit the filters, or why it cannot be told."""
    try:
        found, everything = count_of(corpus=corpus, selection=selection_of(row), reader=Reader(membership))
    except NotReadyError:
        return {}
    except Refused as refusal:
        return {"refusal": refusal}
    return {"matches": found, "everything": everything}


def _effect_rows(effect: Effect, namer: Namer, about: str) -> list[dict[str, Any]]:
    """Return a row per question with figures, that of the ruling first."""
    rows = [
        each | {"name": namer.question(each["slug"]), "is_about": each["slug"] == about}
        for each in effect.questions
        if each["compared"]
    ]
    return sorted(rows, key=lambda each: not each["is_about"])
