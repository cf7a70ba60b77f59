"""The features that can be chosen by name."""

from __future__ import annotations

from baseline.features.base import Features
from baseline.registry import Registry

FEATURES: Registry[type[Features]] = Registry("features")
DEFAULT = "ngrams"


def _ngrams() -> type[Features]:
    from baseline.features.ngrams import NgramFeatures

    return NgramFeatures


FEATURES.register("ngrams", _ngrams, summary="characters, words and pairs of neighbours in the text")
