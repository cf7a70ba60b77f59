"""The features that can be chosen by name, and those of files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from baseline.errors import UsageError
from baseline.registry import Registry

if TYPE_CHECKING:
    from baseline.features.base import Features

FEATURES: Registry[type[Features]] = Registry("features")


def named(name: str) -> Features:
    """Return the features of a registered name, or of a file given as PATH or MODALITY=PATH.

    Raises:
        UsageError: there is neither an entry nor a file of this name.
    """
    modality, _, path = name.rpartition("=")
    if name not in {entry.name for entry in FEATURES} and Path(path).exists():
        from baseline.features.files import FileVectors

        return FileVectors(Path(path), modality)
    try:
        return FEATURES.get(name)()
    except UsageError as error:
        raise UsageError(f"{error} A file or folder of vectors can be given as well.") from error


def default_names(encoder: str | None = None, *, finetune: bool = False) -> tuple[str, ...]:
    """Return the features used unless others are named: of the text, and with the encoder where it is installed.

    Beside the encoder, learned n-grams add nothing (chosen on the dev split of MELD) and double the time.

    Args:
        encoder: "sentences", "minilm" or "none"; by default "sentences" if it is installed, else "none".
        finetune: finetune the encoder minilm, beside the frozen one if that is installed.
    """
    from baseline.features.sentences import is_installed

    if finetune:
        return ("linear", *(("sentences",) if is_installed() else ()), "minilm-finetuned")
    chosen = encoder or ("sentences" if is_installed() else "none")
    return ("ngrams", "linear") if chosen == "none" else ("linear", chosen)


def _ngrams() -> type[Features]:
    from baseline.features.ngrams import NgramBags

    return NgramBags


def _linear() -> type[Features]:
    from baseline.features.stacked import LinearLogProbabilities

    return LinearLogProbabilities


def _linear_with_context() -> type[Features]:
    from baseline.features.stacked import LinearContextLogProbabilities

    return LinearContextLogProbabilities


def _sentences() -> type[Features]:
    from baseline.features.sentences import SentenceVectors

    return SentenceVectors


def _minilm() -> type[Features]:
    from baseline.features.minilm import MiniLMVectors

    return MiniLMVectors


def _minilm_finetuned() -> type[Features]:
    from baseline.features.minilm import MiniLMTokens

    return MiniLMTokens


def _audio() -> type[Features]:
    from baseline.features.audio import AudioStatistics

    return AudioStatistics


def _egemaps() -> type[Features]:
    from baseline.features.egemaps import VoiceParameters

    return VoiceParameters


def _video() -> type[Features]:
    from baseline.features.video import ClipFrames

    return ClipFrames


def _faces() -> type[Features]:
    from baseline.features.faces import FaceCrops

    return FaceCrops


FEATURES.register("ngrams", _ngrams, summary="learned vectors of words, characters and their pairs")
FEATURES.register("linear", _linear, summary="log-probabilities of the linear model, out of fold in train")
FEATURES.register(
    "linear+context", _linear_with_context, summary="the same of the linear model with earlier utterances and speakers"
)
FEATURES.register("sentences", _sentences, summary="vectors of a frozen multilingual sentence encoder")
FEATURES.register("minilm", _minilm, summary="vectors of a frozen English sentence encoder")
FEATURES.register(
    "minilm-finetuned",
    _minilm_finetuned,
    summary="the same encoder, finetuned; its predictions are averaged with the network's",
)
FEATURES.register("audio", _audio, summary="log-mel statistics and pitch of the clips' sound")
FEATURES.register("egemaps", _egemaps, summary="the 88 published voice parameters eGeMAPS v02 of the clips' sound")
FEATURES.register("video", _video, summary="two frames per second of the clips, for a small network trained along")
FEATURES.register("faces", _faces, summary="the largest face in each of these frames, for a network of the same kind")
