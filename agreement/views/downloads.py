"""Downloads of a report's figures, for managers and adjudicators."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_GET

from agreement.domain.reports import annotations_since
from agreement.domain.slices import COLUMNS
from agreement.models import Report
from agreement.presentation.csv_download import as_csv
from agreement.presentation.paper.blocks import Block, as_latex, as_markdown
from agreement.presentation.paper.report_tables import report_tables
from agreement.presentation.parts.slice_files import slices_as_csv
from agreement.presentation.without_raters import tells_raters_apart, visible_slicings, without_raters
from agreement.templatetags.findings_page import severe_findings_of, visible_findings
from agreement.views.roles import LEADS
from annotator.access import sees_figures_of_raters
from corpus.access import corpus_view
from corpus.models import Corpus, Membership


@require_GET
@corpus_view(*LEADS)
def download_csv(_request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the figures as CSV."""
    report = _computed(corpus, public_id)
    response = HttpResponse(
        as_csv(_visible(report, membership), report.selection, [row for row, _ in visible_findings(membership)]),
        content_type="text/csv; charset=utf-8",
    )
    return _as_download(response, report, "csv")


@require_GET
@corpus_view(*LEADS)
def download_json(_request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the figures and the selection they were computed from as JSON."""
    report = _computed(corpus, public_id)
    source = {"corpus": corpus.slug, "codebook": str(report.codebook), "selection": report.selection}
    severe = [row.line(row.finding.task) for row, _ in visible_findings(membership)]
    content = source | {"severe_findings": severe} | _visible(report, membership)
    return _as_download(JsonResponse(content, json_dumps_params={"indent": 1, "ensure_ascii": False}), report, "json")


@require_GET
@corpus_view(*LEADS)
def download_slices_csv(
    _request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID
) -> HttpResponse:
    """Send the figures by slices as CSV."""
    report = _computed(corpus, public_id)
    severe = [row for row, _ in visible_findings(membership)]
    content = slices_as_csv(_visible_slices(report, membership), severe)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    return _as_download(response, report, "csv", "slices")


@require_GET
@corpus_view(*LEADS)
def download_slices_json(
    _request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID
) -> HttpResponse:
    """Send the figures by slices, and the selection they were computed from, as JSON."""
    report = _computed(corpus, public_id)
    source = {"corpus": corpus.slug, "codebook": str(report.codebook), "selection": report.selection}
    severe = [row.line(row.finding.task) for row, _ in visible_findings(membership)]
    content = source | {"severe_findings": severe, "columns": COLUMNS, "slices": _visible_slices(report, membership)}
    return _as_download(JsonResponse(content, json_dumps_params={"ensure_ascii": False}), report, "json", "slices")


def _visible_slices(report: Report, membership: Membership) -> dict[str, Any]:
    """Return the slices that the member may see.

    Raises:
        Http404: the report is of a version without slices.
        PermissionDenied: as `_visible`.
    """
    _visible(report, membership)
    if report.slices is None:
        raise Http404
    visible = visible_slicings(report.slices, sees_raters=sees_figures_of_raters(membership))
    return {name: report.slices[name] for name in visible}


@require_GET
@corpus_view(*LEADS)
def download_latex(_request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the tables of the page as LaTeX, with its warnings."""
    report = _computed(corpus, public_id)
    content = as_latex(_tables(report, membership))
    return _as_download(HttpResponse(content, content_type="application/x-tex; charset=utf-8"), report, "tex")


@require_GET
@corpus_view(*LEADS)
def download_markdown(
    _request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID
) -> HttpResponse:
    """Send the tables of the page as Markdown, with its warnings."""
    report = _computed(corpus, public_id)
    content = as_markdown(_tables(report, membership))
    return _as_download(HttpResponse(content, content_type="text/markdown; charset=utf-8"), report, "md")


def _tables(report: Report, membership: Membership) -> list[Block]:
    """Return the tables of a report with the warnings that its page shows to the member."""
    figures = _visible(report, membership)
    severe = severe_findings_of(membership)
    warnings = []
    if since := annotations_since(report):
        warnings.append(
            ngettext(
                "%(since)s annotation was added or changed since this report was made.",
                "%(since)s annotations were added or changed since this report was made.",
                since,
            )
            % {"since": since}
        )
    if severe["count"]:
        warnings.append(
            ngettext(
                "%(counter)s severe finding concerns these data",
                "%(counter)s severe findings concern these data",
                severe["count"],
            )
            % {"counter": severe["count"]}
            + "".join(f"\n{row.line(question)}" for row, question in severe["rows"])
        )
    return report_tables(report, figures, language=get_language() or "en", warnings=warnings)


def _computed(corpus: Corpus, public_id: uuid.UUID) -> Report:
    report = get_object_or_404(corpus.reports.select_related("codebook"), public_id=public_id)
    if report.figures is None:
        raise Http404
    return report


def _visible(report: Report, membership: Membership) -> dict[str, Any]:
    """Return the figures that the member may see.

    Raises:
        PermissionDenied: all figures describe single raters, to whose answers the member must stay blind.
    """
    figures: dict[str, Any] = report.figures or {}
    if sees_figures_of_raters(membership):
        return figures
    if tells_raters_apart(figures):
        raise PermissionDenied
    return without_raters(figures)


def _as_download(response: HttpResponse, report: Report, suffix: str, what: str = "agreement") -> HttpResponse:
    name = f"{what}-{report.corpus.slug}-{report.created_at:%Y%m%d-%H%M}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
