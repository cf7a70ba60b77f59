"""The interface of models."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baseline.data.predictions import BySlug
from baseline.data.rows import Release
from baseline.features.base import Prepared, Progress, no_progress
from baseline.options import Options


@dataclass(frozen=True)
class Job:
    """One run of a model.

    Attributes:
        release: the release.
        options: options of the run.
        seed: the same release, options and seed give the same predictions.
        workspace: existing folder for checkpoints of this run.
        prepare: returns, for each features of the options, its modality and split -> representation.
        key: digest of everything that the run depends on.
        log: is told one line at a time.
        progress: is told how far the work is.
    """

    release: Release
    options: Options
    seed: int
    workspace: Path
    prepare: Callable[[], list[tuple[str, dict[str, Prepared]]]]
    key: str = ""
    log: Callable[[str], None] = field(default=lambda _line: None)
    progress: Progress = field(default=no_progress)


@dataclass(frozen=True)
class Outcome:
    """The result of a run.

    Attributes:
        predictions: split -> question -> predictions of dev and test. A question that the model leaves out is missing.
        details: facts about the run for its JSON file: chosen options, course of the training, learned sharing.
    """

    predictions: dict[str, BySlug]
    details: dict[str, Any]


class Model(ABC):
    """A model.

    Attributes:
        has_seed: whether the seed matters; others run once for all seeds.
    """

    has_seed: bool = False

    @abstractmethod
    def run(self, job: Job) -> Outcome:
        """Fit the model to train, choose its options on dev, and predict dev and test.

        Raises:
            BaselineError: the training split has no labels, or features cannot be computed.
        """
