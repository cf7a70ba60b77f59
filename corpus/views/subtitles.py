"""The subtitles of an episode: the preview before its import, the report after it, and reading them again."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from common.errors import Refused
from common.models import Job, User
from corpus.access import corpus_view
from corpus.domain.ingest.episode_progress import episode_progress
from corpus.domain.ingest.episodes import begin_import
from corpus.domain.ingest.rereading import can_reread, reread
from corpus.domain.ingest.speech_check import CHECK, compared, proposed, request_speech_check
from corpus.domain.ingest.subtitle_preview import Preview, Row, preview_of
from corpus.forms.subtitles import ENCODING_TEXTS, ROLE_TEXTS, RULE_TEXTS, OptionsForm, shown_anchors
from corpus.media.speech.detection import is_installed
from corpus.models import Corpus, Cue, Episode, Membership
from corpus.rules.subtitles.options import Options, from_document

PER_PAGE = 100
MANAGER = Membership.Role.MANAGER
# the rows of the preview that a person may want to see alone
SHOWN = {
    "all": gettext_lazy("everything"),
    "changed": gettext_lazy("what the reader changed"),
    "no_speech": gettext_lazy("no speech"),
    "left_out": gettext_lazy("left out"),
    "remarks": gettext_lazy("remarks"),
    "silent": gettext_lazy("subtitles without speech"),
}


@require_GET
@corpus_view(MANAGER)
def subtitles(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Show the preview of an episode that waits or is read again, or the report of an imported one."""
    row = _episode(corpus, episode)
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "episode": row}
    context["can_reread"] = can_reread(row)
    is_preview = row.state == Episode.State.PREVIEW or (context["can_reread"] and "again" in request.GET)
    if not is_preview:
        return render(request, "corpus/subtitle_report.html", context | _report(request, row))
    context |= _preview_context(row, from_document(row.subtitle_options), {})
    return render(request, "corpus/subtitle_preview.html", context)


