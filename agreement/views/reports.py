"""Pages of reports, for managers and adjudicators."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from agreement.domain.codebook_changes import different_versions
from agreement.domain.report_figures import left_out_total
from agreement.domain.reports import annotations_since, request_report
from agreement.judgements.raters import offered_raters, usual_raters
from agreement.models import Report
from agreement.presentation.cards import cards
from agreement.presentation.charts import alphas
from agreement.presentation.definitions import definitions, distances
from agreement.presentation.definitions import rules as rules_of_figures
from agreement.presentation.interval_notes import generalises, interval_caption, with_shown_intervals
from agreement.presentation.left_out import named_versions
from agreement.presentation.parts.link_table import link_tables
from agreement.presentation.without_raters import tells_raters_apart
from agreement.views.live_figures import card_context, sees_live_figures
from agreement.views.roles import LEADS
from annotator.access import sees_figures_of_raters
from common.errors import Refused
from common.jobs.queue import can_view
from common.models import User
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater

LISTED = 50  # newest reports


@require_GET
@corpus_view(*LEADS)
def reports(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the reports, newest first, with a form for a new one."""
    sees_raters = sees_figures_of_raters(membership)

    def is_hidden(report: Report) -> bool:
        return not sees_raters and report.figures is not None and tells_raters_apart(report.figures)

    listed = list(corpus.reports.defer("slices").select_related("job", "created_by", "codebook")[:LISTED])
    offered = offered_raters(corpus)
    codebook = corpus.codebook.rules() if corpus.codebook else None
    slugs = [question.slug for question in codebook.questions] if codebook else []
    language = get_language() or "en"
    context = {
        "questions": [codebook.text(slug, language).name for slug in slugs] if codebook else [],
        "rows": [(report, _alphas(report, slugs, hidden=is_hidden(report))) for report in listed],
        "offered": [(rater, rater in usual_raters(offered)) for rater in offered],
        "since": annotations_since(listed[0]) if listed and listed[0].figures else 0,
        "shown": LISTED,
        "different": named_versions(different_versions(corpus), codebook, language),
        **(card_context(corpus) if codebook and sees_live_figures(membership) and _has_annotators(corpus) else {}),
        "has_shortcuts": codebook is not None and codebook.policy.shortcuts != "off",
    }
    return render(request, "agreement/reports.html", {"corpus": corpus, "membership": membership, **context})


@require_POST
@corpus_view(*LEADS, while_archived=True)
def make(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Request a report on the selected raters and redirect to its page."""
    try:
        report = request_report(
            corpus=corpus,
            raters=request.POST.getlist("raters"),
            shortcuts="without_shortcuts" not in request.POST,
            reason=request.POST.get("reason", ""),
            requested_by=membership.user,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("agreement:reports", corpus.slug)
    return redirect("agreement:report", corpus.slug, report.public_id)


@require_GET
@corpus_view(*LEADS)
def report(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show a report: its figures, or the progress of their computation."""
    rows = corpus.reports.defer("slices").select_related("job", "codebook", "created_by")
    row = get_object_or_404(rows, public_id=public_id)
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "report": row}
    if row.figures is None:
        assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware comes before every view
        context["job"] = row.job if row.job and can_view(request.user, row.job) else None
    else:
        rules, language = row.codebook.rules(), get_language() or "en"
        questions = cards(with_shown_intervals(row.figures), rules, language)
        compared = any(card.compared for card in questions)
        hides_raters = not sees_figures_of_raters(membership)
        context |= {
            "hides_raters": hides_raters,
            "hides_report": hides_raters and tells_raters_apart(row.figures),
            "cards": questions,
            "links": link_tables(row.figures, rules, language),
            "generalises": generalises(row.figures),
            "interval_caption": interval_caption(row.figures),
            "chart": alphas([(card.name, card.figures["alpha"]) for card in questions]) if compared else None,
            "has_pictures": "pictures" in row.figures,
            "raters": _named(corpus, row.figures["raters"], membership),
            "slugs": row.figures["raters"],
            "since": annotations_since(row),
            "left_out": left_out_total(row.figures),
            "definitions": definitions(row.figures),
            "distances": distances(row.figures),
            "rules": list(rules_of_figures(row.figures)),
        }
    return render(request, "agreement/report.html", context)


def _has_annotators(corpus: Corpus) -> bool:
    return corpus.memberships.filter(is_annotator=True).exists()


def _alphas(report: Report, slugs: list[str], *, hidden: bool) -> list[tuple[str, dict[str, Any] | None]]:
    """Return the report's alpha of each question; None if it does not have the question or is hidden."""
    if hidden:
        return [(slug, None) for slug in slugs]
    questions = (report.figures or {"questions": []})["questions"]
    alpha = {question["slug"]: question["alpha"] for question in questions}
    return [(slug, alpha.get(slug)) for slug in slugs]


def _named(corpus: Corpus, slugs: list[str], membership: Membership) -> list[tuple[str, str]]:
    """Return the raters as (slug, name of the person); only a manager gets the names."""
    if not membership.is_manager:
        return [(slug, "") for slug in slugs]
    names = {
        rater.slug: rater.name or str(rater.membership.user if rater.membership else "")
        for rater in Rater.objects.filter(corpus=corpus, slug__in=slugs).select_related("membership__user")
    }
    return [(slug, names.get(slug, "")) for slug in slugs]
