"""The models that can be chosen by name, from the simplest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baseline.registry import Registry

if TYPE_CHECKING:
    from baseline.models.base import Model

MODELS: Registry[Model] = Registry("model")
LINEAR = "linear"
ALWAYS = ("majority", LINEAR)  # every table has these rows
DEFAULT = "hard-sharing"


def _majority() -> Model:
    from baseline.models.frequencies import Majority

    return Majority()


def _speaker_only() -> Model:
    from baseline.models.frequencies import speaker_only

    return speaker_only()


def _series_only() -> Model:
    from baseline.models.frequencies import series_only

    return series_only()


def _linear() -> Model:
    from baseline.models.linear import Linear

    return Linear(context=False)


def _linear_with_context() -> Model:
    from baseline.models.linear import Linear

    return Linear(context=True)


def _network(sharing: str, *, single: bool = False) -> Model:
    from baseline.models.networks import NetworkModel

    return NetworkModel(sharing, single=single)


MODELS.register("majority", _majority, summary="the most frequent label")
MODELS.register("speaker-only", _speaker_only, summary="the most frequent label of the speaker")
MODELS.register("series-only", _series_only, summary="the most frequent label of the series")
MODELS.register(LINEAR, _linear, summary="logistic regression on n-grams, balanced classes")
MODELS.register("linear+context", _linear_with_context, summary="the same with earlier utterances and speakers")
MODELS.register("single", lambda: _network("hard-sharing", single=True), summary="a network per task")
MODELS.register("hard-sharing", lambda: _network("hard-sharing"), summary="one network, a head per task")
MODELS.register("cross-stitch", lambda: _network("cross-stitch"), summary="a tower per task, stitched together")
MODELS.register("soft-sharing", lambda: _network("soft-sharing"), summary="shared and own experts with gates")
