"""The page on the reliability of adjudication and consensus, and on how the utterances were settled."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.adjudication.feedback import phases
from agreement.domain.adjudication.overview import count_lists, means
from agreement.domain.adjudication.protocol import adjudicator_agreement
from agreement.domain.audit import ANY, SETTLED, Audit, audit
from agreement.domain.label_scores import CorrectionRates, correction_rates
from agreement.views.roles import LEADS
from annotator.domain.calibration.answer_names import Namer
from corpus.access import corpus_view
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def protocol(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the figures that only blind decisions give, and how many utterances were settled by which means."""
    namer = Namer(corpus.codebook.rules() if corpus.codebook else None, get_language() or "en")
    agreed, audited = adjudicator_agreement(corpus=corpus), audit(corpus=corpus)
    corrections = correction_rates(corpus=corpus)
    context: dict[str, Any] = {
        "corpus": corpus,
        "membership": membership,
        "agreed": agreed,
        "figures": [(namer.question(each["slug"]), each) for each in agreed.figures] if agreed else [],
        "audit": audited,
        "rates": _rates(audited, namer) if audited else [],
        "splits": _splits(audited) if audited else [],
        "corrections": corrections,
        "corrected": _corrected(corrections, namer) if corrections else [],
        "means": means(corpus),
        "phases": phases(corpus) if membership.is_manager else None,
        "lists": count_lists(corpus=corpus, person=membership.user),
    }
    return render(request, "agreement/adjudication/protocol.html", context)


def _rates(audited: Audit, namer: Namer) -> list[tuple[str, list[Any]]]:
    """Return a row per question, after one for any of them: all utterances, unanimous ones, majority ones."""
    return [
        (
            "" if slug == ANY else namer.question(slug),
            [rate, *(audited.by_agreement[kind][slug] for kind in SETTLED)],
        )
        for slug, rate in audited.by_question.items()
    ]


def _corrected(corrections: CorrectionRates, namer: Namer) -> list[tuple[str, list[Any]]]:
    """Return a row per question, after one for all of them: suspected labels, and labels drawn at random."""
    return [
        ("" if slug == ANY else namer.question(slug), [rate, corrections.controls[slug]])
        for slug, rate in corrections.suspected.items()
    ]


def _splits(audited: Audit) -> list[tuple[str, list[Any]]]:
    """Return a row per split of the source with the errors in any question, as in `_rates`."""
    return [
        (name, [rates[ANY], *(audited.agreement_by_split[name][kind][ANY] for kind in SETTLED)])
        for name, rates in audited.by_split.items()
    ]
