"""Pages that compare two releases, for managers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from annotator.access import shows_answers
from common.errors import Refused
from common.models import User
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Utterance
from export.domain.differences import (
    Filter,
    changes_of,
    differences_of,
    number_of_changes,
    opened_changes,
    request_difference,
)
from export.domain.release_difference import KINDS, REASONS
from export.forms import DifferenceForm
from export.metadata.difference_summary import difference_summary, named_change
from export.models import Release, ReleaseDifference
from export.views.releases import answered_dialogues

SHOWN = 100  # changes on a page
FILTERS = {"kind": KINDS, "why": REASONS}


@corpus_view(Membership.Role.MANAGER, while_archived=True)
def compare(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Choose two releases to compare, and list the earlier comparisons."""
    chosen = {name: request.GET[name] for name in ("old", "new") if name in request.GET}
    form = DifferenceForm(request.POST or None, corpus=corpus, **({"initial": chosen} if chosen else {}))
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware comes before every view
        old, new = form.pair()
        try:
            row = request_difference(old=old, new=new, requested_by=request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("export:difference", corpus.slug, row.public_id)
    context = {"corpus": corpus, "membership": membership, "form": form, "differences": differences_of(corpus)}
    return render(request, "export/compare.html", context)


@require_safe
@corpus_view(Membership.Role.MANAGER)
@shows_answers(answered_dialogues)
def difference(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the progress of a comparison, or what differs."""
    row = _difference(corpus, public_id)
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "difference": row}
    if row.summary is not None:
        asked = {name: request.GET.get(name, "") for name in ("kind", "question", "why")}
        if any(asked[name] not in ("", *known) for name, known in FILTERS.items()):
            raise Http404
        chosen = Filter(**asked)
        language = get_language() or "en"
        try:
            page: Page[dict[str, str]] = Paginator(_Changes(row, chosen), SHOWN).get_page(request.GET.get("page"))
        except Refused as refusal:  # its file is missing
            raise Http404 from refusal
        changes = list(page)
        known = _utterances(corpus, changes)
        rules = corpus.codebook.rules() if corpus.codebook else None
        context |= {
            "summary": difference_summary(row.summary, rules, language),
            "released": [_released(each) for each in (row.old, row.new)],
            "chosen": chosen,
            "query": "".join(f"{name}={value}&" for name, value in asked.items() if value),
            "page": page,
            "changes": [
                {**named_change(each, rules, language), "utterance": known.get((each["dialogue"], each["id"]))}
                for each in changes
            ],
        }
    return render(request, "export/difference.html", context)


@require_safe
@corpus_view(Membership.Role.MANAGER)
@shows_answers(answered_dialogues)
def download(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponseBase:
    """Send all changes as CSV."""
    row = _difference(corpus, public_id)
    if row.file is None or not row.file.path.is_file():
        raise Http404
    name = f"{corpus.slug}-{row.old.name}-to-{row.new.name}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(row), content_type="text/csv; charset=utf-8", headers=headers)


def _released(release: Release) -> dict[str, Any]:
    """Return the filters of the label browser for the answers that the agreement of a release is about."""
    splits = sorted(set((release.assignment or {}).values()))
    return {"release_split": [f"{release.name}:{split}" for split in splits], "version": "first"}


def _lines(row: ReleaseDifference) -> Iterator[str]:
    with opened_changes(row) as text:
        while block := text.read(2**16):
            yield block


class _Changes(Sequence[dict[str, str]]):
    """The changes of a difference that fit, as a sequence that a paginator slices."""

    def __init__(self, row: ReleaseDifference, chosen: Filter) -> None:
        self._row, self._chosen = row, chosen

    @cached_property
    def _count(self) -> int:
        return number_of_changes(self._row.summary or {}, self._chosen)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, part: int) -> dict[str, str]: ...

    @overload
    def __getitem__(self, part: slice) -> list[dict[str, str]]: ...

    def __getitem__(self, part: int | slice) -> dict[str, str] | list[dict[str, str]]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        start = part.start or 0
        return changes_of(self._row, self._chosen, start=start, count=part.stop - start)


def _utterances(corpus: Corpus, changes: Iterable[dict[str, str]]) -> dict[tuple[str, str], Utterance]:
    """Return (dialogue, id) -> the utterance, with its dialogue, of those that still exist; (dialogue, "") -> one of
    the dialogue."""
    codes = {each["dialogue"] for each in changes}
    ids = {each["id"] for each in changes}
    rows = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__code__in=codes).select_related("dialogue")
    first = rows.filter(order=1)
    named = rows.filter(code__in=ids)
    return {(each.dialogue.code, ""): each for each in first} | {
        (each.dialogue.code, each.code): each for each in named
    }


def _difference(corpus: Corpus, public_id: uuid.UUID) -> ReleaseDifference:
    rows = ReleaseDifference.objects.select_related("old", "new", "job", "file")
    return get_object_or_404(rows, new__corpus=corpus, public_id=public_id)
