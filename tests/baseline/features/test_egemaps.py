import importlib.util
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.errors import BaselineError
from baseline.features.egemaps import WIDTH, VoiceParameters, parameters
from tests.baseline.features.clips import tone, write_clip

pytestmark = pytest.mark.torch


def named(clip: bytes) -> dict[str, float]:
    from afx_audio import EGEMAPS_NAMES

    found = parameters(clip)
    assert found is not None
    assert found.shape == (WIDTH,)
    assert np.isfinite(found).all()
    return dict(zip(EGEMAPS_NAMES, found.tolist(), strict=True))


def test_an_octave_is_twelve_semitones_and_a_louder_sound_is_louder(tmp_path: Path) -> None:
    low, high, quiet = (
        named(write_clip(tmp_path / "clip", sound, []))
        for sound in (tone(110.0, 2.0), tone(220.0, 2.0), np.divide(tone(110.0, 2.0), 8, dtype=np.float32))
    )
    pitch, loudness = "F0semitoneFrom27.5Hz_sma3nz_amean", "loudness_sma3_amean"
    assert low[pitch] == pytest.approx(24, abs=0.5)  # two octaves above 27.5 Hz
    assert high[pitch] - low[pitch] == pytest.approx(12, abs=0.5)
    assert low[loudness] > 1.5 * quiet[loudness]


def test_silence_and_a_clip_without_sound_have_no_parameters(tmp_path: Path) -> None:
    assert parameters(write_clip(tmp_path / "silent", np.zeros(48_000, np.float32), [])) is None
    assert parameters(write_clip(tmp_path / "pictures", None, [(200, 30, 30)] * 5)) is None
    assert parameters(write_clip(tmp_path / "short", tone(200.0, 0.02), [])) is None
    assert parameters(b"no clip") is None


def test_the_version_that_names_cached_parameters_is_that_of_the_package() -> None:
    assert VoiceParameters.version == f"afx-audio-{version('afx-audio')}"


def test_noise_without_a_voice_has_finite_parameters(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 48_000).astype(np.float32)
    named(write_clip(tmp_path / "clip", noise, []))


def test_without_the_package_the_command_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(BaselineError, match="make egemaps"):
        VoiceParameters().prepare(None)  # type: ignore[arg-type]
