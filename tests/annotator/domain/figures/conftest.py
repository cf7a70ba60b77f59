"""Fixtures of the tests of figures."""

from __future__ import annotations

import pytest

from annotator.domain.figures import keeping_sums
from corpus.models import Corpus
from tests.annotator.calibrated import calibrated


@pytest.fixture
def small_corpora_have_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping_sums, "MANY", 1)
    monkeypatch.setattr(keeping_sums, "CHUNK", 2)


@pytest.fixture
def corpus() -> Corpus:
    return calibrated("training", "test", "gold", "gold", main=8, utterances=2, k=2, gold_percent=50)
