"""The page that compares utterances with clips, for managers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_POST

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.ingest.clip_reconciliation import (
    FAILED,
    LOST,
    MOVED,
    NOT_READY,
    PENDING,
    STALE,
    UNKNOWN,
    UNORDERED,
    UNUSED,
    cut_again,
    delete_left_over,
    reconcile,
)
from corpus.models import Corpus, Episode, Membership

SHOWN = 100
REASONS = {
    PENDING: gettext_lazy("waits for its job"),
    FAILED: gettext_lazy("could not be cut; see the page Jobs"),
    STALE: gettext_lazy("its times have changed since it was cut"),
    LOST: gettext_lazy("its file is missing on the disk"),
    UNORDERED: gettext_lazy("was never cut"),
    MOVED: gettext_lazy("of earlier times of the utterance"),
    NOT_READY: gettext_lazy("of an utterance that is not ready, or was removed"),
    UNUSED: gettext_lazy("of no utterance"),
    UNKNOWN: gettext_lazy("not in the database"),
}


@corpus_view(Membership.Role.MANAGER)
def clips(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the utterances without a clip, and the clips and files without an utterance."""
    episode = _episode(request, corpus)
    found = reconcile(corpus=corpus, episode=episode)
    context = {
        "corpus": corpus,
        "membership": membership,
        "episode": episode,
        "found": found,
        "lacking": [(row, REASONS[row.reason]) for row in found.lacking[:SHOWN]],
        "left_over": [(row, REASONS[row.reason]) for row in found.left_over[:SHOWN]],
        "waiting": sum(row.reason == PENDING for row in found.lacking),
        "can_cut": any(row.reason != PENDING for row in found.lacking),
        "left_over_bytes": sum(row.size for row in found.left_over),
        "shown": SHOWN,
    }
    return render(request, "corpus/clips.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def cut(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Cut the missing clips."""
    said = ngettext_lazy("%(count)s clip is being cut.", "%(count)s clips are being cut.", "count")
    return _repaired(request, corpus, cut_again, said)


@require_POST
@corpus_view(Membership.Role.MANAGER)
def delete(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Delete the clips and files that no utterance needs."""
    said = ngettext_lazy("%(count)s clip was deleted.", "%(count)s clips were deleted.", "count")
    return _repaired(request, corpus, delete_left_over, said)


def _repaired(request: HttpRequest, corpus: Corpus, repair: Callable[..., int], said: Any) -> HttpResponse:
    """Cut or delete the clips of the corpus or of one episode, and say how many."""
    episode = _episode(request, corpus)
    try:
        count = repair(corpus=corpus, episode=episode)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said % {"count": count})
    return _back(corpus, episode)


def _episode(request: HttpRequest, corpus: Corpus) -> Episode | None:
    """Return the episode that the address names, if any."""
    named = request.GET.get("episode", "")
    if not named:
        return None
    try:
        return get_object_or_404(Episode, series__corpus=corpus, public_id=uuid.UUID(named))
    except ValueError:
        raise Http404 from None


def _back(corpus: Corpus, episode: Episode | None) -> HttpResponse:
    where = reverse("corpus:clips", args=[corpus.slug])
    return redirect(f"{where}?episode={episode.public_id}" if episode else where)
