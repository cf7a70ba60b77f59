"""Reports for those who lead the work; annotators never see any of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from agreement.domain.reports import labels_since, request_report
from agreement.domain.self_agreement import self_agreement
from agreement.judgements.selection import offered_raters, usual_raters
from agreement.models import Report
from agreement.presentation.cards import cards
from agreement.presentation.charts import alphas
from agreement.presentation.csv_download import as_csv
from common.errors import Refused
from common.jobs.queue import can_view
from common.models import User
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater

SHOWN = 50
LEADS = (Membership.Role.MANAGER, Membership.Role.ADJUDICATOR)


@require_GET
@corpus_view(*LEADS)
def reports(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the reports, newest first, and offer to make one."""
    rows = list(corpus.reports.select_related("job", "created_by", "codebook")[:SHOWN])
    offered = offered_raters(corpus)
    codebook = corpus.codebook.rules() if corpus.codebook else None
    asked = codebook.questions if codebook else ()
    language = get_language() or "en"
    context = {
        "questions": [codebook.text(question.slug, language).name for question in asked] if codebook else [],
        "rows": [(row, _alphas(row, [question.slug for question in asked])) for row in rows],
        "offered": [(rater, rater in usual_raters(offered)) for rater in offered],
        "since": labels_since(rows[0]) if rows and rows[0].figures else 0,
        "shown": SHOWN,
        "has_shortcuts": codebook is not None and codebook.policy.shortcuts != "off",
    }
    return render(request, "agreement/reports.html", {"corpus": corpus, "membership": membership, **context})


@require_GET
@corpus_view(*LEADS)
def selves(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show how far each annotator who was retested agrees with themselves."""
    codebook, language = corpus.codebook.rules() if corpus.codebook else None, get_language() or "en"
    people = [
        (each, [(codebook.text(figures["slug"], language).name, figures) for figures in each.figures])
        for each in self_agreement(corpus=corpus)
        if codebook
    ]
    return render(request, "agreement/selves.html", {"corpus": corpus, "membership": membership, "people": people})


@require_POST
@corpus_view(*LEADS)
def make(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Have a report on the ticked raters made, and show it while it is."""
    try:
        made = request_report(
            corpus=corpus,
            raters=request.POST.getlist("raters"),
            shortcuts="without_shortcuts" not in request.POST,
            requested_by=membership.user,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("agreement:reports", corpus.slug)
    return redirect("agreement:report", corpus.slug, made.public_id)


@require_GET
@corpus_view(*LEADS)
def report(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show a report: its figures, or how far their computation is."""
    row = get_object_or_404(corpus.reports.select_related("job", "codebook", "created_by"), public_id=public_id)
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "report": row}
    if row.figures is None:
        assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware stands before every view
        context["job"] = row.job if row.job and can_view(request.user, row.job) else None
    else:
        shown = cards(row.figures, row.codebook.rules(), get_language() or "en")
        context |= {
            "cards": shown,
            "chart": alphas([(card.name, card.figures["alpha"]) for card in shown])
            if any(card.compared for card in shown)
            else None,
            "raters": _named(corpus, row.figures["raters"], membership),
            "since": labels_since(row),
        }
    return render(request, "agreement/report.html", context)


@require_GET
@corpus_view(*LEADS)
def download_csv(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the figures as CSV."""
    row = _computed(corpus, public_id)
    response = HttpResponse(as_csv(row.figures or {}), content_type="text/csv; charset=utf-8")
    return _as_download(response, row, "csv")


@require_GET
@corpus_view(*LEADS)
def download_json(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the figures and what they were computed from as JSON."""
    row = _computed(corpus, public_id)
    content = {"corpus": corpus.slug, "codebook": str(row.codebook), "selection": row.selection, **(row.figures or {})}
    return _as_download(JsonResponse(content, json_dumps_params={"indent": 1, "ensure_ascii": False}), row, "json")


def _computed(corpus: Corpus, public_id: uuid.UUID) -> Report:
    row = get_object_or_404(corpus.reports.select_related("codebook"), public_id=public_id)
    if row.figures is None:
        raise Http404
    return row


def _as_download(response: HttpResponse, row: Report, ending: str) -> HttpResponse:
    name = f"agreement-{row.corpus.slug}-{row.created_at:%Y%m%d-%H%M}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _alphas(row: Report, slugs: list[str]) -> list[dict[str, Any] | None]:
    """The report's alpha of each question, None where it has no such question."""
    found = {question["slug"]: question["alpha"] for question in (row.figures or {"questions": []})["questions"]}
    return [found.get(slug) for slug in slugs]


def _named(corpus: Corpus, slugs: list[str], membership: Membership) -> list[tuple[str, str]]:
    """The raters with the names of the people behind them, which only a manager is told."""
    named = {
        rater.slug: rater.name or str(rater.membership.user if rater.membership else "")
        for rater in Rater.objects.filter(corpus=corpus, slug__in=slugs).select_related("membership__user")
    }
    told = membership.role == Membership.Role.MANAGER
    return [(slug, named.get(slug, "") if told else "") for slug in slugs]
