"""The interface of features."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from baseline.data.release import Row

if TYPE_CHECKING:
    import torch
    from torch import nn


class Features(ABC):
    """A representation of utterances, fitted to a training split.

    `encode` turns rows into tensors; the module returned by `encoder` takes these tensors as its arguments and
    turns them into one vector per utterance. Models train this module together with their own layers.

    Attributes:
        width: length of the vectors.
    """

    width: int

    @classmethod
    @abstractmethod
    def fit(cls, rows: Iterable[Row]) -> Features:
        """Return features fitted to the rows of the training split; no other split may influence them."""

    @classmethod
    @abstractmethod
    def from_state(cls, state: dict[str, Any]) -> Features:
        """Return the features that `state` described."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return a description for a JSON file; the key "speakers" is reserved."""

    @abstractmethod
    def encode(self, rows: Sequence[Row]) -> tuple[torch.Tensor, ...]:
        """Return the tensors of one or more rows, in the order of the rows."""

    @abstractmethod
    def encoder(self) -> nn.Module:
        """Return a new module: the tensors of `encode` -> float (rows, width)."""
