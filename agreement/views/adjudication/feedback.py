"""The page where annotators see decisions that differ from their answers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.adjudication.feedback import Feedback, annotations_with_feedback, show_feedback
from agreement.views.adjudication.page import reasons
from annotator.domain.calibration.answer_names import Namer
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater

PER_PAGE = 20


@require_GET
@corpus_view(Membership.Role.ANNOTATOR)
def feedback(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show feedback, the newest decisions first, and record that it was seen."""
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "rows": []}
    rater: Rater | None = getattr(membership, "rater", None)
    if rater is not None:
        rater.corpus = corpus
        page = Paginator(annotations_with_feedback(rater), PER_PAGE).get_page(request.GET.get("page"))
        try:
            shown = show_feedback(rater=rater, annotations=list(page), now=timezone.now())
        except Refused as refusal:
            context["refusal"] = refusal
        else:
            texts = dict(reasons(corpus))
            context |= {"page": page, "rows": [_row(each, texts) for each in shown]}
    return render(request, "agreement/adjudication/feedback.html", context)


def _row(feedback: Feedback, texts: dict[str, str]) -> dict[str, Any]:
    namer = Namer(feedback.decision.codebook.rules(), get_language() or "en")
    return {
        "utterance": feedback.annotation.utterance,
        "dialogue": feedback.annotation.utterance.dialogue,
        "reason": texts.get(feedback.reason, feedback.reason),
        "comment": feedback.comment,
        "differences": [
            (namer.question(each.question), namer.answer(each.question, each.given), decided)
            for each in feedback.differences
            if (decided := namer.answer(each.question, each.decided))
        ],
    }
