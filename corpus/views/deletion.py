"""Pages that delete a corpus, a series or an episode for good, after its name was typed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.deletion import consequences
from corpus.domain.deletion.corpora import deletion_job, request_deletion
from corpus.domain.deletion.parts import name_of, request_part_deletion
from corpus.models import Corpus, Episode, Membership, Series

MINUTE_MS = 60_000
MANAGER = Membership.Role.MANAGER


@corpus_view(MANAGER, while_archived=True, while_deleted=True)
def corpus(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """State what goes with the corpus, and delete it; show the progress once that has begun."""
    refusal = ""
    if request.method == "POST":
        try:
            request_deletion(
                corpus=corpus,
                typed=request.POST.get("name", ""),
                requested_by=membership.user,
                now=timezone.now(),
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            return redirect("home")
    context = {
        "corpus": corpus,
        "membership": membership,
        "name": corpus.slug,
        "job": deletion_job(corpus),
        "refusal": refusal,
        "consequences": consequences.of_corpus(corpus),
    }
    return render(request, "corpus/delete_corpus.html", context, status=409 if refusal else 200)


@corpus_view(MANAGER)
def episode(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """State what goes with an episode, and delete it."""
    part = get_object_or_404(Episode, public_id=episode, series__corpus=corpus)
    return _part(request, corpus, membership, part)


@corpus_view(MANAGER)
def series(request: HttpRequest, corpus: Corpus, membership: Membership, series: uuid.UUID) -> HttpResponse:
    """State what goes with a series, and delete it."""
    return _part(request, corpus, membership, get_object_or_404(Series, public_id=series, corpus=corpus))


def _part(request: HttpRequest, corpus: Corpus, membership: Membership, part: Series | Episode) -> HttpResponse:
    refusal = ""
    if request.method == "POST":
        try:
            request_part_deletion(
                part=part, typed=request.POST.get("name", ""), requested_by=membership.user, now=timezone.now()
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("%(name)s is being deleted.") % {"name": name_of(part)})
            return redirect("corpus:jobs", corpus.slug)
    context = {
        "corpus": corpus,
        "membership": membership,
        "part": part,
        "is_episode": isinstance(part, Episode),
        "name": name_of(part),
        "refusal": refusal,
        "consequences": (found := consequences.of_part(part)),
        "minutes": -(-found.active_ms // MINUTE_MS),
    }
    return render(request, "corpus/delete_part.html", context, status=409 if refusal else 200)
