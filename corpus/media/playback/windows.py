"""A playable file whose pictures must be encoded, made window by window, so that its beginning plays before its end.

Each window is a file of its own in a folder that outlives a killed worker: what was encoded is never encoded again. The
sound, which takes seconds, is made first, as a whole.
"""

import json
import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from corpus.media.atomic_file import atomic_write
from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.playback.playable_file import (
    COPY_CPU,
    ENCODE_CPU,
    Playable,
    is_sound_copied,
    may_copy_video,
    sound_of,
    verified,
)
from corpus.media.probe.media_probe import Probe
from corpus.media.sandbox.runner import Limits, Progress, collect, follow, for_length

WINDOW_MS = 300_000
SHORTEST_MS = 60_000  # a last window shorter than this is a part of the one before
INDEXED = ("mov", "matroska")  # their times do not depend on where reading begins
SOUND = "sound.mp4"


def windows_of(found: Probe) -> list[int]:
    """Return the ends of the windows in ms, the last one being that of the file; nothing if it is made as a whole.

    It is made as a whole if its pictures are copied, if it is short, and if its container has no reliable index.
    """
    video = found.video
    if video is None or video.interlaced or may_copy_video(found.container, video):
        return []
    if found.container.split(",", maxsplit=1)[0] not in INDEXED:
        return []
    ends = list(range(WINDOW_MS, found.duration_ms - SHORTEST_MS, WINDOW_MS))
    return [*ends, found.duration_ms] if ends else []


def make_sound(source: Path, folder: Path, *, found: Probe, ffmpeg: Path) -> Path | None:
    """Make the sound of the whole file in `folder`, unless it is there; None for a file without sound.

    Raises:
        MediaFault: those of `runner.stream`.
    """
    sound, target = sound_of(found, None), folder / SOUND
    if sound is None:
        return None
    if not target.exists():
        copied = is_sound_copied(found, sound)
        with atomic_write(target) as unfinished:
            follow(
                commands.playable(
                    ffmpeg, source, unfinished, video=None, audio=sound.index, copy_video=False, copy_audio=copied
                ),
                limits=for_length(found.duration_ms, per_second=COPY_CPU),
                total_ms=found.duration_ms,
                progress=None,
                reads=[source.absolute()],
                writes=[folder.absolute()],
            )
    return target


def make_windows(
    source: Path, folder: Path, *, found: Probe, ffmpeg: Path, progress: Progress | None = None
) -> Generator[int, None, None]:
    """Encode the windows that are not in `folder` yet, in order; yield the number of those complete after each.

    Args:
        source: the upload.
        folder: of this file alone.
        found: the probe of `source`.
        ffmpeg: the program.
        progress: called with (done ms, total ms) of the whole file.

    Raises:
        MediaFault: those of `runner.stream`; the windows before stay.
    """
    assert found.video is not None  # noqa: S101 -- `windows_of` has windows for pictures only
    begins = 0
    for number, ends in enumerate(ends_of := windows_of(found)):
        target = _window(folder, number)
        if not target.exists():
            with atomic_write(target) as unfinished:
                follow(
                    commands.window(
                        ffmpeg,
                        source,
                        unfinished,
                        video=found.video.index,
                        start_ms=begins,
                        end_ms=None if number == len(ends_of) - 1 else ends,
                        hdr=found.video.hdr,
                    ),
                    limits=for_length(ends - begins + 1000 * commands.RUN_UP_S, per_second=ENCODE_CPU),
                    total_ms=ends,
                    progress=_of_whole(progress, found.duration_ms) if progress else None,
                    reads=[source.absolute()],
                    writes=[folder.absolute()],
                )
        begins = ends
        yield number + 1


def join(folder: Path, target: Path, *, found: Probe, count: int) -> Playable:
    """Join the first windows and their sound into the playable file `target` (.mp4).

    Args:
        folder: with the sound and at least `count` windows.
        target: the result.
        found: the probe of the source.
        count: of windows; the result ends with the last of them.

    Raises:
        MediaFault: `media.output_wrong` if a part is missing, or those of `runner.stream`.
    """
    ends, sound = windows_of(found), sound_of(found, None)
    is_whole = count == len(ends)
    with atomic_write(target) as unfinished:
        wanted = {
            "windows": [str(_window(folder, number).absolute()) for number in range(count)],
            "sound": str((folder / SOUND).absolute()) if sound else None,
            "target": str(unfinished.absolute()),
            "end_ms": None if is_whole else ends[count - 1],
        }
        argv = [sys.executable, "-m", "corpus.media.playback.join_child", json.dumps(wanted)]
        limits = for_length(ends[count - 1], per_second=COPY_CPU)
        report = collect(
            argv,
            limits=Limits(limits.wall_s, limits.cpu_s),
            reads=[folder.absolute()],
            writes=[target.parent.absolute()],
        )
        if report.strip():
            raise MediaFault("media.output_wrong", what=json.loads(report)["what"])
        assert found.video is not None  # noqa: S101 -- as in `make_windows`
        video, ends_ms = found.video, ends[count - 1]
        if not is_whole:
            video = replace(video, duration_ms=max(0, min(video.duration_ms, ends_ms - video.start_ms)))
            sound = sound and replace(sound, duration_ms=max(0, min(sound.duration_ms, ends_ms - sound.start_ms)))
        made = verified(unfinished, video, sound)
    return Playable(path=target, found=made, copied_video=False, copied_audio=bool(sound))


def _window(folder: Path, number: int) -> Path:
    return folder / f"window-{number:03}.mp4"


def _of_whole(progress: Progress, total_ms: int) -> Progress:
    """Return a progress whose times already count from the start of the file, as those of a window do."""
    return lambda done_ms, _: progress(min(done_ms, total_ms), total_ms)
