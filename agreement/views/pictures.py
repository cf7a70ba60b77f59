"""Pictures of a report, and their files."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.reports import annotations_since
from agreement.models import Report
from agreement.presentation.drawing.files import KINDS, content_of
from agreement.presentation.interval_notes import interval_caption, with_shown_intervals
from agreement.presentation.pictures.material import Material
from agreement.presentation.pictures.page import pictures_of
from agreement.presentation.without_raters import tells_raters_apart, without_raters
from agreement.views.roles import LEADS
from annotator.access import sees_figures_of_raters
from corpus.access import corpus_view
from corpus.label_links import label_address, selection_of
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def pictures(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the pictures of one question, each with the table behind it."""
    report = _computed(corpus, public_id)
    sees_raters = sees_figures_of_raters(membership)
    hides_report = not sees_raters and tells_raters_apart(report.figures or {})
    context: dict[str, Any] = {
        "corpus": corpus,
        "membership": membership,
        "report": report,
        "hides_raters": not sees_raters,
        "hides_report": hides_report,
        "is_older": "pictures" not in (report.figures or {}),
    }
    if not hides_report and not context["is_older"]:
        of = _material(report, membership, request.GET.get("question", ""))
        pair = request.GET.get("pair", "")
        context |= {
            "of": of,
            "questions": [
                (each["slug"], of.codebook.text(each["slug"], of.language).name) for each in of.figures["questions"]
            ],
            "pictures": pictures_of(of, pair=int(pair) if pair.isdecimal() and len(pair) < 7 else None),
            "compared": of.question["alpha"]["n_units"] > 0,
            "interval_caption": interval_caption(report.figures or {}),
            "since": annotations_since(report),
        }
    return render(request, "agreement/pictures/page.html", context)


@require_GET
@corpus_view(*LEADS)
def download(
    _request: HttpRequest,
    corpus: Corpus,
    membership: Membership,
    /,
    public_id: uuid.UUID,
    **file: str,
) -> HttpResponse:
    """Send a picture as SVG, or the table behind it as CSV or LaTeX.

    Raises:
        PermissionDenied: all figures of the report describe single raters, to whose answers the member must stay blind.
    """
    question, name, suffix = file["question"], file["name"], file["suffix"]
    report = _computed(corpus, public_id)
    if suffix not in KINDS or "pictures" not in (report.figures or {}):
        raise Http404
    if not sees_figures_of_raters(membership) and tells_raters_apart(report.figures or {}):
        raise PermissionDenied
    of = _material(report, membership, question)
    pairs = range(len(of.tables["pairs"]) or 1)
    shown = (each for pair in pairs for each in pictures_of(of, pair=pair).all() if each.name == name)
    picture = next(shown, None)
    if picture is None or (suffix == "svg" and picture.drawing is None):
        raise Http404
    response = HttpResponse(content_of(picture, suffix), content_type=KINDS[suffix])
    called = f"{corpus.slug}-{report.created_at:%Y%m%d-%H%M}-{of.slug}-{name}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{called}"'
    return response


def _computed(corpus: Corpus, public_id: uuid.UUID) -> Report:
    report = get_object_or_404(corpus.reports.select_related("codebook"), public_id=public_id)
    if report.figures is None:
        raise Http404
    return report


def _material(report: Report, membership: Membership, slug: str) -> Material:
    """Return a question of a report, as far as the member may see it; the first one if none is named."""
    figures = with_shown_intervals(report.figures or {})
    if not sees_figures_of_raters(membership):
        figures = without_raters(figures)
    known = [each["slug"] for each in figures["questions"]]
    if (slug and slug not in known) or not known:
        raise Http404

    def address(**filters: Any) -> str:
        return label_address(report.corpus, membership, selection_of(membership, **filters))

    return Material(figures, slug or known[0], report.codebook.rules(), get_language() or "en", address)
