"""The published parameters of a voice: eGeMAPS v02, from the package afx-audio."""

from __future__ import annotations

import importlib.util

import numpy as np

from baseline.data.targets import Floats
from baseline.errors import BaselineError
from baseline.features.base import Prepared, Setting
from baseline.features.decoding import SAMPLE_RATE, sound
from baseline.features.sound_vectors import OfClip, SoundVectors

PACKAGE = "afx_audio"
WIDTH = 88
LEAST_SECONDS = 0.1  # a shorter sound has hardly a frame of the longest window


class VoiceParameters(SoundVectors):
    """The 88 functionals of a clip's sound.

    Source: Eyben et al. (2016), "The Geneva Minimalistic Acoustic Parameter Set (GeMAPS) for voice research and
    affective computing". The package is a reimplementation, whose values are not all equal to those of openSMILE.
    """

    name = "egemaps"
    version = "afx-audio-0.3.1"
    width = WIDTH

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the parameters of each split; a row without a clip or with a silent or damaged one has none.

        Raises:
            BaselineError: the package is not installed.
        """
        if importlib.util.find_spec(PACKAGE) is None:
            raise BaselineError("The package with eGeMAPS is not installed. Run `make egemaps`.")
        return super().prepare(setting)

    @property
    def of_clip(self) -> OfClip:
        """Return `parameters`."""
        return parameters


def parameters(clip: bytes) -> Floats | None:
    """Return float32 (`WIDTH`) of a clip, in the order of the published names; None without sound or in silence.

    A parameter without a value, such as the pitch of a sound without a voice, is 0, as in openSMILE.
    """
    samples = sound(clip)
    if samples is None or len(samples) < LEAST_SECONDS * SAMPLE_RATE or not np.abs(samples).max() > 0:
        return None
    import afx_audio

    named = afx_audio.egemaps(samples.astype(np.float64), SAMPLE_RATE)
    values = np.array([named[name] for name in afx_audio.EGEMAPS_NAMES], np.float32)
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
