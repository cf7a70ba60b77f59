"""Import torch from here first: where it is missing the test module is skipped, or fails under CI=true."""

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
