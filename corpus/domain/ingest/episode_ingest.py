"""The import of an uploaded episode by a worker: probe, read the subtitles, convert, and write everything at once.

Nothing of the episode is visible before the final transaction: files are created in a scratch folder and placed in
the transaction that writes the rows. A killed run leaves the upload, and the next run starts again with it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.run import JobRun, Superseded
from corpus.domain.ingest.draft_writing import report_of, warnings_of, write_drafts
from corpus.domain.ingest.episodes import drop_incoming
from corpus.domain.ingest.resumable_uploads import remove_expired
from corpus.domain.ingest.subtitle_files import embedded_subtitles, waiting_subtitles
from corpus.domain.ingest.windowed_conversion import complete_conversion, drop_windows, first_part
from corpus.domain.media.stored_files import Shelf, digest, incoming, scratch, shelf, sweep_leftovers, twin
from corpus.domain.structure.draft_locking import lock_corpus
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.playback.playable_file import Playable, make_playable
from corpus.media.playback.waveform_peaks import make_peaks
from corpus.media.playback.windows import windows_of
from corpus.media.probe.media_probe import Probe, probe, probe_playable
from corpus.models import Episode, MediaFile, Utterance
from corpus.rules.subtitles.cue import Cue as SubtitleCue
from corpus.rules.subtitles.cue_reading import Reading, all_past_end, fit, read_subtitles
from corpus.rules.subtitles.options import from_document

# faults of the machine, not of the files: the upload stays for a day, so that the job can be retried
MENDABLE = {"disk.full", "media.disk_full", "media.ffmpeg_missing"}
BYTES = "application/octet-stream"


@dataclass(frozen=True)
class Found:
    """The results of an upload in the scratch folder, before anything is written to the database."""

    source: Path
    sha256: str
    subtitles: Path
    reading: Reading
    cues: list[SubtitleCue]
    playable: Playable
    peaks: Path | None
    duration_ms: int
    playable_ms: int | None = None  # the playable file is a part that ends here


def bring_in(run: JobRun, *, episode: str, media: str, subtitles: str = "") -> dict[str, int]:
    """Run the job of `submit_episode`.

    Args:
        run: the attempt.
        episode: public id.
        media, subtitles: names of the uploaded files, for messages only.

    Returns:
        Counts of `dialogues`, `utterances`, `cues`.

    Raises:
        Refused: `episode.gone`, `episode.same_file`, `episode.no_subtitles`, `subtitles.all_past_end`, `disk.full`.
        SubtitleFault, MediaFault: the files cannot be used. The episode is then marked as failed, and its files are
            removed unless the machine is at fault.
    """
    sweep_leftovers()
    remove_expired()
    row = Episode.objects.select_related("series__corpus").filter(public_id=episode).first()
    if row is None:
        raise Refused("episode.gone")
    try:
        if row.state != Episode.State.READY:  # else an earlier run was killed after its commit
            _bring_in(run, row, media=media, subtitles=subtitles)
        if row.playable_ms is not None:
            drop_incoming(row)  # the source is stored: only the conversion is left
            complete_conversion(run, episode=row)
    except Superseded:
        raise
    except Exception as fault:
        # fenced: an attempt that slept beyond its lease may fail because the next one has removed its folder
        with run.finishing():
            if Episode.objects.filter(pk=row.pk, state=Episode.State.NEW).update(state=Episode.State.FAILED):
                drop_windows(row)
            if isinstance(fault, Refused) and fault.code not in MENDABLE:
                drop_incoming(row)
        raise
    drop_incoming(row)
    return _counts(row)


def _bring_in(run: JobRun, row: Episode, *, media: str, subtitles: str) -> None:
    """Read and convert the uploads, the first window at least, and write everything."""
    with scratch(f"ingest-{row.public_id}.{run.job.attempt}") as folder:
        found = _prepare(run, row, folder, media=media, subtitles=subtitles)
        run.progress(0, 1, "writing")
        # the uploads stay until the end: a run killed during its final transaction leaves them to the next one
        found = replace(found, source=twin(found.source, folder), subtitles=twin(found.subtitles, folder))
        with shelf(row.series.corpus, folder) as store, run.finishing():
            _write(row, found, store)


def _prepare(run: JobRun, episode: Episode, folder: Path, *, media: str, subtitles: str) -> Found:
    source = incoming(f"{episode.public_id}.media")
    if not source.exists():
        raise Refused("episode.gone")
    require_space(source.stat().st_size)
    run.progress(0, 1, "checking")
    with ThreadPoolExecutor(max_workers=1) as beside:  # two cores: a child process reads the packets meanwhile
        hashed = beside.submit(digest, source)
        try:
            found = probe(source)
        finally:
            sha256 = hashed.result()
    _refuse_same_file(episode, sha256)
    ffmpeg = find_ffmpeg(settings.FFMPEG_BIN)
    run.progress(0, 1, "reading_subtitles")
    text = _subtitles(episode, found, source, folder, ffmpeg)
    fps = found.video.fps if found.video else None
    options = from_document(episode.subtitle_options)
    reading = read_subtitles(text.read_bytes(), subtitles or media, options, fps=fps)
    cues = reading.cues
    if not any(cue.usable for cue in fit(cues, found.duration_ms)):
        raise all_past_end(reading.cues, found.duration_ms)
    target = folder / "playable.mp4"
    if windows := windows_of(found):
        playable, sound = first_part(run, episode, source, target, found=found, ffmpeg=ffmpeg)
        peaks = _peaks(run, sound, folder, found=probe_playable(sound) if sound else None, ffmpeg=ffmpeg)
        cues = fit(cues, found.duration_ms)
        return Found(source, sha256, text, reading, cues, playable, peaks, found.duration_ms, windows[0])
    playable = make_playable(
        source, target, found=found, ffmpeg=ffmpeg, progress=_progress_reporter(run, "making_playable")
    )
    made = playable.found
    peaks = _peaks(run, playable.path, folder, found=made if made.audio else None, ffmpeg=ffmpeg)
    cues = fit(cues, made.duration_ms)
    return Found(source, sha256, text, reading, cues, playable, peaks, made.duration_ms)


def _peaks(run: JobRun, sound: Path | None, folder: Path, *, found: Probe | None, ffmpeg: Path) -> Path | None:
    if sound is None or found is None:
        return None
    target = folder / "peaks"
    make_peaks(sound, target, found=found, ffmpeg=ffmpeg, progress=_progress_reporter(run, "drawing_sound"))
    return target


def _refuse_same_file(episode: Episode, sha256: str) -> None:
    if same := Episode.objects.filter(series=episode.series, source__sha256=sha256).exclude(pk=episode.pk).first():
        raise Refused("episode.same_file", title=same.title)


def _progress_reporter(run: JobRun, stage: str) -> Callable[[int, int], None]:
    run.progress(0, 1, stage)
    return lambda done, total: run.progress(done, total, stage)


def _subtitles(episode: Episode, found: Probe, source: Path, folder: Path, ffmpeg: Path) -> Path:
    """Return the submitted subtitles, else those inside the media file."""
    given = waiting_subtitles(episode)
    if given.exists():
        return given
    path = folder / "embedded"
    path.write_bytes(embedded_subtitles(source, found=found, ffmpeg=ffmpeg))
    return path


def _write(episode: Episode, found: Found, store: Shelf) -> None:
    """Write all results, in the final transaction."""
    kinds = MediaFile.Kind
    corpus = episode.series.corpus
    lock_corpus(corpus.pk)
    _refuse_same_file(episode, found.sha256)  # again: another job may have stored it since the first look
    episode.subtitles = store.put(found.subtitles, kind=kinds.SUBTITLES, content_type="text/plain", suffix=".txt")
    episode.playable = store.put(found.playable.path, kind=kinds.PLAYABLE, content_type="video/mp4", suffix=".mp4")
    if found.peaks:
        episode.peaks = store.put(found.peaks, kind=kinds.PEAKS, content_type=BYTES, suffix=".peaks")
    episode.source = store.put(found.source, kind=kinds.SOURCE, content_type=BYTES, suffix=".bin", sha256=found.sha256)
    made = found.playable.found
    episode.duration_ms, episode.playable_ms = found.duration_ms, found.playable_ms
    episode.has_picture, episode.has_sound = made.video is not None, bool(made.audio)
    episode.fps = made.video.fps if made.video else None
    episode.warnings = _warnings(found)
    episode.subtitle_report = report_of(found.reading)
    episode.state = Episode.State.READY
    episode.save()
    write_drafts(episode, found.cues)


def _warnings(found: Found) -> list[dict[str, object]]:
    """Return the defects that are no reason to refuse, as code and parameters, cue by cue."""
    remarks: list[dict[str, object]] = []
    if not found.playable.found.audio:
        remarks.append({"code": "episode.no_sound", "params": {}})
    if found.playable.found.video is None:
        remarks.append({"code": "episode.no_picture", "params": {}})
    return remarks + warnings_of(found.cues)


def _counts(episode: Episode) -> dict[str, int]:
    return {
        "dialogues": episode.dialogues.count(),
        "utterances": Utterance.objects.filter(dialogue__episode=episode).count(),
        "cues": episode.cues.count(),
    }
