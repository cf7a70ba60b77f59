"""A reel: the clips of an episode, one after another, as one playable file.

Published corpora such as MELD come as one clip per utterance. Each clip gets a whole number of pictures, and exactly as
much sound, so that the spans of the clips in the reel are known to the frame.
"""

import json
import sys
import wave
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.media.faults import MediaFault
from corpus.media.ffmpeg import commands
from corpus.media.playback.playable_file import COPY_CPU, ENCODE_CPU, Playable, verified
from corpus.media.probe.media_probe import Probe, preferred_audio, probe
from corpus.media.sandbox.runner import Limits, collect, follow, for_length

FPS = 25
FRAME_MS = 1000 // FPS
SOUND = "sound.wav"


@dataclass(frozen=True, slots=True)
class Part:
    """A clip in a reel: its file, and its span in the reel in ms."""

    path: Path
    start_ms: int
    end_ms: int


class Reel:
    """Collects clips in a folder of its own, and joins them.

    Args:
        folder: an existing folder.
        ffmpeg: the program.
    """

    def __init__(self, folder: Path, *, ffmpeg: Path) -> None:
        self._folder, self._ffmpeg = folder, ffmpeg
        self.parts: list[Part] = []

    @property
    def duration_ms(self) -> int:
        """The length so far."""
        return self.parts[-1].end_ms if self.parts else 0

    def add(self, clip: Path) -> Part:
        """Encode a clip as the next part.

        Raises:
            MediaFault: it has no picture or no sound, or another one of the file; the reel is as before then.
        """
        found = probe(clip)
        sound = preferred_audio(found)
        if found.video is None or sound is None:
            raise MediaFault("media.no_streams")
        frames = max(1, round(found.video.duration_ms / FRAME_MS))
        start_ms = self.duration_ms
        pictures, voice = self._folder / f"window-{len(self.parts):04}.mp4", self._folder / f"{len(self.parts):04}.wav"
        limits = for_length(found.duration_ms, per_second=ENCODE_CPU)
        for command in (
            commands.part(
                self._ffmpeg, clip, pictures, video=found.video.index, start_ms=start_ms, frames=frames, fps=FPS
            ),
            commands.sound_of_part(self._ffmpeg, clip, voice, audio=sound.index),
        ):
            follow(
                command,
                limits=limits,
                total_ms=found.duration_ms,
                progress=None,
                reads=[clip.absolute()],
                writes=[self._folder.absolute()],
            )
        part = Part(pictures, start_ms, start_ms + frames * FRAME_MS)
        self.parts.append(part)
        return part

    def join(self, target: Path) -> Playable:
        """Join the parts into the playable file `target` (.mp4).

        Raises:
            MediaFault: `media.output_wrong`, or those of `runner.stream`.
        """
        sound = self._sound()
        wanted = {
            "windows": [str(part.path.absolute()) for part in self.parts],
            "sound": str(sound.absolute()),
            "target": str(target.absolute()),
            "end_ms": None,
        }
        limits = for_length(self.duration_ms, per_second=COPY_CPU)
        report = collect(
            [sys.executable, "-m", "corpus.media.playback.join_child", json.dumps(wanted)],
            limits=Limits(limits.wall_s, limits.cpu_s),
            reads=[self._folder.absolute()],
            writes=[target.parent.absolute()],
        )
        if report.strip():
            raise MediaFault("media.output_wrong", what=json.loads(report)["what"])
        return Playable(path=target, found=self._verified(target), copied_video=False, copied_audio=False)

    def _sound(self) -> Path:
        """Encode the sound of all parts, each as long as its pictures."""
        whole, encoded = self._folder / SOUND, self._folder / "sound.mp4"
        with wave.open(str(whole), "wb") as target:
            target.setnchannels(commands.CHANNELS)
            target.setsampwidth(2)
            target.setframerate(commands.RATE)
            for number, part in enumerate(self.parts):
                target.writeframes(_samples(self._folder / f"{number:04}.wav", part.end_ms - part.start_ms))
        follow(
            commands.playable(self._ffmpeg, whole, encoded, video=None, audio=0, copy_video=False, copy_audio=False),
            limits=for_length(self.duration_ms, per_second=COPY_CPU),
            total_ms=self.duration_ms,
            progress=None,
            reads=[whole.absolute()],
            writes=[self._folder.absolute()],
        )
        return encoded

    def _verified(self, target: Path) -> Probe:
        first, last = probe(self.parts[0].path).video, self.parts[-1]
        assert first is not None  # noqa: S101 -- `add` encoded pictures
        sound = probe(self._folder / "sound.mp4").audio[0]
        return verified(target, replace(first, start_ms=0, duration_ms=last.end_ms), sound)


def _samples(path: Path, length_ms: int) -> bytes:
    """Return the sound of a part, cut or filled with silence to its length."""
    size = commands.RATE * length_ms // 1000 * commands.CHANNELS * 2
    with wave.open(str(path), "rb") as source:
        read = source.readframes(size // (commands.CHANNELS * 2))
    return read + bytes(size - len(read))
