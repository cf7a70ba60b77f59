"""The page of an episode, where its drafts are edited, and the page of one dialogue."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.ingest.episode_progress import episode_progress
from corpus.domain.structure import draft_dialogues, draft_utterances
from corpus.domain.structure.sources import describe_episode, describe_series
from corpus.domain.structure.speaker_merges import OpenMerge, open_merges
from corpus.domain.structure.speakers import forget_other_name, rename_speaker, speakers_of
from corpus.forms.episodes import SplitForm, UtteranceForm
from corpus.models import Corpus, Dialogue, Episode, Membership, Speaker, Utterance

PER_PAGE = 8
MANAGER = Membership.Role.MANAGER


@require_GET
@corpus_view(MANAGER)
def episode(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Show an episode with its media, speakers and a page of its dialogues."""
    row = _episode(corpus, episode)
    texts = {"unsaved": _("Not saved: the server refused the request. Check that you are signed in, then try again.")}
    context = {"corpus": corpus, "membership": membership, "texts": texts, **_episode_context(request, row)}
    context["merged"] = _shown_merge(request, context["merges"])
    return render(request, "corpus/episode.html", context)


@require_GET
@corpus_view(MANAGER, Membership.Role.ADJUDICATOR)
def dialogue(request: HttpRequest, corpus: Corpus, membership: Membership, dialogue: uuid.UUID) -> HttpResponse:
    """Show one dialogue, with or without an episode."""
    found = get_object_or_404(_dialogues(Dialogue.objects.filter(corpus=corpus)), public_id=dialogue)
    context = {"corpus": corpus, "membership": membership, "dialogues": [found], "dialogue": found}
    return render(request, "corpus/dialogue.html", context | {"episode": found.episode, "read_only": True})


@require_POST
@corpus_view(MANAGER)
def edit(request: HttpRequest, corpus: Corpus, _membership: Membership, utterance: uuid.UUID) -> HttpResponse:
    """Save an utterance; the response holds its new state, and the speakers if its speaker is another one."""
    found = _utterance(corpus, utterance)
    context: dict[str, object] = {"corpus": corpus, "episode": found.dialogue.episode, "utterance": found}
    form = UtteranceForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return render(request, "corpus/utterance_saved.html", context | {"problem": problem})
    try:
        saved = draft_utterances.edit_draft_utterance(utterance=found, **form.cleaned_data)
    except Refused as refusal:
        return render(request, "corpus/utterance_saved.html", context | {"problem": str(refusal)})
    context |= {"utterance": saved, "saved": True, "other_name": _other_name(form.cleaned_data["speaker"], saved)}
    if saved.speaker_id != found.speaker_id:
        series = found.dialogue.series
        context |= {"speakers": speakers_of(series), "merges": open_merges(series)}
        context["page_number"] = request.POST.get("page", "")
    return render(request, "corpus/utterance_saved.html", context)


@require_POST
@corpus_view(MANAGER)
def act_on_utterance(
    request: HttpRequest, corpus: Corpus, _membership: Membership, utterance: uuid.UUID, act: str
) -> HttpResponse:
    """Split, merge or remove an utterance, or begin a new dialogue at it."""
    found = _utterance(corpus, utterance)
    acts: dict[str, Callable[[], object]] = {
        "split": partial(_split, request, found),
        "merge": partial(draft_utterances.merge_with_next, utterance=found),
        "remove": partial(draft_utterances.remove_utterance, utterance=found),
        "begin": partial(draft_dialogues.begin_dialogue, utterance=found),
    }
    if act not in acts or found.dialogue.episode is None:
        raise Http404
    return _do(request, corpus, found.dialogue.episode, acts[act])


@require_POST
@corpus_view(MANAGER)
def act_on_dialogue(
    request: HttpRequest, corpus: Corpus, _membership: Membership, dialogue: uuid.UUID, act: str
) -> HttpResponse:
    """Join a dialogue to the previous one, or declare it ready."""
    found = get_object_or_404(Dialogue.objects.select_related("episode__series"), corpus=corpus, public_id=dialogue)
    acts: dict[str, Callable[[], object]] = {
        "join": partial(draft_dialogues.join_to_previous, dialogue=found),
        "ready": partial(draft_dialogues.declare_ready, dialogue=found),
    }
    if act not in acts or found.episode is None:
        raise Http404
    return _do(request, corpus, found.episode, acts[act])


