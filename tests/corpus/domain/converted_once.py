"""A cache of converted media per session, for tests that only check the database."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.domain.media.stored_files import digest
from corpus.media.cut import clips
from corpus.media.cut.clips import CutClip, CutFault, Span
from corpus.media.playback import playable_file, waveform_peaks
from corpus.media.probe import media_probe


class ConvertedOnce:
    """Replaces the media functions of import and cutting; only the first call for each file runs them.

    Args:
        folder: of the cached files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[tuple[object, ...], Any] = {}

    def probe(self, path: Path) -> Any:
        key = ("probe", digest(path))
        if key not in self.known:
            self.known[key] = media_probe.probe(path)
        return self.known[key]

    def make_playable(self, source: Path, target: Path, **options: Any) -> Any:
        key = ("playable", digest(source))
        if key not in self.known:
            made = playable_file.make_playable(source, target, **options)
            self.known[key] = replace(made, path=self.kept(made.path))
        return replace(self.known[key], path=self.given(self.known[key].path, target))

    def make_peaks(self, source: Path, target: Path, **options: Any) -> None:
        key = ("peaks", digest(source))
        if key not in self.known:
            waveform_peaks.make_peaks(source, target, **options)
            self.known[key] = self.kept(target)
        self.given(self.known[key], target)

    def cut_clips(self, path: Path, spans: Sequence[Span], folder: Path) -> Iterator[CutClip | CutFault]:
        keys = {span.key: ("clip", digest(path), span.start_ms, span.end_ms) for span in spans}
        if all(key in self.known for key in keys.values()):
            for span in sorted(spans, key=lambda span: (span.start_ms, span.end_ms)):
                clip = self.known[keys[span.key]]
                yield replace(clip, key=span.key, path=self.given(clip.path, folder / f"{span.key}{clip.path.suffix}"))
            return
        for result in clips.cut_clips(path, spans, folder):
            # two utterances of one span share a file, which the caller moves before the second result comes
            if isinstance(result, CutClip) and keys[result.key] not in self.known:
                self.known[keys[result.key]] = replace(result, path=self.kept(result.path))
            yield result

    def kept(self, path: Path) -> Path:
        return Path(shutil.copyfile(path, self.folder / f"{len(self.known)}-{path.name}"))

    def given(self, path: Path, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(path, target)) if path != target else target
