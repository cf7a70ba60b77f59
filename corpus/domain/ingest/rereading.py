"""Reading the subtitles of an imported episode again, with other options."""

from __future__ import annotations

from django.db import transaction

from common.errors import Refused
from corpus.domain.ingest.draft_writing import report_of, warnings_of, write_drafts
from corpus.domain.ingest.episodes import is_busy, keep_options
from corpus.domain.ingest.subtitle_files import subtitles_of
from corpus.domain.structure.archiving import require_writable
from corpus.domain.structure.draft_locking import lock_corpus
from corpus.models import Annotation, Dialogue, Episode
from corpus.rules.subtitles.cue_reading import all_past_end, fit, read_subtitles
from corpus.rules.subtitles.options import Options


def can_reread(episode: Episode) -> bool:
    """Return whether an episode's dialogues can be made anew: all of them are drafts, and its subtitles are stored."""
    is_imported = episode.state == Episode.State.READY and episode.subtitles_id is not None
    answered = Annotation.objects.filter(utterance__dialogue__episode=episode)  # of utterances retired since
    return is_imported and not (episode.dialogues.exclude(state=Dialogue.State.DRAFT).exists() or answered.exists())


@transaction.atomic
def reread(*, episode: Episode, options: Options) -> dict[str, int]:
    """Replace the drafts of an episode by those of another reading of its subtitles.

    Edits of the drafts are lost; the page says so before.

    Args:
        episode: imported; none of its dialogues may be frozen.
        options: of the reader, kept for the series' next episode, too.

    Returns:
        Counts of `dialogues` and `cues`.

    Raises:
        Refused: `corpus.archived`, `episode.has_ready`, `episode.busy`, `subtitles.all_past_end`.
        SubtitleFault: the subtitles cannot be read with these options.
    """
    lock_corpus(episode.series.corpus_id)
    episode = Episode.objects.select_for_update(of=("self",)).select_related("series__corpus").get(pk=episode.pk)
    require_writable(episode.series.corpus)
    if is_busy(episode):
        raise Refused("episode.busy")
    file = subtitles_of(episode)
    if file is None or not can_reread(episode):
        raise Refused("episode.has_ready")
    reading = read_subtitles(file.data, file.name, options, fps=episode.fps)
    duration_ms = episode.duration_ms or 0
    cues = fit(reading.cues, duration_ms)
    if not any(cue.usable for cue in cues):
        raise all_past_end(reading.cues, duration_ms)
    episode.cues.all().delete()
    Dialogue.with_retired.filter(episode=episode).delete()
    write_drafts(episode, cues)
    keep_options(episode=episode, options=options)
    about_media = [one for one in episode.warnings if not str(one.get("code", "")).startswith("cue.")]
    episode.warnings = about_media + warnings_of(cues)
    episode.subtitle_report = report_of(reading)
    episode.save(update_fields=["warnings", "subtitle_report", "subtitle_options"])
    return {"dialogues": episode.dialogues.count(), "cues": len(cues)}
