"""The models that can be chosen by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baseline.registry import Registry

if TYPE_CHECKING:
    from baseline.models.network import NetworkFactory

MODELS: Registry[NetworkFactory] = Registry("model")
DEFAULT = "multi-task"


def _multi_task() -> NetworkFactory:
    from baseline.models.multi_task import MultiTaskNetwork

    return MultiTaskNetwork


MODELS.register("multi-task", _multi_task, summary="all tasks and links share one hidden layer and have a head each")
