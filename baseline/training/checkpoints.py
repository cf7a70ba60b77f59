"""Checkpoints: the state of an unfinished training, so that it goes on after any interruption as if there were none."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import torch


def save(state: dict[str, Any], file: Path) -> None:
    """Write a state in place of the one before, in one step."""
    unfinished = file.with_suffix(".unfinished")
    with unfinished.open("wb") as stream:
        torch.save(state, stream)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(file)


def load(file: Path, key: str) -> dict[str, Any] | None:
    """Return the state in a file, None if there is none, it is damaged, or it belongs to another training."""
    if not file.is_file():
        return None
    try:
        state: dict[str, Any] = torch.load(file, weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError):
        return None
    return state if state.get("key") == key else None
