"""Edits on the page of an episode that touch the work of annotators: merged speakers, ready dialogues made drafts."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from annotator.domain.labelling.ready_undo import UndoneReady, undo_ready, undo_ready_of, undoable
from annotator.domain.labelling.speaker_merges import UndoneMerge, merge_speakers, unmerge_speakers
from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.structure.speaker_merges import preview_merge
from corpus.models import Corpus, Dialogue, Episode, Membership, Speaker, SpeakerMerge

MANAGER = Membership.Role.MANAGER
NAMED = 5  # dialogues that a notice names


@require_http_methods(["GET", "HEAD", "POST"])
@corpus_view(MANAGER)
def merge(
    request: HttpRequest,
    corpus: Corpus,
    membership: Membership,
    *,
    episode: uuid.UUID,
    speaker: uuid.UUID,
    into: uuid.UUID,
) -> HttpResponse:
    """Show the consequences of merging two speakers; merge them when that is confirmed."""
    row = _episode(corpus, episode)
    one = get_object_or_404(Speaker, public_id=speaker, series=row.series_id)
    other = get_object_or_404(Speaker, public_id=into, series=row.series_id)
    if request.method == "POST":
        try:
            merged = merge_speakers(speaker=one, into=other, merged_by=membership.user, now=timezone.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
            return _back(request, corpus, row)
        return _back(request, corpus, row, merge=str(merged.merge.public_id))
    context = {
        "corpus": corpus,
        "membership": membership,
        "episode": row,
        "speaker": one,
        "into": other,
        "preview": preview_merge(one),
        "page_number": request.GET.get("page", ""),
    }
    return render(request, "annotator/merge_speakers.html", context)


@require_POST
@corpus_view(MANAGER)
def unmerge(
    request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID, merge: uuid.UUID
) -> HttpResponse:
    """Undo a merge of two speakers; `answers` is the number of answers whose withdrawal was confirmed."""
    row = _episode(corpus, episode)
    found = get_object_or_404(SpeakerMerge, public_id=merge, speaker__series=row.series_id)
    try:
        undone = unmerge_speakers(merge=found, undone_by=membership.user, now=timezone.now(), most=_confirmed(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _unmerged(undone))
    return _back(request, corpus, row)


@require_POST
@corpus_view(MANAGER)
def to_draft(request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Make the chosen ready dialogues of an episode drafts again, or all that nobody has labelled."""
    row = _episode(corpus, episode)
    now = timezone.now()
    own = Dialogue.objects.filter(episode=row).order_by("order")
    if "all" in request.POST:
        _say(request, undo_ready_of(dialogues=undoable(own), now=now))
        return _back(request, corpus, row)
    keys = [key for key in map(_uuid, request.POST.getlist("dialogue")) if key]
    chosen = list(own.filter(public_id__in=keys))
    if not chosen:
        messages.error(request, _("Select at least one dialogue."))
    elif len(chosen) == 1:
        try:
            undo_ready(dialogue=chosen[0], now=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            _say(request, UndoneReady(drafts=chosen))
    else:
        _say(request, undo_ready_of(dialogues=chosen, now=now))
    return _back(request, corpus, row)


def _say(request: HttpRequest, result: UndoneReady) -> None:
    count = len(result.drafts)
    done = ngettext("%(count)s dialogue is a draft again.", "%(count)s dialogues are drafts again.", count)
    (messages.success if count else messages.warning)(request, done % {"count": count})
    for code, dialogues in result.refused.items():
        for dialogue in dialogues[:NAMED]:
            messages.error(request, str(Refused(code, dialogue=dialogue.code)))
        if (more := len(dialogues) - NAMED) > 0:
            messages.error(request, _("… and %(count)s more dialogues for the same reason.") % {"count": more})


def _confirmed(request: HttpRequest) -> int:
    """Return the number of answers whose withdrawal was confirmed."""
    number = request.POST.get("answers", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0


def _unmerged(undone: UndoneMerge) -> str:
    result = undone.lines
    sentences = [
        ngettext(
            "%(name)s is a speaker again, with %(count)s utterance.",
            "%(name)s is a speaker again, with %(count)s utterances.",
            result.returned,
        )
        % {"name": result.speaker.name, "count": result.returned}
    ]
    if result.elsewhere:
        sentences.append(
            ngettext(
                "%(count)s utterance got another speaker since the merge and keeps that speaker.",
                "%(count)s utterances got another speaker since the merge and keep that speaker.",
                result.elsewhere,
            )
            % {"count": result.elsewhere}
        )
    if result.removed:
        sentences.append(
            ngettext(
                "%(count)s utterance was removed or joined since the merge.",
                "%(count)s utterances were removed or joined since the merge.",
                result.removed,
            )
            % {"count": result.removed}
        )
    if result.restored:
        sentences.append(
            ngettext(
                "%(count)s answer that the merge had withdrawn counts again.",
                "%(count)s answers that the merge had withdrawn count again.",
                result.restored,
            )
            % {"count": result.restored}
        )
    if result.reopened:
        count = len(result.reopened)
        sentences.append(
            ngettext(
                "%(count)s answer given since the merge was withdrawn; its annotator is asked again.",
                "%(count)s answers given since the merge were withdrawn; their annotators are asked again.",
                count,
            )
            % {"count": count}
        )
    if undone.lost:
        sentences.append(
            ngettext(
                "%(count)s finished dialogue did not go back to its annotator, who may not judge it again: someone "
                "else has its slot now, or some of its answers did not come back.",
                "%(count)s finished dialogues did not go back to their annotators, who may not judge them again: "
                "someone else has their slots now, or some of their answers did not come back.",
                undone.lost,
            )
            % {"count": undone.lost}
        )
    return " ".join(sentences)


def _back(request: HttpRequest, corpus: Corpus, episode: Episode, **query: str) -> HttpResponse:
    """Redirect to the page of the episode, at the same page of dialogues."""
    page = request.POST.get("page", "") or request.GET.get("page", "")
    query |= {"page": page} if page.isdecimal() else {}
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return redirect(reverse("corpus:episode", args=[corpus.slug, episode.public_id]) + (f"?{text}" if text else ""))


def _episode(corpus: Corpus, public_id: uuid.UUID) -> Episode:
    return get_object_or_404(Episode.objects.select_related("series"), public_id=public_id, series__corpus=corpus)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
