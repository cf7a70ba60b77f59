"""Command lines of ffmpeg; the only module that uses ffmpeg-python, and of that only `compile`.

Its `run` and `probe` have no time limit and take a file name that starts with a dash for an option. Here each input
has the hardened flags, and each name is `file:` and an absolute path: no name can be an option or another protocol.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg

from corpus.media.probe.allowed_formats import HARDENED

MAX_SIZE = (1280, 720)
GLOBAL = ("-nostdin", "-hide_banner", "-loglevel", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "0.5")
# no tags, chapters or dates of the source, and the same bytes on every run
PLAIN: dict[str, Any] = {"map_metadata": -1, "map_chapters": -1, "fflags": "+bitexact"}
FASTSTART: dict[str, Any] = {**PLAIN, "format": "mp4", "movflags": "+faststart"}
COPY_VIDEO: dict[str, Any] = {"c:v": "copy"}
COPY_AUDIO: dict[str, Any] = {"c:a": "copy"}
CHANNELS, RATE = 2, 48_000
ENCODE_AUDIO: dict[str, Any] = {
    "c:a": "aac",
    "b:a": "128k",
    "ac": CHANNELS,
    "ar": RATE,
    "flags:a": "+bitexact",
    # gaps in a recording become silence instead of moving the audio forward
    "af": "aresample=async=1:first_pts=0",
}
RUN_UP_S = 10  # before a window, so that its first pictures find the ones they refer to
# fits the box, never enlarged, even sides, square pixels
SHAPE = (
    "scale=w='trunc(min(1,min({0}/(iw*sar),{1}/ih))*iw*sar/2)*2':h='trunc(min(1,min({0}/(iw*sar),{1}/ih))*ih/2)*2',"
    "setsar=1,format=yuv420p"
).format(*MAX_SIZE)
# PQ and HLG to the range of ordinary screens; 203 cd/m2 is the white of graphics (ITU-R BT.2408, 2.1)
TONE_MAPPING = (
    "zscale=transfer=linear:npl=203,format=gbrpf32le,zscale=primaries=bt709,tonemap=mobius:desat=0,"
    "zscale=transfer=bt709:matrix=bt709:range=tv"
)
# the whole box, with black borders: the parts of a reel have the same size
FILLED = (
    "scale={0}:{1}:force_original_aspect_ratio=decrease:force_divisible_by=2,pad={0}:{1}:-1:-1,setsar=1,format=yuv420p"
).format(*MAX_SIZE)
ENCODE_VIDEO: dict[str, Any] = {
    "c:v": "libx264",
    "preset": "veryfast",
    "crf": 23,
    "profile:v": "high",
    "force_key_frames": "expr:gte(t,n_forced)",  # one a second, so that a seek decodes little
    "flags:v": "+bitexact",
    # with a thread of its own for the lookahead, libx264 may give other bytes on every run
    "x264-params": "sync-lookahead=0",
}


def playable(
    program: Path,
    source: Path,
    target: Path,
    *,
    video: int | None,
    audio: int | None,
    copy_video: bool,
    copy_audio: bool,
    interlaced: bool = False,
    hdr: bool = False,
    unused: Sequence[int] = (),
) -> list[str]:
    """Return the command that makes one faststart MP4 of `source`.

    Args:
        video, audio: stream numbers in the source, or None for none.
        copy_video, copy_audio: copy the stream instead of encoding it.
        interlaced: deinterlace while encoding.
        hdr: map the brightness to that of ordinary screens while encoding; needs the filter `zscale` of the program.
        unused: streams to read without a result. In transport streams ffmpeg counts times from the first packet of
            the streams in use, so a left-out track that starts first would move the others forward.
    """
    options = dict(FASTSTART)
    if video is not None:
        steps = [*(["yadif=deint=interlaced"] if interlaced else []), *([TONE_MAPPING] if hdr else []), SHAPE]
        shape = {"vf": ",".join(steps)}
        options |= COPY_VIDEO if copy_video else ENCODE_VIDEO | shape
    if audio is not None:
        options |= COPY_AUDIO if copy_audio else ENCODE_AUDIO
    return _command(program, source, [video, audio], _file(target), options, unused=unused)


def window(
    program: Path,
    source: Path,
    target: Path,
    *,
    video: int,
    start_ms: int,
    end_ms: int | None,
    hdr: bool = False,
) -> list[str]:
    """Return the command that encodes the pictures of one window of `source`; arguments as of `playable`.

    The result keeps the times of the source, so the windows of a file fit together, and each picture belongs to
    exactly one of them: the times of the pictures decide, and no seek.

    Args:
        start_ms: of the window; 0, or a whole second.
        end_ms: the first moment after it; None for the last window.
    """
    start_s = start_ms // 1000
    run_up = {"ss": max(0, start_s - RUN_UP_S)} if start_ms else {}
    seen = ffmpeg.input(_file(source), **HARDENED, **run_up, copyts=None, start_at_zero=None)[str(video)]
    limits = ":".join([f"start={start_s}", *([f"end={end_ms / 1000:g}"] if end_ms is not None else [])])
    steps = [f"trim={limits}", *([TONE_MAPPING] if hdr else []), SHAPE]
    keyframes = {"force_key_frames": f"expr:gte(t,n_forced+{start_s})"}
    options = PLAIN | {"format": "mp4"} | ENCODE_VIDEO | keyframes | {"vf": ",".join(steps)}
    return _compiled(program, ffmpeg.output(seen, _file(target), **options))


def part(program: Path, source: Path, target: Path, *, video: int, start_ms: int, frames: int, fps: int) -> list[str]:
    """Return the command that encodes the pictures of `source` as a part of a reel, see `corpus.media.playback.reel`.

    Args:
        video: stream number.
        start_ms: of the part in the reel; a whole number of frames.
        frames: of the part: the last picture is repeated, or the rest is left out.
        fps: frames per second of the reel.
    """
    seen = ffmpeg.input(_file(source), **HARDENED)[str(video)]
    first = start_ms * fps // 1000
    steps = [
        f"fps={fps}:start_time=0",
        FILLED,
        f"tpad=stop_mode=clone:stop={frames}",
        f"trim=end_frame={frames}",
        f"setpts=N+{first}",
    ]
    keyframes = {"force_key_frames": f"expr:gte(t,n_forced+{start_ms / 1000:g})"}
    options = PLAIN | {"format": "mp4", "video_track_timescale": 12_800} | ENCODE_VIDEO | keyframes
    return _compiled(program, ffmpeg.output(seen, _file(target), **options, vf=",".join(steps)))


def sound_of_part(program: Path, source: Path, target: Path, *, audio: int) -> list[str]:
    """Return the command that writes the sound of `source` as WAV, with silence before its first sound."""
    options = PLAIN | {"format": "wav", "c:a": "pcm_s16le", "ac": CHANNELS, "ar": RATE, "af": ENCODE_AUDIO["af"]}
    return _command(program, source, [audio], _file(target), options)


def samples(program: Path, source: Path, *, audio: int, rate: int) -> list[str]:
    """Return the command that writes the audio of `source` to standard output: mono, 16 bit, `rate` Hz.

    The samples count from the zero of a playable file's own clock, with silence before the first sound.
    """
    options = {"format": "s16le", "c:a": "pcm_s16le", "ac": 1, "ar": rate, "af": ENCODE_AUDIO["af"]}
    return _command(program, source, [audio], "pipe:1", options, progress=False, from_zero=True)


def subtitle(program: Path, source: Path, *, stream: int, form: str, codec: str) -> list[str]:
    """Return the command that writes the subtitle stream to standard output as `form`: srt, ass or webvtt.

    Args:
        codec: of the output; "copy" preserves names and voices, which ffmpeg's encoders drop.
    """
    return _command(program, source, [stream], "pipe:1", {"format": form, "c:s": codec}, progress=False)


def shots(program: Path, source: Path, *, video: int, score: float) -> list[str]:
    """Return the command that prints the time of each frame that differs from the one before by `score` (0 to 1).

    Times count from the zero of a playable file's own clock.
    """
    small = ffmpeg.input(_file(source), **HARDENED, skip_loop_filter="all", copyts=None)[str(video)]
    chosen = small.filter("scale", 160, -2).filter("select", f"gt(scene,{score})").filter("metadata", "print", file="-")
    return _compiled(program, ffmpeg.output(chosen, "-", format="null"), progress=False)


def _command(
    program: Path,
    source: Path,
    streams: list[int | None],
    target: str,
    options: dict[str, Any],
    *,
    progress: bool = True,
    from_zero: bool = False,
    unused: Sequence[int] = (),
) -> list[str]:
    source_input = ffmpeg.input(_file(source), **HARDENED, **({"copyts": None} if from_zero else {}))
    chosen = [source_input[str(index)] for index in streams if index is not None]
    made = ffmpeg.output(*chosen, target, **options)
    if unused:
        rest = ffmpeg.output(*[source_input[str(index)] for index in unused], "-", format="null", c="copy")
        made = ffmpeg.merge_outputs(made, rest)
    return _compiled(program, made, progress=progress)


def _compiled(program: Path, stream: Any, *, progress: bool = True) -> list[str]:
    flags = GLOBAL if progress else GLOBAL[: GLOBAL.index("-progress")]
    argv = ffmpeg.compile(stream, cmd=str(program), overwrite_output=True)
    return [argv[0], *flags, *argv[1:]]


def _file(path: Path) -> str:
    return f"file:{path.absolute()}"
