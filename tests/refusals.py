"""Assertions about refusals by code, since the sentence depends on the reader's language."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from common.errors import Refused


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """Expect the block to raise `Refused` with this code, and a sentence to be registered for it."""
    with pytest.raises(Refused) as caught:
        yield caught
    assert caught.value.code == code
    assert code not in str(caught.value)