@require_POST
@corpus_view(MANAGER, while_archived=True)  # it writes nothing
def preview(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Show what other options would give; writes nothing."""
    return _part(request, corpus, membership, _episode(corpus, episode))


@require_POST
@corpus_view(MANAGER)
def take_over(request: HttpRequest, corpus: Corpus, _membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Import a waiting episode, or read the subtitles of an imported one again, with the options of the preview."""
    row = _episode(corpus, episode)
    form = OptionsForm(request.POST)
    here = reverse("corpus:subtitles", args=[corpus.slug, row.public_id])
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(here)
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    try:
        if row.state == Episode.State.PREVIEW:
            begin_import(episode=row, options=_as_shown(row, form.options()), created_by=request.user)
            where = reverse("corpus:episodes", args=[corpus.slug]) + f"#episode-{row.public_id}"
        else:
            reread(episode=row, options=form.options())
            messages.success(request, _("The subtitles were read again."))
            where = reverse("corpus:episode", args=[corpus.slug, row.public_id])
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    return redirect(where)


@require_POST
@corpus_view(MANAGER)
def check_speech(request: HttpRequest, corpus: Corpus, membership: Membership, episode: uuid.UUID) -> HttpResponse:
    """Queue the speech check of an episode; the preview keeps the settings that are not imported yet."""
    row = _episode(corpus, episode)
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware runs before every view
    try:
        request_speech_check(episode=row, requested_by=request.user)
    except Refused as refusal:
        if request.headers.get("HX-Request") == "true":
            return _part(request, corpus, membership, row, refusal=str(refusal))
        messages.error(request, str(refusal))
    if request.headers.get("HX-Request") == "true":
        return _part(request, corpus, membership, row)
    again = "?again=1" if row.state == Episode.State.READY and "again" in request.POST else ""
    return redirect(reverse("corpus:subtitles", args=[corpus.slug, row.public_id]) + again)


def _part(
    request: HttpRequest, corpus: Corpus, membership: Membership, row: Episode, *, refusal: str = ""
) -> HttpResponse:
    """Return the body of the preview with the options that were sent."""
    form = OptionsForm(request.POST)
    options = form.options() if form.is_valid() else from_document(row.subtitle_options)
    context = {"corpus": corpus, "membership": membership, "episode": row, "can_reread": can_reread(row)}
    context |= _preview_context(row, options, request.POST) | {"form": form, "refusal": refusal}
    return render(request, "corpus/subtitle_preview_body.html", context)


def _as_shown(episode: Episode, options: Options) -> Options:
    """Return the options with the frame rate of the preview, so that the import gives the same times."""
    shown = preview_of(episode, options)
    if shown is None:
        return options
    if shown.fault:
        raise shown.fault
    assert shown.reading is not None  # noqa: S101 -- without a fault there is a reading
    return Options(**{**options.__dict__, "fps": shown.reading.fps}) if shown.reading.fps else options


def _preview_context(episode: Episode, options: Options, sent: Any) -> dict[str, Any]:
    shown = preview_of(episode, options)
    proposal = None
    if shown and shown.reading and "propose" in sent:
        proposal = proposed(episode, shown.speech)
        if proposal:
            moved = proposal.rate * options.offset_ms + proposal.offset_ms
            options = dataclasses.replace(options, rate=options.rate * proposal.rate, offset_ms=round(moved))
            shown = preview_of(episode, options)
    anchors, applied = shown_anchors(sent, options)
    kind = sent.get("show", "all")
    speech = _speech_context(episode, shown)
    silent = speech["silent"]
    rows = [row for row in shown.rows if _is_shown(row, kind, silent)] if shown else []
    return {
        "progress": episode_progress([episode])[0] if shown is None else None,
        "preview": shown,
        "proposal": proposal,
        "asked": "propose" in sent,
        **speech,
        "options": options,
        "offset_s": f"{options.offset_ms / 1000:.3f}".rstrip("0").rstrip("."),
        "rate": f"{options.rate:.6f}".rstrip("0").rstrip("."),
        "rules": _rules(options, shown),
        "parts": _parts(shown),
        "encodings": [(name, text, name == options.encoding) for name, text in ENCODING_TEXTS],
        "encoding_found": _encoding_found(shown),
        "kinds": [(name, text, name == kind) for name, text in SHOWN.items()],
        "page": Paginator(rows, PER_PAGE).get_page(sent.get("page")),
        "anchors": anchors,
        "applied": applied,
    }


def _speech_context(episode: Episode, shown: Preview | None) -> dict[str, Any]:
    """Return what the speech check found about the cues of a preview."""
    job = Job.objects.filter(kind=CHECK, args__episode=str(episode.public_id)).order_by("created_at").last()
    comparison = compared(episode, shown.speech) if shown and shown.reading else None
    return {
        "can_check_speech": is_installed(),
        "speech_job": job if job and job.state != Job.State.DONE else None,
        "comparison": comparison,
        "share": round(100 * comparison.share) if comparison else 0,
        "silent": {id(shown.speech[at]) for at in comparison.silent} if shown and comparison else set(),
    }


def _rules(options: Options, shown: Preview | None) -> list[dict[str, Any]]:
    found = shown.found if shown else {}
    return [
        {"name": name, "text": text, "help": hint, "on": options.on(name), "count": found.get(name, 0)}
        for name, (text, hint) in RULE_TEXTS.items()
    ]


def _parts(shown: Preview | None) -> list[dict[str, Any]]:
    if shown is None or shown.reading is None:
        return []
    return [
        {
            "key": part.key,
            "kind": part.kind,
            "name": part.name,
            "count": part.count,
            "sample": part.sample,
            "role": ROLE_TEXTS[part.role],
            "roles": [(role, text, shown.options.roles.get(part.key) == role) for role, text in ROLE_TEXTS.items()],
        }
        for part in shown.reading.parts
    ]


def _encoding_found(shown: Preview | None) -> str:
    name = shown.reading.encoding if shown and shown.reading else ""
    return str(dict(ENCODING_TEXTS).get(name, name)) if name else ""


def _is_shown(row: Row, kind: str, silent: set[int]) -> bool:
    if kind == "silent":
        return any(id(cue) in silent for cue in row.cues)
    if kind == "changed":
        return bool(row.notes) or row.turn is None
    if kind in {"no_speech", "left_out"}:
        return any(cue.kind == kind for cue in row.cues)
    if kind == "remarks":
        return any(cue.remark for cue in row.cues)
    return True


def _report(request: HttpRequest, episode: Episode) -> dict[str, Any]:
    cues: QuerySet[Cue] = episode.cues.select_related("utterance__dialogue").order_by("order")
    kind = request.GET.get("show", "all")
    if kind == "changed":
        cues = cues.exclude(notes=[], remark="", kind=Cue.Kind.SPEECH)
    elif kind in {"no_speech", "left_out"}:
        cues = cues.filter(kind=kind)
    elif kind == "remarks":
        cues = cues.exclude(remark="")
    touched = episode.subtitle_report.get("touched", {})
    return {
        "page": Paginator(cues, PER_PAGE).get_page(request.GET.get("page")),
        "report": episode.subtitle_report,
        "touched": sorted(touched.items(), key=lambda one: -one[1]),
        "encoding_found": dict(ENCODING_TEXTS).get(episode.subtitle_report.get("encoding", ""), ""),
        "kinds": [(name, text, name == kind) for name, text in SHOWN.items() if name != "silent"],
        "kind": kind,
    }


def _episode(corpus: Corpus, public_id: uuid.UUID) -> Episode:
    episodes = Episode.objects.select_related("series__corpus", "subtitles")
    return get_object_or_404(episodes, public_id=public_id, series__corpus=corpus)