@require_POST
@corpus_view(MANAGER)
def all_ready(request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Declare every draft of an episode ready."""
    row = _episode(corpus, episode)
    return _do(request, corpus, row, partial(draft_dialogues.declare_all_ready, episode=row))


@require_POST
@corpus_view(MANAGER)
def source(request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Save the licence and the laugh track of an episode and of its series."""
    row, sent = _episode(corpus, episode), request.POST
    tracks = {"yes": True, "no": False}
    try:
        with transaction.atomic():
            describe_episode(episode=row, licence=sent.get("licence", ""), has_laugh_track="laugh_track" in sent)
            describe_series(
                series=row.series,
                licence=sent.get("series_licence", ""),
                has_laugh_track=tracks.get(sent.get("series_laugh_track", "")),
            )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The licence and the laugh track were saved."))
    return redirect("corpus:episode", corpus.slug, row.public_id)


@require_POST
@corpus_view(MANAGER)
def rename(
    request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID, speaker: uuid.UUID
) -> HttpResponse:
    """Rename a speaker in the whole series; the name of another speaker leads to the page that confirms the merge."""
    row = _episode(corpus, episode)
    found = get_object_or_404(Speaker.with_merged, public_id=speaker, series=row.series)
    try:
        named = rename_speaker(speaker=found, name=request.POST.get("name", ""))
    except Refused as refusal:
        return _redrawn(request, corpus, row, str(refusal))
    if named.pk == found.pk:
        return _redrawn(request, corpus, row)
    where = reverse("annotator:merge_speakers", args=[corpus.slug, episode, found.public_id, named.public_id])
    page = request.POST.get("page", "")
    return HttpResponse(headers={"HX-Redirect": f"{where}?page={page}" if page.isdecimal() else where})


@require_POST
@corpus_view(MANAGER)
def forget_name(
    request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID, speaker: uuid.UUID
) -> HttpResponse:
    """Remove one of the other names of a speaker."""
    row = _episode(corpus, episode)
    found = get_object_or_404(Speaker.with_merged, public_id=speaker, series=row.series)
    return _do(request, corpus, row, partial(forget_other_name, speaker=found, name=request.POST.get("forget", "")))


def _shown_merge(request: HttpRequest, merges: list[OpenMerge]) -> OpenMerge | None:
    """Return the merge that was made just now, to offer its undoing."""
    wanted = request.GET.get("merge", "")
    return next((each for each in merges if str(each.merge.public_id) == wanted), None)


def _other_name(typed: str, saved: Utterance) -> str:
    """Return the typed name if it is another name of the saved speaker, so that the page can say so."""
    typed = " ".join(typed.split())
    return typed if saved.speaker and typed != saved.speaker.name else ""


def _split(request: HttpRequest, utterance: Utterance) -> Utterance:
    form = SplitForm(request.POST)
    if not form.is_valid():
        raise Refused("utterance.split_span")
    return draft_utterances.split_utterance(utterance=utterance, **form.cleaned_data)


def _do(request: HttpRequest, corpus: Corpus, episode: Episode, write: Callable[[], object]) -> HttpResponse:
    """Perform an edit and respond with all dialogues of the page, since order and codes may have changed."""
    problem = ""
    try:
        write()
    except Refused as refusal:
        problem = str(refusal)
    return _redrawn(request, corpus, episode, problem)


def _redrawn(request: HttpRequest, corpus: Corpus, episode: Episode, problem: str = "") -> HttpResponse:
    """Respond with the dialogues and speakers as they are stored now."""
    context = {"corpus": corpus, "problem": problem, "refresh": True, **_episode_context(request, episode)}
    return render(request, "corpus/episode_dialogues.html", context)


def _episode_context(request: HttpRequest, episode: Episode) -> dict[str, Any]:
    number = request.POST.get("page") or request.GET.get("page")
    page = Paginator(_dialogues(episode.dialogues.order_by("order", "pk")), PER_PAGE).get_page(number)
    [progress] = episode_progress([episode])
    return {
        "episode": episode,
        "page": page,
        "page_number": page.number,
        "dialogues": list(page),
        "progress": progress,
        "speakers": list(speakers_of(episode.series)),
        "merges": open_merges(episode.series),
    }


def _dialogues(dialogues: QuerySet[Dialogue]) -> QuerySet[Dialogue]:
    utterances = Utterance.objects.select_related("speaker").order_by("order")
    return dialogues.select_related("episode__playable", "episode__peaks", "series").prefetch_related(
        Prefetch("utterances", utterances)
    )


def _episode(corpus: Corpus, public_id: uuid.UUID) -> Episode:
    episodes = Episode.objects.select_related("series", "playable", "peaks").filter(series__corpus=corpus)
    return get_object_or_404(episodes, public_id=public_id)


def _utterance(corpus: Corpus, public_id: uuid.UUID) -> Utterance:
    utterances = Utterance.objects.select_related("dialogue__episode__series", "speaker")
    return get_object_or_404(utterances, public_id=public_id, dialogue__corpus=corpus)
