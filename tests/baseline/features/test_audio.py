from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.features.audio import COURSE, MELS, WIDTH, log_mel, pitch, statistics
from baseline.features.decoding import SAMPLE_RATE
from tests.baseline.features.clips import tone, write_clip

pytestmark = pytest.mark.torch


def figures(found: np.ndarray) -> dict[str, float]:
    return dict(zip(COURSE, found[3 * MELS :].tolist(), strict=True))


@pytest.mark.parametrize("hertz", [80.0, 150.0, 220.0, 400.0])
def test_the_pitch_of_a_voice_is_found(hertz: float) -> None:
    samples = tone(hertz)[::3]  # 16 kHz
    found, _ = pitch(samples)
    assert np.isfinite(found).mean() > 0.95
    assert np.nanmedian(found) == pytest.approx(hertz, rel=0.02)


def test_noise_has_no_pitch() -> None:
    found, _ = pitch(np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE).astype(np.float32))
    assert np.isfinite(found).mean() < 0.05


def test_the_energy_of_a_tone_is_in_the_filter_of_its_frequency() -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    loudest = [
        int(log_mel(np.sin(2 * np.pi * hertz * time).astype(np.float32)).mean(axis=0).argmax())
        for hertz in (200, 1000, 4000)
    ]
    mels = [2595 * np.log10(1 + hertz / 700) for hertz in (60, 7600, 200, 1000, 4000)]
    expected = [round((each - mels[0]) / (mels[1] - mels[0]) * (MELS + 1)) - 1 for each in mels[2:]]
    assert np.abs(np.subtract(loudest, expected)).max() <= 1


def test_statistics_of_a_clip_tell_pitch_speed_and_length(tmp_path: Path) -> None:
    pulses = tone(200, 2.0) * (np.sin(2 * np.pi * 4 * np.arange(2 * 48_000) / 48_000) > 0)  # four bursts a second
    found = statistics(write_clip(tmp_path / "clip", pulses, []))
    assert found is not None
    assert found.shape == (WIDTH,)
    assert np.isfinite(found).all()
    told = figures(found)
    assert told["pitch at 0.5"] == pytest.approx(0, abs=0.05)  # octaves above 200 Hz
    assert told["onsets"] == pytest.approx(4, abs=0.6)
    assert told["seconds"] == pytest.approx(2, abs=0.1)
    assert told["voiced"] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("seconds", [0.001, 0.01, 0.05])
def test_a_very_short_sound_has_finite_statistics(seconds: float, tmp_path: Path) -> None:
    found = statistics(write_clip(tmp_path / "clip", tone(300, seconds), []))
    assert found is not None
    assert np.isfinite(found).all()


def test_a_silent_clip_and_one_without_sound_have_no_statistics(tmp_path: Path) -> None:
    assert statistics(write_clip(tmp_path / "silent", np.zeros(48_000, np.float32), [])) is None
    assert statistics(write_clip(tmp_path / "mute", None, [(0, 0, 0)] * 5)) is None
    assert statistics(b"no clip") is None
