"""The lists of decisions, and the history of one."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.adjudication import overview
from agreement.domain.adjudication.eligibility import refuse_while_blind
from agreement.models import Decision, DecisionRevision
from agreement.views.adjudication.page import reasons
from agreement.views.roles import LEADS
from annotator.access import shows_answers
from annotator.domain.calibration.answer_names import Namer
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Dialogue, Membership

PER_PAGE = 50
LISTS = ("mine", *overview.LISTS)


@require_GET
@corpus_view(*LEADS)
def decisions(request: HttpRequest, corpus: Corpus, membership: Membership, which: str) -> HttpResponse:
    """List decisions, without their answers: the member may still label these utterances."""
    if which not in LISTS:
        raise Http404
    rows = overview.decisions(corpus=corpus, which=which, person=membership.user)
    last = _last_shown(corpus, request.GET.get("after", ""))
    found = list(overview.older_than(rows, last)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    revisions = overview.current_revisions(shown)
    texts = dict(reasons(corpus))
    context: dict[str, Any] = {
        "corpus": corpus,
        "membership": membership,
        "which": which,
        "rows": [
            (each, revision, texts.get(revision.reason, revision.reason) if revision else "")
            for each, revision in ((each, revisions.get(each.pk)) for each in shown)
        ],
        "lists": overview.count_lists(corpus=corpus, person=membership.user),
        "next": shown[-1].public_id if len(found) > PER_PAGE else None,
        "is_continued": last is not None,
    }
    return render(request, "agreement/adjudication/decisions.html", context)


def dialogue_of(corpus: Corpus, public_id: uuid.UUID) -> Any:
    """Return the dialogue of a decision, for `shows_answers`."""
    return Dialogue.objects.filter(corpus=corpus, utterances__decision__public_id=public_id)


@corpus_view(*LEADS)
@shows_answers(dialogue_of)
def decision(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show a decision with all its revisions."""
    found = get_object_or_404(
        Decision.objects.select_related("utterance"), public_id=public_id, utterance__dialogue__corpus=corpus
    )
    try:
        refuse_while_blind(membership=membership, dialogue=found.utterance.dialogue_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("agreement:adjudication", corpus.slug)
    row, revisions = overview.history(corpus=corpus, public_id=public_id)
    texts = dict(reasons(corpus))
    people = {str(each.public_id): str(each) for each in overview.people_of(revisions)}
    context = {
        "corpus": corpus,
        "membership": membership,
        "decision": row,
        "rulings": row.rulings.all(),
        "rows": [
            {
                "revision": each,
                "answers": _named(each),
                "reason": texts.get(each.reason, each.reason),
                "group": [people[key] for key in each.group if key in people],
            }
            for each in revisions
        ],
    }
    return render(request, "agreement/adjudication/decision.html", context)


def _named(revision: DecisionRevision) -> list[tuple[str, str]]:
    """Return the answers of a revision as (question, answer)."""
    namer = Namer(revision.codebook.rules(), get_language() or "en")
    return [(namer.question(slug), namer.answer(slug, value)) for slug, value in (revision.answers or {}).items()]


def _last_shown(corpus: Corpus, public_id: str) -> Decision | None:
    try:
        key = uuid.UUID(public_id)
    except ValueError:
        return None
    return Decision.objects.filter(public_id=key, utterance__dialogue__corpus=corpus).first()
