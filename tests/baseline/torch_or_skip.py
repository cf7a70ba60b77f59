"""Torch for tests; import it from here first, so that the module is skipped without torch, or fails if CI=true."""

import importlib.util

import pytest

from tests.conftest import missing

if importlib.util.find_spec("torch") is None:
    try:
        missing("torch (`make baseline`)")
    except pytest.skip.Exception as skipped:
        pytest.skip(str(skipped), allow_module_level=True)

import torch

__all__ = ["torch"]
