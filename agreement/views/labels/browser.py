"""The label browser: its page, the number of matches, the history of an utterance, and downloads."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from agreement.domain.labels.history import history_of
from agreement.domain.labels.page import Page, Place, all_of, count_of, page_of, visible_utterance
from agreement.domain.labels.reader import Reader
from agreement.label_index.registry import NotReadyError
from agreement.presentation.label_files import csv_lines, json_lines
from agreement.presentation.label_filters import chips, form_of
from agreement.presentation.label_rows import heading, shown_histories, shown_rows
from agreement.views.roles import LEADS
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Utterance
from corpus.rules.label_selection import Selection, parse

PAGING = ("after", "before")


def selection_of(request: HttpRequest) -> tuple[Selection, list[Refused]]:
    """Return the selection of an address, and what is wrong with it."""
    given = [(name, value) for name, values in request.GET.lists() if name not in PAGING for value in values]
    return parse(given)


def place_of(request: HttpRequest) -> Place:
    """Return the place of an address; an id that is none is the start.

    Raises:
        Refused: `labels.place_gone`.
    """
    try:
        after, before = (uuid.UUID(request.GET[name]) if request.GET.get(name) else None for name in PAGING)
    except ValueError:
        raise Refused("labels.place_gone") from None
    return Place(after, before)


@require_GET
@corpus_view(*LEADS)
def show(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show a page of the utterances that fit the filters."""
    reader, language = Reader(membership), get_language() or "en"
    selection, faults = selection_of(request)
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "reader": reader}
    page = Page(faults=faults)
    status = 422 if faults else 200
    try:
        if not faults:
            page = page_of(corpus=corpus, selection=selection, reader=reader, place=place_of(request))
            status = 422 if page.faults else 200
    except NotReadyError as waiting:
        context["job"] = waiting.job
    except Refused as refusal:
        page, status = Page(faults=[refusal]), 422 if corpus.codebook else 200
    rules = corpus.codebook.rules() if corpus.codebook else None
    ends = [row.utterance.public_id for row in page.rows]
    context |= {
        "page": page,
        "rows": shown_rows(page.rows, rules, language) if rules else [],
        "heading": heading(rules, language) if rules else "",
        "query": selection.query(),
        "chips": chips(selection, corpus, language),
        "form": form_of(selection, corpus, reader, language),
        "matches": matches(page.matches, page.all) if page.matches is not None else "",
        "following": selection.query(after=str(ends[-1])) if page.following and ends else "",
        "preceding": selection.query(before=str(ends[0])) if page.preceding and ends else "",
    }
    return render(request, "agreement/labels/browser.html", context, status=status)


@require_GET
@corpus_view(*LEADS)
def count(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Return the number of matches as a sentence."""
    selection, faults = selection_of(request)
    try:
        if faults:
            raise faults[0]
        found, everything = count_of(corpus=corpus, selection=selection, reader=Reader(membership))
    except NotReadyError:
        return HttpResponse("")
    except Refused as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(matches(found, everything), content_type="text/plain; charset=utf-8")


def matches(found: int, everything: int) -> str:
    """Return the sentence about the number of matches."""
    sentence = ngettext("%(found)s of %(all)s utterance", "%(found)s of %(all)s utterances", everything)
    return sentence % {"found": f"{found:,}", "all": f"{everything:,}"}


@require_GET
@corpus_view(*LEADS)
def history(request: HttpRequest, corpus: Corpus, membership: Membership, utterance: uuid.UUID) -> HttpResponse:
    """Show every revision of everyone's answers to an utterance, as a part of the page."""
    row = get_object_or_404(Utterance.objects.select_related("dialogue"), public_id=utterance, dialogue__corpus=corpus)
    reader = Reader(membership)
    if not visible_utterance(corpus=corpus, utterance=row, reader=reader):
        raise Http404  # as one that does not exist
    histories, edits = history_of(corpus, row, reader)
    context = {
        "corpus": corpus,
        "reader": reader,
        "histories": shown_histories(histories, get_language() or "en"),
        "edits": edits,
    }
    return render(request, "agreement/labels/history.html", context)


@require_GET
@corpus_view(*LEADS)
def download_csv(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponseBase:
    """Send all matches as CSV."""
    return _download(request, corpus, membership, "csv")


@require_GET
@corpus_view(*LEADS)
def download_jsonl(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponseBase:
    """Send all matches as JSON Lines."""
    return _download(request, corpus, membership, "jsonl")


def _download(request: HttpRequest, corpus: Corpus, membership: Membership, suffix: str) -> HttpResponseBase:
    reader = Reader(membership)
    selection, faults = selection_of(request)
    try:
        if faults:
            raise faults[0]
        rows = all_of(corpus=corpus, selection=selection, reader=reader)
    except NotReadyError:
        sentence = _("The answers of this corpus are being read for the first time. Try again in a minute.")
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    except Refused as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    assert corpus.codebook is not None  # noqa: S101 -- refused otherwise
    lines: Iterator[bytes] = (
        csv_lines(rows, corpus.codebook.rules(), reader) if suffix == "csv" else json_lines(rows, reader)
    )
    kind = "text/csv; charset=utf-8" if suffix == "csv" else "application/x-ndjson"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="labels-{corpus.slug}.{suffix}"'
    return response
