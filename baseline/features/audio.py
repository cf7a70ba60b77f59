"""Statistics of the sound of a clip: log-mel energies, pitch, and how the loudness rises and falls."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from baseline.data.targets import Floats
from baseline.features.decoding import SAMPLE_RATE, Samples, sound
from baseline.features.sound_vectors import OfClip, SoundVectors

HOP = SAMPLE_RATE // 100  # samples, 10 ms
WINDOW = SAMPLE_RATE // 40  # 25 ms, of a spectrum
FFT = 512
MELS = 40
LOWEST, HIGHEST = 60.0, 7600.0  # Hz, of the mel filters
LEAST_ENERGY = 1e-10
PITCH_WINDOW = SAMPLE_RATE // 25  # 40 ms
PITCHES = (60.0, 500.0)  # Hz
VOICED = 0.5  # least correlation of a voiced frame with itself, a period later
LOUD = 1e-2  # least amplitude of a voiced frame, relative to the loudest one
REFERENCE = 200.0  # Hz: pitches are octaves above it
PITCH_SHARES = (0.1, 0.5, 0.9)
QUANTILES = tuple(f"pitch at {share}" for share in PITCH_SHARES)
COURSE = ("pitch", "spread of pitch", "slope of pitch", *QUANTILES, "voiced", "onsets", "loudness", "range", "seconds")
WIDTH = 3 * MELS + len(COURSE)

Doubles = NDArray[np.float64]


class AudioStatistics(SoundVectors):
    """Mean, spread and mean change of 40 log-mel energies, and the course of pitch and loudness, of a clip's sound."""

    name = "audio"
    version = "1"
    width = WIDTH

    @property
    def of_clip(self) -> OfClip:
        """Return `statistics`."""
        return statistics


def statistics(clip: bytes) -> Floats | None:
    """Return float32 (`WIDTH`) of a clip; None without sound or with nothing but silence."""
    samples = sound(clip)
    if samples is None or not np.abs(samples).max() > 0:
        return None
    energies = log_mel(samples)
    changes = np.abs(np.diff(energies, axis=0)).mean(axis=0) if len(energies) > 1 else np.zeros(MELS)
    mels = [energies.mean(axis=0), energies.std(axis=0), changes]
    return np.concatenate([*mels, _course(samples)]).astype(np.float32)


def log_mel(samples: Samples) -> Doubles:
    """Return float64 (frames, `MELS`): log10 of the energy in each filter, every 10 ms."""
    windows = _windows(samples, WINDOW) * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(windows, FFT)) ** 2
    return np.asarray(np.log10(np.maximum(power @ _filters(), LEAST_ENERGY)))


def pitch(samples: Samples) -> tuple[Doubles, Doubles]:
    """Return float64 (frames) every 10 ms: the pitch in Hz, NaN where there is no voice, and the loudness (RMS).

    The pitch is the first peak of the autocorrelation that is nearly as high as the highest one, divided by the
    autocorrelation of the window. Source: Boersma (1993), "Accurate short-term analysis of the fundamental frequency".
    """
    windows = _windows(samples, PITCH_WINDOW)
    loudness = np.sqrt((windows**2).mean(axis=1))
    hann = np.hanning(PITCH_WINDOW)
    correlations = _autocorrelation((windows - windows.mean(axis=1, keepdims=True)) * hann)
    of_window = _autocorrelation(hann[None])
    correlations = correlations / np.maximum(correlations[:, :1], 1e-12) / (of_window / of_window[:, :1])
    shortest, longest = int(SAMPLE_RATE / PITCHES[1]), int(SAMPLE_RATE / PITCHES[0])
    longest = min(longest, PITCH_WINDOW // 2)  # beyond half the window its own correlation is too small to divide by
    part = correlations[:, shortest : longest + 1]
    peaks = np.zeros(part.shape, bool)
    peaks[:, 1:-1] = (part[:, 1:-1] >= part[:, :-2]) & (part[:, 1:-1] > part[:, 2:])
    heights = np.where(peaks, part, -1.0)
    best = heights.max(axis=1)
    first = (heights >= 0.9 * best[:, None]).argmax(axis=1)  # a multiple of the period is nearly as high
    voiced = (best >= VOICED) & (loudness >= LOUD * loudness.max(initial=1e-12))
    return np.where(voiced, SAMPLE_RATE / (shortest + first), np.nan), loudness


def _course(samples: Samples) -> Doubles:
    """Return the figures named in `COURSE`; those of the pitch are 0 without a voice, which "voiced" tells."""
    hertz, loudness = pitch(samples)
    seconds = len(samples) / SAMPLE_RATE
    voiced = np.flatnonzero(~np.isnan(hertz))
    figures = np.zeros(3 + len(QUANTILES))
    if len(voiced):
        octaves = np.log2(hertz[voiced] / REFERENCE)
        slope = np.polyfit(voiced / 100, octaves, 1)[0] if len(voiced) > 2 else 0.0  # octaves per second
        figures = np.array([octaves.mean(), octaves.std(), slope, *np.quantile(octaves, PITCH_SHARES)])
    decibels = 20 * np.log10(np.maximum(loudness, 1e-5))
    low, high = np.quantile(decibels, [0.1, 0.9])
    middle = (low + high) / 2
    smooth = np.convolve(decibels, np.ones(5) / 5, mode="same")
    onsets = float(((smooth[1:] >= middle) & (smooth[:-1] < middle)).sum())
    rest = [len(voiced) / max(len(hertz), 1), onsets / seconds, decibels.mean(), high - low, seconds]
    return np.concatenate([figures, rest])


def _windows(samples: Samples, length: int) -> Doubles:
    """Return float64 (frames, length), a frame every 10 ms; a shorter sound is padded with silence."""
    padded = np.pad(samples, (0, max(0, length - len(samples)))).astype(np.float64)
    return np.lib.stride_tricks.sliding_window_view(padded, length)[::HOP]


def _autocorrelation(windows: Doubles) -> Doubles:
    spectrum = np.fft.rfft(windows, 2 * PITCH_WINDOW)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2)[:, : PITCH_WINDOW // 2 + 2])


@cache
def _filters() -> Doubles:
    """Return float64 (bins, `MELS`): triangles of equal width on the mel scale, 2595 log10(1 + f / 700)."""
    mels = np.linspace(_mel(LOWEST), _mel(HIGHEST), MELS + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    bins = np.arange(FFT // 2 + 1)[:, None] * SAMPLE_RATE / FFT
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)))


def _mel(hertz: float) -> float:
    return float(2595 * np.log10(1 + hertz / 700))
