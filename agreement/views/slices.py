"""The page of slices of a report, for managers and adjudicators."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from agreement.domain.reports import slicing
from agreement.models import Report
from agreement.presentation.parts.slice_table import SLICINGS, slice_table
from agreement.presentation.without_raters import tells_raters_apart, visible_slicings
from agreement.views.roles import LEADS
from annotator.access import sees_figures_of_raters
from corpus.access import corpus_view
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def slices(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the agreement on one question by slices; `by` and `question` choose both."""
    report = get_object_or_404(
        corpus.reports.select_related("codebook").defer("slices"), public_id=public_id, figures__isnull=False
    )
    hides_raters = not sees_figures_of_raters(membership)
    if hides_raters and tells_raters_apart(report.figures or {}):
        return redirect("agreement:report", corpus.slug, public_id)
    context = {"corpus": corpus, "membership": membership, "report": report, "hides_raters": hides_raters}
    return render(request, "agreement/slices.html", context | _chosen(request, report, corpus, membership))


def _chosen(request: HttpRequest, report: Report, corpus: Corpus, membership: Membership) -> dict[str, Any]:
    """Return the choices of the page and the table of what is chosen; no choices if the report has no slices."""
    figures = report.figures or {}
    rules, language = report.codebook.rules(), get_language() or "en"
    visible = visible_slicings(figures.get("slicings", ()), sees_raters=sees_figures_of_raters(membership))
    slicings = [(name, text) for name, text in SLICINGS.items() if name in visible]
    questions = [(each["slug"], rules.text(each["slug"], language).name) for each in figures["questions"]]
    if not slicings:
        return {"is_earlier": "slicings" not in figures}
    by = _one_of(request.GET.get("by", ""), slicings)
    question = _one_of(request.GET.get("question", ""), questions)
    whole = next(each["alpha"] for each in figures["questions"] if each["slug"] == question)
    table = slice_table(
        slicing(report, by),
        by=by,
        question=question,
        whole=whole["value"],
        corpus=corpus,
        membership=membership,
        raters=figures["raters"],
    )
    return {
        "slicings": slicings,
        "questions": questions,
        "by": by,
        "by_name": dict(slicings)[by],
        "question": question,
        "question_name": dict(questions)[question],
        "whole": whole,
        "table": table,
    }


def _one_of(wanted: str, offered: Sequence[tuple[str, Any]]) -> str:
    """Return the wanted choice if it is offered, else the first one."""
    return wanted if wanted in dict(offered) else offered[0][0]
