"""The conversion of an episode that must be encoded: its first window is imported before the others are encoded.

The windows wait in a folder that outlives a killed worker, until the episode is complete. After the first window the
episode has a playable file that ends there (`Episode.playable_ms`); it is replaced by longer ones as they are made.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from django.conf import settings

from common.errors import Refused
from common.files.disk_space import require_space
from common.jobs.run import JobRun
from corpus.domain.media.stored_files import scratch, shelf
from corpus.media.ffmpeg.program import find_ffmpeg
from corpus.media.playback.playable_file import Playable
from corpus.media.playback.windows import join, make_sound, make_windows, windows_of
from corpus.media.probe.media_probe import Probe, probe
from corpus.models import Episode, MediaFile

STAGE = "making_playable"


def window_folder(episode: Episode) -> Path:
    """Return the folder of an episode's windows; `sweep_leftovers` knows it by its name."""
    return Path(settings.WORK_DIR) / f"windows-{episode.public_id}.kept"


def drop_windows(episode: Episode) -> None:
    """Remove the windows of an episode."""
    shutil.rmtree(window_folder(episode), ignore_errors=True)


def first_part(
    run: JobRun, episode: Episode, source: Path, target: Path, *, found: Probe, ffmpeg: Path
) -> tuple[Playable, Path | None]:
    """Make the playable file of the first window; return it and the sound of the whole episode.

    Raises:
        MediaFault: the file cannot be converted.
    """
    folder = window_folder(episode)
    folder.mkdir(parents=True, exist_ok=True)
    sound = make_sound(source, folder, found=found, ffmpeg=ffmpeg)
    with closing(_windows(run, source, folder, found, ffmpeg)) as windows:
        next(windows)
    return join(folder, target, found=found, count=1), sound


def complete_conversion(run: JobRun, *, episode: Episode) -> None:
    """Encode the other windows of an imported episode, and lengthen its playable file.

    The file is lengthened when it has twice as many windows as before, and at the end: so all joining together costs no
    more than twice the last one. A file that was replaced is removed once it is a day old; pages may have it open.

    Raises:
        Refused: `episode.gone`, `disk.full`.
        MediaFault: a window cannot be encoded; what was imported stays.
    """
    row = Episode.objects.select_related("source", "series__corpus").filter(pk=episode.pk).first()
    if row is None or row.source is None:
        raise Refused("episode.gone")
    source, folder, ffmpeg = row.source.path, window_folder(row), find_ffmpeg(settings.FFMPEG_BIN)
    found = probe(source)
    ends = windows_of(found)
    require_space(row.source.size)
    folder.mkdir(parents=True, exist_ok=True)
    make_sound(source, folder, found=found, ffmpeg=ffmpeg)
    with closing(_windows(run, source, folder, found, ffmpeg)) as windows:
        for count in windows:
            grown = ends[count - 1] > (row.playable_ms or 0) and (count & (count - 1)) == 0
            if grown or count == len(ends):
                _lengthen(run, row, folder, found, count)
    drop_windows(row)


def _windows(run: JobRun, source: Path, folder: Path, found: Probe, ffmpeg: Path) -> Generator[int, None, None]:
    run.progress(0, found.duration_ms, STAGE)
    return make_windows(
        source, folder, found=found, ffmpeg=ffmpeg, progress=lambda done, total: run.progress(done, total, STAGE)
    )


def _lengthen(run: JobRun, row: Episode, folder: Path, found: Probe, count: int) -> None:
    """Replace the playable file by one with `count` windows."""
    ends = windows_of(found)
    with scratch(f"join-{row.public_id}.{run.job.attempt}") as work:
        made = join(folder, work / "playable.mp4", found=found, count=count)
        with shelf(row.series.corpus, work) as store, run.finishing():
            playable = store.put(made.path, kind=MediaFile.Kind.PLAYABLE, content_type="video/mp4", suffix=".mp4")
            is_whole = count == len(ends)
            changed = {"duration_ms": made.found.duration_ms} if is_whole else {}
            row.playable_ms = None if is_whole else made.found.duration_ms
            Episode.objects.filter(pk=row.pk).update(playable=playable, playable_ms=row.playable_ms, **changed)
