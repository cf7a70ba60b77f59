"""The corpus in figures: a page, and the files for a data paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agreement.domain.corpus_figures.reading import KINDS as RATERS
from agreement.domain.corpus_figures.reading import Reading, read_corpus
from agreement.domain.labels.reader import Reader
from agreement.label_index.registry import NotReadyError
from agreement.models import Report
from agreement.presentation.corpus_figures.agreement import agreement_of_questions
from agreement.presentation.corpus_figures.labels import GROUP_NAMES, groups_of
from agreement.presentation.corpus_figures.page import corpus_pictures, shown_distributions
from agreement.presentation.corpus_figures.sizes import histograms, sizes
from agreement.presentation.corpus_figures.together import together
from agreement.presentation.drawing.files import KINDS, archive_of, content_of
from agreement.presentation.without_raters import tells_raters_apart, without_raters
from agreement.views.roles import LEADS
from annotator.access import sees_figures_of_raters
from common.errors import Refused
from corpus.access import corpus_view
from corpus.label_links import label_address, selection_of
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def show(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show sizes, distributions of labels, and what occurs together."""
    context: dict[str, Any] = {"corpus": corpus, "membership": membership}
    language = get_language() or "en"
    try:
        reading = _reading(request, corpus, membership)
    except NotReadyError as waiting:
        return render(request, "agreement/corpus_figures/page.html", context | {"job": waiting.job})
    except Refused as refusal:
        return render(request, "agreement/corpus_figures/page.html", context | {"refusal": refusal})
    of = reading.described

    def address(**filters: Any) -> str:
        given = {"kind": reading.kind, **filters} if len(reading.kinds) > 1 else filters
        return label_address(corpus, membership, selection_of(membership, **given))

    context["reading"] = reading
    if len(of):
        groups = groups_of(of)
        group = request.GET.get("by", "")
        chosen = group if group in groups else next(iter(groups), "")
        report = _agreement(corpus, membership)
        context |= {
            "groups": [(name, GROUP_NAMES[name]) for name in groups],
            "by": chosen,
            "sizes": sizes(of),
            "histograms": list(histograms(of)),
            "distributions": shown_distributions(of, group=chosen, language=language, address=address),
            "together": list(together(of, language, address)),
            "agreement": report and agreement_of_questions(report.figures or {}, report.codebook.rules(), language),
            "report": report,
        }
    return render(request, "agreement/corpus_figures/page.html", context)


@require_GET
@corpus_view(*LEADS)
def download(request: HttpRequest, corpus: Corpus, membership: Membership, name: str, suffix: str) -> HttpResponse:
    """Send one picture as SVG, or the table behind it as CSV or LaTeX."""
    if suffix not in KINDS:
        raise Http404
    found = next((each for each in _pictures(request, corpus, membership) if each.name == name), None)
    if found is None or (suffix == "svg" and found.drawing is None):
        raise Http404
    response = HttpResponse(content_of(found, suffix), content_type=KINDS[suffix])
    response["Content-Disposition"] = f'attachment; filename="{corpus.slug}-{name}.{suffix}"'
    return response


@require_GET
@corpus_view(*LEADS)
def download_all(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Send all pictures and tables as a zip."""
    response = HttpResponse(archive_of(_pictures(request, corpus, membership)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="figures-{corpus.slug}.zip"'
    return response


def _reading(request: HttpRequest, corpus: Corpus, membership: Membership) -> Reading:
    kind = request.GET.get("of", "")
    return read_corpus(corpus=corpus, reader=Reader(membership), kind=kind if kind in RATERS else "")


def _pictures(request: HttpRequest, corpus: Corpus, membership: Membership) -> Any:
    """Return the pictures and tables for a data paper.

    Raises:
        Http404: there is nothing to show yet.
    """
    try:
        reading = _reading(request, corpus, membership)
    except (NotReadyError, Refused):
        raise Http404(_("The answers of this corpus are being read for the first time.")) from None
    if not len(reading.described):
        raise Http404
    report = _agreement(corpus, membership)
    return corpus_pictures(reading.described, get_language() or "en", report.figures if report else None)


def _agreement(corpus: Corpus, membership: Membership) -> Report | None:
    """Return the newest report on the codebook in use, as far as the member may see it."""
    reports = corpus.reports.filter(figures__isnull=False, codebook=corpus.codebook).select_related("codebook")
    report: Report | None = reports.first()
    if report is None or not (report.figures or {}).get("questions"):
        return None
    if sees_figures_of_raters(membership):
        return report
    if tells_raters_apart(report.figures or {}):
        return None
    report.figures = without_raters(report.figures or {})
    return report
