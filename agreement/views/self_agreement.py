"""The page of self-agreement in retests, for managers and adjudicators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.self_agreement import self_agreement as compute_self_agreement
from agreement.views.roles import LEADS
from annotator.access import sees_figures_of_raters
from corpus.access import corpus_view
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def self_agreement(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the self-agreement of each annotator who was retested."""
    if not sees_figures_of_raters(membership):
        context = {"corpus": corpus, "membership": membership, "hides_raters": True}
        return render(request, "agreement/self_agreement.html", context)
    codebook, language = corpus.codebook.rules() if corpus.codebook else None, get_language() or "en"
    annotators = [
        (each, [(codebook.text(figures["slug"], language).name, figures) for figures in each.figures])
        for each in compute_self_agreement(corpus=corpus)
        if codebook
    ]
    context = {"corpus": corpus, "membership": membership, "annotators": annotators}
    return render(request, "agreement/self_agreement.html", context)
